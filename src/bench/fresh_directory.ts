// Directories for measured runs that start equal. Without a journal, ext4 does not hand out an inode number freed in the
// last minute and searches past all of them (recently_deleted() in fs/ext4/ialloc.c), so where trees have just been
// removed, be it by the bench before this one, files are created up to fifteen times more slowly, whatever the tool.
//
// So a place is looked for: directories all over the disk are tried, and the one chosen that has most before it that
// is as quick as it gets. There the trees go one behind the other, which leaves no gaps to be met by the next bench,
// until a new one is not as quick. Names are random, because it is their hash that spreads the places.

import * as fs from "node:fs";
import { join } from "node:path";
import { median } from "#bench/statistics.ts";

const PLACES = 512;
const PROBE_FILES = 5;
/** Where creating a file takes so many times as long as the quickest seen, something is in the way. */
const ACCEPTABLE_SLOWDOWN = 3;
/** A disk that is slow everywhere by now is taken as it is. */
const MAX_SEARCHES = 3;

export class FreshDirectories {
  readonly #root: string;
  readonly #probes: boolean;
  #place: string;
  #quickestMs = Number.POSITIVE_INFINITY;

  /** `fileSystemKind` as describeFileSystem() names it. */
  constructor(root: string, fileSystemKind: string) {
    this.#root = root;
    this.#place = root;
    this.#probes = /^ext[234]$/.test(fileSystemKind);
    // chattr(1) +T, a top of hierarchies, spreads what is in it; without it all places are near each other.
    if (this.#probes && Bun.which("chattr") !== null) {
      Bun.spawnSync(["chattr", "+T", root], { stdout: "ignore", stderr: "ignore" });
    }
    if (this.#probes) this.#place = this.#findPlace();
  }

  /** A new empty directory. Nothing is removed here, not even what was passed over: removal is what hurts. */
  make(label: string): string {
    let parent = this.#newDirectory(this.#place, label);
    for (
      let search = 0;
      search < MAX_SEARCHES && this.#probes && !this.#isQuick(parent);
      search++
    ) {
      this.#place = this.#findPlace();
      parent = this.#newDirectory(this.#place, label);
    }
    const path = join(parent, "data");
    fs.mkdirSync(path);
    return path;
  }

  #newDirectory(parent: string, label: string): string {
    return fs.mkdtempSync(join(parent, `${label}-`));
  }

  #isQuick(directory: string): boolean {
    return this.#probe(directory) <= ACCEPTABLE_SLOWDOWN * this.#quickestMs;
  }

  #findPlace(): string {
    const places = Array.from({ length: PLACES }, () => {
      const path = this.#newDirectory(this.#root, "place");
      return { path, tookMs: this.#probe(path), inode: fs.statSync(path).ino };
    });
    // Inodes are numbered along the disk.
    const alongTheDisk = places.toSorted((a, b) => a.inode - b.inode);
    const quick = alongTheDisk.map(
      ({ tookMs }) => tookMs <= ACCEPTABLE_SLOWDOWN * this.#quickestMs,
    );
    return alongTheDisk[startOfLongestRun(quick)]?.path ?? this.#root;
  }

  /** How long the creation of a file takes, in a subdirectory: its inode may come from another group than its parent's. */
  #probe(directory: string): number {
    const below = join(directory, ".probe");
    fs.mkdirSync(below);
    const tookMs = Array.from({ length: PROBE_FILES }, (_, i) => {
      const startedMs = performance.now();
      fs.closeSync(fs.openSync(join(below, `${i}`), "wx"));
      return performance.now() - startedMs;
    });
    const typicalMs = median(tookMs);
    this.#quickestMs = Math.min(this.#quickestMs, typicalMs);
    return typicalMs;
  }
}

function startOfLongestRun(flags: readonly boolean[]): number {
  let best = { start: 0, length: 0 };
  let start = 0;
  for (const [i, flag] of flags.entries()) {
    if (!flag) start = i + 1;
    else if (i + 1 - start > best.length) best = { start, length: i + 1 - start };
  }
  return best.start;
}
