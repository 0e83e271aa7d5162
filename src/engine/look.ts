// What is at the paths that were given, before a run begins: the kernel's answers, as the planner's rules need them. Blocks.

import { type Identity, identityOf, Kind, sameInode } from "#model/entry.ts";
import { explain } from "#model/explanation.ts";
import { joinRaw, textFromRaw, type RawName, type RawPath, ROOT_PATH } from "#model/name.ts";
import type { PathFact, Refusal } from "#planner/destination.ts";
import type { Filter } from "#planner/filter.ts";
import type { Lineage } from "#planner/safety.ts";
import { lastName, normalPath, parentPath } from "#platform/paths.ts";
import { Errno, errnoName } from "#platform/errno.ts";
import type { Dir, Platform, StatSlot } from "#platform/platform.ts";
import { readLinkIn } from "#platform/read_text.ts";
import { isExcluded } from "./filter_for.ts";

/** Why a run cannot begin. */
export class CouldNotLook extends Error {
  readonly refusal: Refusal;
  constructor(message: string, hint?: string) {
    super(message);
    this.refusal = { outcome: "could-not-run", message, hint };
  }

  /** Of what the system refuses. */
  static because(operation: string, path: RawPath, result: number): CouldNotLook {
    const code = errnoName(result);
    const { reason, remedy } = explain({ side: "destination", operation, code });
    return new CouldNotLook(`cannot ${operation} ${textFromRaw(path)}: ${reason}`, remedy);
  }
}

/** Of a path that leads to something else, or nowhere. */
const IS_NO_DIRECTORY: ReadonlySet<number> = new Set([-Errno.ENOENT, -Errno.ENOTDIR, -Errno.ELOOP]);

/** Looks at paths as the kernel resolves them. */
export class Look {
  readonly #platform: Platform;
  readonly #cwd: RawPath | undefined;
  readonly #stat: StatSlot;
  readonly #looksAt: (path: RawPath) => void;

  constructor(platform: Platform, cwd: RawPath | undefined, looksAt: (path: RawPath) => void) {
    this.#platform = platform;
    this.#cwd = cwd;
    this.#looksAt = looksAt;
    this.#stat = platform.newStat();
  }

  fact(typed: RawPath): PathFact {
    this.#looksAt(typed);
    const absolute = this.#absolute(typed);
    const kind = this.kind(absolute);
    return {
      typed,
      absolute,
      kind,
      isDirectory: kind !== "missing" && this.#isDirectory(absolute),
    };
  }

  /** Of a directory, as the kernel names it: without symlinks. What is missing of it is taken as text. */
  directoryPlace(absolute: RawPath): RawPath {
    const there = this.nearest(absolute);
    const dir = this.#platform.openRoot(there);
    if (dir < 0) return absolute;
    const place = readLinkIn(this.#platform, "/proc/thread-self/fd", String(dir));
    this.#platform.closeDir(dir as Dir);
    if (place === undefined) return absolute;
    const rest = absolute.slice(there === "/" ? 0 : there.length);
    return (rest === "" || rest === "/" ? place : (place === "/" ? "" : place) + rest) as RawPath;
  }

  /** Where a path leads to, all symlinks followed. */
  place(typed: RawPath): RawPath {
    return resolved(this.#absolute(typed)) as RawPath;
  }

  /** Without "..": a symlink before it makes of it another place than the text says. */
  #absolute(typed: RawPath): RawPath {
    if (!typed.startsWith("/") && this.#cwd === undefined) {
      throw new CouldNotLook(
        "the working directory does not exist any more",
        "give absolute paths",
      );
    }
    const path = typed.startsWith("/") ? typed : `${this.#cwd}/${typed}`;
    if (!path.split("/").includes("..")) return normalPath(path);
    const bare = path.replace(/\/+$/, "") as RawPath;
    const last = lastName(bare);
    const isNamed = last !== ".." && last !== ".";
    const directory = resolved(isNamed ? parentPath(bare) : bare);
    return normalPath(isNamed ? `${directory}/${last}` : directory);
  }

  kind(absolute: RawPath): Kind | "missing" {
    if (absolute === "/") return Kind.directory;
    this.#looksAt(absolute);
    const parent = this.#platform.openRoot(parentPath(absolute));
    if (parent < 0) return this.#missing(parent, absolute);
    const found = this.#platform.stat(parent as Dir, lastName(absolute), this.#stat);
    this.#platform.closeDir(parent as Dir);
    return found < 0 ? this.#missing(found, absolute) : this.#stat.kind;
  }

  #missing(result: number, path: RawPath): "missing" {
    if (result === -Errno.ENOENT) return "missing";
    if (result === -Errno.ENOTDIR) {
      throw new CouldNotLook(`a part of ${textFromRaw(path)} is not a directory`);
    }
    throw CouldNotLook.because("look at", path, result);
  }

  #isDirectory(absolute: RawPath): boolean {
    const opened = this.#platform.openRoot(absolute);
    if (opened >= 0) this.#platform.closeDir(opened as Dir);
    else if (!IS_NO_DIRECTORY.has(opened)) throw CouldNotLook.because("open", absolute, opened);
    return opened >= 0;
  }

  /** The entry and every directory above it, as the kernel climbs: through symlinks and mounts to the root. */
  lineage(absolute: RawPath, followed: boolean): Lineage {
    this.#looksAt(absolute);
    const chain: Identity[] = [];
    let directory: string = absolute;
    let exists = true;
    if (!followed) {
      exists = this.kind(absolute) !== "missing";
      if (exists) chain.push(identityOf(this.#stat));
      directory = parentPath(absolute);
    }
    let opened = this.#platform.openRoot(directory as RawPath);
    while (opened < 0 && directory !== "/") {
      if (opened === -Errno.EACCES) this.#addUnread(directory as RawPath, chain);
      else if (opened === -Errno.ENOENT || opened === -Errno.ENOTDIR) exists = false;
      else break;
      directory = parentPath(directory as RawPath);
      opened = this.#platform.openRoot(directory as RawPath);
    }
    if (opened < 0) throw CouldNotLook.because("open", directory as RawPath, opened);
    try {
      this.#climb(opened as Dir, directory as RawPath, chain);
    } finally {
      this.#platform.closeDir(opened as Dir);
    }
    return { exists, chain };
  }

  /** Adds a directory that this user may not read. */
  #addUnread(directory: RawPath, chain: Identity[]): void {
    if (this.kind(directory) === Kind.directory) chain.push(identityOf(this.#stat));
  }

  /** Adds a directory and all above it. */
  #climb(dir: Dir, path: RawPath, chain: Identity[]): void {
    for (let up = "."; ; up = up === "." ? ".." : `${up}/..`) {
      const found = this.#platform.stat(dir, up as RawName, this.#stat);
      if (found < 0) throw CouldNotLook.because("look at", `${path}/${up}` as RawPath, found);
      const identity = identityOf(this.#stat);
      const below = chain.at(-1);
      if (up !== "." && below !== undefined && sameInode(below, identity)) return;
      chain.push(identity);
    }
  }

  /** The names in a directory, without those that the filter excludes. */
  *names(absolute: RawPath, filter: Filter | undefined): Generator<RawName> {
    for (const name of this.#list(absolute)) {
      if (filter === undefined || this.holds(absolute, name, filter)) yield name;
    }
  }

  /** The directory has an entry of that name, which the filter does not exclude. */
  holds(absolute: RawPath, name: RawName, filter: Filter | undefined): boolean {
    if (this.kind(joinRaw(absolute, name)) === "missing") return false;
    return filter === undefined || !isExcluded(filter, joinRaw(ROOT_PATH, name), this.#stat);
  }

  *#list(absolute: RawPath): Generator<RawName> {
    this.#looksAt(absolute);
    const dir = this.#platform.openRoot(absolute);
    if (dir < 0) throw CouldNotLook.because("open", absolute, dir);
    try {
      const listing = this.#platform.newListing();
      for (;;) {
        const count = this.#platform.readDir(dir as Dir, listing);
        if (count < 0) throw CouldNotLook.because("list", absolute, count);
        if (count === 0) return;
        for (let index = 0; index < count; index++) yield listing.text(index);
      }
    } finally {
      this.#platform.closeDir(dir as Dir);
    }
  }

  /** The directory itself, or where it is missing the nearest above it that is there. */
  nearest(place: RawPath): RawPath {
    let path = place;
    while (this.kind(path) === "missing") path = parentPath(path);
    return path;
  }

  /**
   * Throws CouldNotLook where a run could do nothing: the nearest directory that exists takes no entries, and holds none that
   * might be directories which do, or it is entries of its own that are to come. One of the user's own is made writable when
   * it comes to that.
   */
  mustTakeEntries(place: RawPath, areAllNew: () => boolean): void {
    const path = this.nearest(place);
    const dir = this.#platform.openRoot(path);
    if (dir < 0) return;
    const result = this.#platform.mayMakeIn(dir as Dir);
    this.#platform.statDir(dir as Dir, this.#stat);
    this.#platform.closeDir(dir as Dir);
    const isOthers = this.#stat.uid !== process.geteuid?.();
    const isEmpty = () => this.#list(path).next().done === true;
    const isHopeless = () => path !== place || areAllNew() || isEmpty();
    if (result === -Errno.EROFS || (result === -Errno.EACCES && isOthers && isHopeless()))
      throw CouldNotLook.because("write to", place, result);
  }

  /** As mkdir -p. */
  makeDirectories(absolute: RawPath, mode: number): void {
    if (this.kind(absolute) !== "missing") return;
    const above = parentPath(absolute);
    this.makeDirectories(above, mode);
    const parent = this.#platform.openRoot(above);
    const made =
      parent < 0 ? parent : this.#platform.makeDir(parent as Dir, lastName(absolute), mode);
    if (parent >= 0) this.#platform.closeDir(parent as Dir);
    if (made < 0 && made !== -Errno.EEXIST) {
      throw CouldNotLook.because("make the directory", absolute, made);
    }
  }
}

/** As the kernel resolves it, through symlinks; what does not exist yet by its text. */
function resolved(path: string): string {
  for (let end = path.length; end > 0; end = path.lastIndexOf("/", end - 1)) {
    const directory = realpath(path.slice(0, end));
    if (directory !== undefined) return directory + path.slice(end);
  }
  return path;
}

/**
 * Loads node:fs, which takes its time, for the rare path that needs it. Bun's own realpathSync() takes ".." away by the
 * text before it looks at a symlink.
 */
function realpath(path: string): string | undefined {
  const { realpathSync } = process.getBuiltinModule("node:fs");
  try {
    return realpathSync
      .native(Buffer.from(path, "latin1"), { encoding: "buffer" })
      .toString("latin1");
  } catch {
    return undefined;
  }
}
