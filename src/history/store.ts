// The files of the history, in the state folder:
//
//   perf.N.jsonl   records, one a line; appended to the highest N, to the next one after 1 MiB, two are kept
//   perf.key       32 random bytes that paths are hashed with
//   perf.disabled  exists while the user wants no history
//
// Any number of blits may write at once and there is no lock. A record is one write(2) to a descriptor opened with
// O_APPEND, which local file systems do whole and in turn. Nothing is ever renamed or truncated: whoever finds the
// newest file full appends to the next number, and if several do so they mean the same file. A line could be lost only
// if 1 MiB of others were written between the open and the write of it.
//
// Nothing here throws for what the system refuses, and every call blocks for no longer than a local disk does.

import type { Environment } from "#model/environment.ts";
import type { RawName, RawPath } from "#model/name.ts";
import type { Dir, File, Platform } from "#platform/platform.ts";
import { openStateFolder, stateFolderPath } from "./state_folder.ts";

export const SEGMENT_BYTES = 1024 * 1024;
const SEGMENTS_KEPT = 2;
const FILE_MODE = 0o600;
const KEY_BYTES = 32;
const KEY_NAME = "perf.key" as RawName;
const DISABLED_NAME = "perf.disabled" as RawName;
const DISABLED_TEXT = "While this file exists blit keeps no history of its runs.\n";

const NO_HOME = "no home folder is known: HOME and XDG_STATE_HOME are not set";

interface Listing {
  /** The numbers of the segments, lowest first. */
  readonly segments: readonly number[];
  readonly isDisabled: boolean;
}

export class Store {
  readonly #platform: Platform;
  /** Undefined: nothing may be read or written, for the reason in `off`. */
  readonly #path: RawPath | undefined;
  /** Why there is no history, in words for the user; undefined where there is one. */
  off: string | undefined;
  #isUnreachable = false;

  constructor(platform: Platform, env: Environment, system: NodeJS.Platform = process.platform) {
    this.#platform = platform;
    this.#path = stateFolderPath(env, system);
    const disabled = env["BLIT_DISABLE_PERF_HISTORY"];
    if (disabled !== undefined && disabled !== "" && disabled !== "0") {
      this.off = "BLIT_DISABLE_PERF_HISTORY is set";
    } else if (this.#path === undefined) {
      this.off = NO_HOME;
    }
  }

  /** The folder the files are in; undefined where none is known. */
  get path(): RawPath | undefined {
    return this.#path;
  }

  /** The newest lines, oldest first, at most so many bytes of them; the first line may be cut. */
  readTail(maxBytes: number): string {
    return (
      this.#within(false, (folder) => {
        const { segments, isDisabled } = this.#list(folder);
        return isDisabled ? "" : this.#readSegments(folder, segments, maxBytes);
      }) ?? ""
    );
  }

  /** All there is, for who looks back: also what was kept before the history was switched off. */
  readAll(): string {
    return (
      this.#within(false, (folder) => {
        // The newest file may have grown a little beyond its limit.
        const maxBytes = (SEGMENTS_KEPT + 1) * SEGMENT_BYTES;
        return this.#readSegments(folder, this.#list(folder).segments, maxBytes);
      }) ?? ""
    );
  }

  #readSegments(folder: Dir, segments: readonly number[], maxBytes: number): string {
    let text = "";
    for (const segment of segments.slice(-SEGMENTS_KEPT).toReversed()) {
      text = this.#readEnd(folder, segmentName(segment), maxBytes - text.length) + text;
      if (text.length >= maxBytes) break;
    }
    return text;
  }

  /** Appends one line; false where no history is kept, or it could not be written. */
  append(line: string): boolean {
    if (this.off !== undefined) return false;
    return (
      this.#within(true, (folder) => {
        const { segments, isDisabled } = this.#list(folder);
        return !isDisabled && this.#appendTo(folder, segments, line);
      }) ?? false
    );
  }

  /** Removes all records; how many files that were, or -1 where some could not be removed. */
  clear(): number {
    const removed = this.#within(false, (folder) => {
      const { segments } = this.#list(folder);
      const failed = segments.some(
        (segment) => this.#platform.unlink(folder, segmentName(segment)) < 0,
      );
      return failed ? -1 : segments.length;
    });
    return removed ?? (this.#isUnreachable ? -1 : 0);
  }

  /** Keeps or stops keeping history from now on; true where that is so now. */
  setEnabled(enabled: boolean): boolean {
    this.#within(!enabled, (folder) => {
      if (enabled) this.#platform.unlink(folder, DISABLED_NAME);
      else this.#create(folder, DISABLED_NAME, Buffer.from(DISABLED_TEXT));
    });
    return this.isEnabled() === enabled;
  }

  /** There could be a history, and the user has not switched it off. */
  isEnabled(): boolean {
    const enabled = this.#within(false, (folder) => !this.#list(folder).isDisabled);
    return enabled ?? !this.#isUnreachable;
  }

  /** The bytes that paths are hashed with: made at first use, the same from then on; undefined if that fails. */
  key(): Uint8Array | undefined {
    return this.#within(true, (folder) => {
      if (this.#list(folder).isDisabled) return undefined;
      const old = this.#readEnd(folder, KEY_NAME, KEY_BYTES);
      if (old.length === KEY_BYTES) return Buffer.from(old, "latin1");
      // A folder that was full at first use has kept a part of a key, which would be in the way of every later one.
      this.#platform.unlink(folder, KEY_NAME);
      const key = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
      if (this.#create(folder, KEY_NAME, key)) return key;
      this.#platform.unlink(folder, KEY_NAME);
      return undefined;
    });
  }

  /** Calls with the state folder open; undefined where there is none. */
  #within<Result>(create: boolean, use: (folder: Dir) => Result): Result | undefined {
    const folder =
      this.#path === undefined
        ? { reason: NO_HOME }
        : openStateFolder(this.#platform, this.#path, create);
    if (folder === undefined) return undefined;
    if (typeof folder === "object") {
      this.#isUnreachable = true;
      this.off ??= folder.reason;
      return undefined;
    }
    try {
      return use(folder);
    } finally {
      this.#platform.closeDir(folder);
    }
  }

  #list(folder: Dir): Listing {
    const listing = this.#platform.newListing();
    const segments: number[] = [];
    let isDisabled = false;
    while (this.#platform.readDir(folder, listing) > 0) {
      for (let index = 0; index < listing.count; index++) {
        const name = listing.text(index);
        const number = /^perf\.([1-9]\d{0,8})\.jsonl$/.exec(name)?.[1];
        if (number !== undefined) segments.push(Number(number));
        else if (name === DISABLED_NAME) isDisabled = true;
      }
    }
    if (isDisabled)
      this.off ??= "it is switched off; `blit diagnostics perf --enable` switches it on";
    return { segments: segments.toSorted((a, b) => a - b), isDisabled };
  }

  #appendTo(folder: Dir, segments: readonly number[], line: string): boolean {
    const platform = this.#platform;
    const newest = segments.at(-1) ?? 1;
    let file = platform.openAppend(folder, segmentName(newest), FILE_MODE);
    if (file >= 0 && this.#sizeOf(file as File) >= SEGMENT_BYTES) {
      platform.closeFile(file as File);
      file = platform.openAppend(folder, segmentName(newest + 1), FILE_MODE);
      for (const old of segments) {
        if (old <= newest + 1 - SEGMENTS_KEPT) platform.unlink(folder, segmentName(old));
      }
    }
    return file >= 0 && this.#writeAndClose(file as File, Buffer.from(line, "latin1"));
  }

  #create(folder: Dir, name: RawName, bytes: Uint8Array): boolean {
    const file = this.#platform.createFile(folder, name, FILE_MODE);
    return file >= 0 && this.#writeAndClose(file as File, bytes);
  }

  #writeAndClose(file: File, bytes: Uint8Array): boolean {
    const buffer = this.#platform.newIoBuffer(bytes.length);
    buffer.bytes.set(bytes);
    const written = this.#platform.write(file, buffer, bytes.length);
    return this.#platform.closeFile(file) >= 0 && written === bytes.length;
  }

  #sizeOf(file: File): number {
    const stat = this.#platform.newStat();
    return this.#platform.statFile(file, stat) < 0 ? 0 : stat.sizeBytes;
  }

  /** The last bytes of a file, each as one latin1 character: records are ASCII, and whatever else is kept as it is. */
  #readEnd(folder: Dir, name: RawName, maxBytes: number): string {
    const platform = this.#platform;
    const opened = platform.openRead(folder, name);
    if (opened < 0) return "";
    const file = opened as File;
    const sizeBytes = this.#sizeOf(file);
    const buffer = platform.newIoBuffer(Math.min(sizeBytes, maxBytes));
    let text = "";
    while (text.length < buffer.bytes.length) {
      const offsetBytes = sizeBytes - buffer.bytes.length + text.length;
      const got = platform.readAt(file, buffer, buffer.bytes.length - text.length, offsetBytes);
      if (got <= 0) break;
      text += Buffer.from(buffer.bytes.buffer, buffer.bytes.byteOffset, got).toString("latin1");
    }
    platform.closeFile(file);
    return text;
  }
}

function segmentName(segment: number): RawName {
  return `perf.${segment}.jsonl` as RawName;
}
