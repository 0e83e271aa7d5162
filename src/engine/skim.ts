// The quick look. Most entries of most runs are files that have not changed: this recognises them by two stats and the
// planner's word, with nothing else in the loop. Whatever is not so plain is left to entry.ts.

import { Kind } from "#model/entry.ts";
import type { RawName } from "#model/name.ts";
import { Change, compareEntry } from "#planner/compare.ts";
import { keepFromSlowCompiler } from "#platform/compiler.ts";
import type { DirectoryPair } from "./directory_pair.ts";
import { Count } from "./shared/counters.ts";

/** After so many names in a row that were not unchanged files, the rest of a directory is not skimmed: it has changed. */
const MISSES = 3;

export class Skim {
  readonly #pair: DirectoryPair;
  #missesLeft: number;
  #files = 0;
  #bytes = 0;

  constructor(pair: DirectoryPair) {
    this.#pair = pair;
    const { filter, options } = pair.thread;
    const isPlain = filter === undefined && (options.verb === "mirror" || options.verb === "copy");
    this.#missesLeft = isPlain && !pair.fresh && pair.single === undefined ? MISSES : 0;
  }

  /** True for a file that is the same on both sides: it needs nothing more, and is counted by settle(). */
  isUnchanged(name: RawName, kind: number): boolean {
    if (kind !== Kind.file || this.#missesLeft === 0) return false;
    const { source, target, thread } = this.#pair;
    const { platform, sourceStat, targetStat } = thread;
    if (
      target !== undefined &&
      platform.stat(source, name, sourceStat) === 0 &&
      sourceStat.kind === Kind.file &&
      sourceStat.nlink === 1 &&
      platform.stat(target, name, targetStat) === 0 &&
      compareEntry(sourceStat, targetStat, thread.options.compare, thread.timeLimits) ===
        Change.none
    ) {
      this.#missesLeft = MISSES;
      this.#files++;
      this.#bytes += sourceStat.sizeBytes;
      return true;
    }
    this.#missesLeft--;
    return false;
  }

  /** Adds what was recognised to the counts. */
  settle(): void {
    const { thread } = this.#pair;
    this.#pair.matched += this.#files;
    thread.tally.add(Count.entriesScanned, this.#files);
    thread.tally.add(Count.filesUnchanged, this.#files);
    thread.tally.add(Count.bytesUnchanged, this.#bytes);
  }
}

keepFromSlowCompiler(Skim.prototype.isUnchanged);
