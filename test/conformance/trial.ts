// One suite on every backend and every file system at hand: each test gets a fresh directory, opened, and tools that
// look at it without going through the platform.
//
// File systems: the temporary directory, /dev/shm where there is one, and each directory named in BLIT_TEST_ROOTS
// (separated by ":"), for loop mounts of btrfs, xfs and others.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from "bun:test";
import { accessSync, mkdtempSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RawName, RawPath } from "#model/name.ts";
import { errnoName } from "#platform/errno.ts";
import type { Dir, File, IoBuffer, Platform, StatSlot } from "#platform/platform.ts";
import { type Backend, BACKENDS } from "./backends.ts";

export const isRoot = process.geteuid?.() === 0;
export const isLinux = process.platform === "linux";

export const raw = (name: string) => name as RawName;
export const rawPath = (path: string) => path as RawPath;

const BUFFER_BYTES = 256 * 1024;

export class Trial {
  readonly platform: Platform;
  readonly buffer: IoBuffer;
  readonly slot: StatSlot;
  /** The test's own directory: its path, made of ASCII, and its handle. */
  path = "";
  dir = -1 as Dir;

  constructor(
    readonly backend: Backend,
    readonly root: string,
  ) {
    this.platform = backend.create();
    this.buffer = this.platform.newIoBuffer(BUFFER_BYTES);
    this.slot = this.platform.newStat();
  }

  open(): void {
    this.path = realpathSync(mkdtempSync(join(this.root, "blit-conformance-")));
    this.dir = this.openRoot(this.path);
  }

  close(): void {
    this.platform.closeDir(this.dir);
    run(["rm", "-rf", this.path]);
  }

  openRoot(path: string): Dir {
    return succeeded(this.platform.openRoot(rawPath(path))) as Dir;
  }

  openBeneath(path: string): Dir {
    return succeeded(this.platform.openBeneath(this.dir, rawPath(path))) as Dir;
  }

  /** An open new file with this content, one latin1 character a byte. */
  create(name: string, content = "", mode = 0o644): File {
    const file = succeeded(this.platform.createFile(this.dir, raw(name), mode)) as File;
    this.write(file, content);
    return file;
  }

  openRead(name: string): File {
    return succeeded(this.platform.openRead(this.dir, raw(name))) as File;
  }

  write(file: File, content: string): void {
    const bytes = Buffer.from(content, "latin1");
    this.buffer.bytes.set(bytes);
    expect(this.platform.write(file, this.buffer, bytes.length)).toBe(bytes.length);
  }

  /** What the buffer holds, as latin1. */
  held(lengthBytes: number): string {
    return Buffer.from(this.buffer.bytes.subarray(0, lengthBytes)).toString("latin1");
  }

  stat(name: string): StatSlot {
    succeeded(this.platform.stat(this.dir, raw(name), this.slot));
    return this.slot;
  }

  closeFile(file: File): void {
    expect(this.platform.closeFile(file)).toBe(0);
  }

  /**
   * Everything that readDir() hands out from the first entry on, and in how many chunks. Rewinds first: on btrfs a
   * handle lists what was there when it was opened or last rewound.
   */
  list(dir: Dir): { names: string[]; kinds: number[]; chunks: number } {
    succeeded(this.platform.rewindDir(dir));
    const listing = this.platform.newListing();
    const all = { names: [] as string[], kinds: [] as number[], chunks: 0 };
    while (succeeded(this.platform.readDir(dir, listing)) > 0) {
      for (let index = 0; index < listing.count; index++) {
        all.names.push(listing.text(index));
        all.kinds.push(listing.kinds[index] as number);
      }
      all.chunks++;
    }
    return all;
  }

  /** Runs a shell script in the test's directory; its output without the last newline. */
  shell(script: string): string {
    return run(["sh", "-ec", script], this.path);
  }

  /** GNU stat(1) of an entry. */
  tool(format: string, name: string): string {
    return run(["stat", `--format=${format}`, "--", name], this.path);
  }
}

/** The result, which must be no error. */
export function succeeded(result: number): number {
  if (result < 0) throw new Error(`Refused: ${errnoName(result)}`);
  return result;
}

/** The value, which must be no error. */
export function value<T>(result: T | number): T {
  if (typeof result === "number") throw new Error(`Refused: ${errnoName(result)}`);
  return result;
}

/** Compares by name, so that a failure reads "ENOENT", not "-2". */
export function expectRefused(result: unknown, ...names: string[]): void {
  expect(typeof result === "number" ? errnoName(result) : result).toBeOneOf(names);
}

export function run(command: string[], cwd?: string): string {
  const { exitCode, stdout, stderr } = Bun.spawnSync(command, cwd === undefined ? {} : { cwd });
  if (exitCode !== 0)
    throw new Error(`${command.join(" ")}: exit ${exitCode}, ${stderr.toString()}`);
  return stdout.toString("latin1").replace(/\n$/, "");
}

export const ROOTS: readonly string[] = [
  tmpdir(),
  "/dev/shm",
  ...(process.env["BLIT_TEST_ROOTS"] ?? "").split(":").filter((path) => path !== ""),
].filter(isUsable);

function isUsable(path: string): boolean {
  try {
    accessSync(path);
    return true;
  } catch {
    return false;
  }
}

export function onEveryBackend(title: string, suite: (trial: Trial) => void): void {
  for (const backend of BACKENDS) {
    for (const root of ROOTS) {
      describe(`${backend.name} on ${root}: ${title}`, () => {
        const trial = new Trial(backend, root);
        let umask = 0;
        beforeAll(() => {
          umask = trial.platform.clearUmask();
        });
        afterAll(() => {
          process.umask(umask);
        });
        beforeEach(() => trial.open());
        afterEach(() => trial.close());
        suite(trial);
      });
    }
  }
}
