// Directories for measured runs that start equal. Without a journal, ext4 does not hand out an inode number freed in
// the last minute and searches past all of them (recently_deleted() in fs/ext4/ialloc.c), so a directory placed where
// trees have just been removed takes files up to fifteen times more slowly, whatever the tool.
// Three measures against it: the parent is marked as a top of hierarchies, which spreads its children over the disk;
// names are random, because it is their hash that chooses the place, and the bench before this one, whose trees have
// just been removed, would have chosen the same ones; and each child must prove that files are created in it as
// quickly as anywhere else.

import * as fs from "node:fs";
import { join } from "node:path";

const PROBE_DIRECTORIES = 8;
const PROBE_FILES = 16;
const MAX_CANDIDATES = 12;
/** A candidate that takes so many times as long as the quickest seen is passed over. */
const ACCEPTABLE_SLOWDOWN = 2;

export class FreshDirectories {
  readonly #parent: string;
  readonly #probes: boolean;
  #quickestMs = Number.POSITIVE_INFINITY;

  /** `fileSystemKind` as describeFileSystem() names it. */
  constructor(parent: string, fileSystemKind: string) {
    this.#parent = parent;
    this.#probes = /^ext[234]$/.test(fileSystemKind);
    // chattr(1) +T; without it, or where it is refused, the probing alone must do.
    if (this.#probes && Bun.which("chattr") !== null) {
      Bun.spawnSync(["chattr", "+T", parent], { stdout: "ignore", stderr: "ignore" });
    }
  }

  /** A new empty directory. Nothing is removed here, not even what was passed over: removal is what hurts. */
  make(label: string): string {
    let best: { path: string; tookMs: number } | undefined;
    const isFirst = this.#quickestMs === Number.POSITIVE_INFINITY;
    for (let candidate = 0; candidate < (this.#probes ? MAX_CANDIDATES : 1); candidate++) {
      const place = fs.mkdtempSync(join(this.#parent, `${label}-`));
      const tookMs = this.#probes ? probe(place) : 0;
      this.#quickestMs = Math.min(this.#quickestMs, tookMs);
      if (best === undefined || tookMs < best.tookMs) best = { path: place, tookMs };
      // The very first candidate has nothing to be compared with.
      if ((!isFirst || candidate > 0) && tookMs <= ACCEPTABLE_SLOWDOWN * this.#quickestMs) break;
    }
    const path = join(best?.path ?? this.#parent, "data");
    fs.mkdirSync(path);
    return path;
  }
}

/** In subdirectories: they may get their inodes from another block group than their parent, and their files follow them. */
function probe(directory: string): number {
  const startedMs = performance.now();
  for (let i = 0; i < PROBE_DIRECTORIES; i++) {
    const below = join(directory, `.probe-${i}`);
    fs.mkdirSync(below);
    for (let k = 0; k < PROBE_FILES; k++) fs.closeSync(fs.openSync(join(below, `${k}`), "wx"));
  }
  return performance.now() - startedMs;
}
