// Writes a tree for a workload, quickly and the same for the same seed: content, modes and times are drawn from
// the seeded generator. Plain blocking writes: 50,000 files take two seconds, and threads would make the order
// of creation, and with it the layout on disk, differ from run to run.

import * as fs from "node:fs";
import { dirname, join } from "node:path";
import type { Random } from "#bench/random.ts";

/** Larger than any copy buffer, so that no two blocks a tool reads at once are equal. */
const POOL_BYTES = 4 * 1024 * 1024;
const FIRST_MTIME_SEC = Date.UTC(2020, 0, 1) / 1000;
const MTIME_RANGE_SEC = 5 * 365 * 86_400;
const MODES = [0o644, 0o644, 0o644, 0o644, 0o644, 0o644, 0o755, 0o755, 0o600, 0o640] as const;

export interface TreeCounts {
  files: number;
  directories: number;
  symlinks: number;
  /** Additional names of files, beyond the first. */
  hardLinks: number;
  /** Apparent sizes; the further names of a hard-linked file add nothing. */
  bytes: number;
}

export class TreeWriter {
  readonly counts: TreeCounts = { files: 0, directories: 0, symlinks: 0, hardLinks: 0, bytes: 0 };
  readonly #root: string;
  readonly #random: Random;
  readonly #pool: Uint8Array;
  readonly #directories: string[] = [];
  readonly #known = new Set<string>();

  /** Makes `root`, which must not exist; its parent must. */
  constructor(root: string, random: Random) {
    this.#root = root;
    this.#random = random;
    this.#pool = randomBytes(POOL_BYTES, random.fork("content"));
    this.directory("");
  }

  directory(path: string): void {
    if (this.#known.has(path)) return;
    if (path !== "") this.directory(parentOf(path));
    fs.mkdirSync(join(this.#root, path));
    // mkdir(2) would take the umask off: the same seed makes the same tree, whoever asks.
    fs.chmodSync(join(this.#root, path), 0o755);
    this.#known.add(path);
    this.#directories.push(path);
    this.counts.directories++;
  }

  /** A file of incompressible bytes. */
  file(path: string, sizeBytes: number): void {
    this.#create(path, sizeBytes, (descriptor) => {
      let offset = this.#random.below(POOL_BYTES);
      for (let left = sizeBytes; left > 0;) {
        const written = fs.writeSync(
          descriptor,
          this.#pool,
          offset,
          Math.min(left, POOL_BYTES - offset),
        );
        left -= written;
        offset = (offset + written) % POOL_BYTES;
      }
    });
  }

  /** A file of `sizeBytes` that holds data only in `islands` pieces of `islandBytes`, spread evenly. */
  sparseFile(path: string, sizeBytes: number, islands: number, islandBytes: number): void {
    this.#create(path, sizeBytes, (descriptor) => {
      fs.ftruncateSync(descriptor, sizeBytes);
      for (let i = 0; i < islands; i++) {
        const offset = this.#random.below(POOL_BYTES - islandBytes);
        fs.writeSync(
          descriptor,
          this.#pool,
          offset,
          islandBytes,
          Math.floor((i * sizeBytes) / islands),
        );
      }
    });
  }

  symlink(path: string, target: string): void {
    this.directory(parentOf(path));
    fs.symlinkSync(target, join(this.#root, path));
    const time = this.#time();
    fs.lutimesSync(join(this.#root, path), time, time);
    this.counts.symlinks++;
  }

  hardLink(path: string, existing: string): void {
    this.directory(parentOf(path));
    fs.linkSync(join(this.#root, existing), join(this.#root, path));
    this.counts.hardLinks++;
  }

  /** Sets the directories' times, deepest first: nothing may be added afterwards. */
  finish(): TreeCounts {
    for (const path of this.#directories.toReversed()) {
      const time = this.#time();
      fs.utimesSync(join(this.#root, path), time, time);
    }
    return this.counts;
  }

  #create(path: string, sizeBytes: number, fill: (descriptor: number) => void): void {
    this.directory(parentOf(path));
    const descriptor = fs.openSync(join(this.#root, path), "wx", 0o600);
    try {
      fill(descriptor);
      fs.fchmodSync(descriptor, MODES[this.#random.below(MODES.length)] ?? 0o644);
      const time = this.#time();
      fs.futimesSync(descriptor, time, time);
    } finally {
      fs.closeSync(descriptor);
    }
    this.counts.files++;
    this.counts.bytes += sizeBytes;
  }

  #time(): number {
    return FIRST_MTIME_SEC + this.#random.next() * MTIME_RANGE_SEC;
  }
}

function parentOf(path: string): string {
  const parent = dirname(path);
  return parent === "." ? "" : parent;
}

function randomBytes(lengthBytes: number, random: Random): Uint8Array {
  const words = new Uint32Array(lengthBytes / 4);
  for (let i = 0; i < words.length; i++) words[i] = random.next() * 2 ** 32;
  return new Uint8Array(words.buffer);
}
