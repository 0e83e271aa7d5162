// The quick look. Most entries of most runs are files that have not changed: this recognises them by two stats and the
// planner's word, with nothing else in the loop. Whatever is not so plain is left to entry.ts.

import { Kind } from "#model/entry.ts";
import type { RawName } from "#model/name.ts";
import { Change, compareEntry, PER_ENTRY } from "#planner/compare.ts";
import { compileMethodsOnce, compileOnce } from "#platform/compiler.ts";
import type { DirectoryPair } from "./directory_pair.ts";
import type { QuickWay } from "./quick_way.ts";
import { Count } from "./shared/counters.ts";

/** After so many names in a row that were not unchanged files, the rest of a directory is not skimmed: it has changed. */
const MISSES = 3;

export class Skim implements QuickWay {
  readonly #pair: DirectoryPair;
  #missesLeft = MISSES;

  /** Undefined where entries of this directory need another look. */
  static in(pair: DirectoryPair): Skim | undefined {
    const { filter, options } = pair.thread;
    const isPlain = filter === undefined && (options.verb === "mirror" || options.verb === "copy");
    return isPlain && !pair.fresh && pair.single === undefined ? new Skim(pair) : undefined;
  }

  private constructor(pair: DirectoryPair) {
    this.#pair = pair;
  }

  /** True for a file that is the same on both sides. */
  handles(name: RawName, kind: number): boolean {
    if (kind === Kind.directory) return this.#hasDirectory(name);
    if (kind !== Kind.file || this.#missesLeft === 0) return false;
    const { source, target, thread } = this.#pair;
    const { platform, sourceStat, targetStat, tally } = thread;
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
      this.#pair.matched++;
      tally.add(Count.entriesScanned);
      tally.add(Count.filesUnchanged);
      tally.add(Count.bytesUnchanged, sourceStat.sizeBytes);
      return true;
    }
    this.#missesLeft--;
    return false;
  }

  #hasDirectory(name: RawName): boolean {
    const pair = this.#pair;
    const { platform, targetStat } = pair.thread;
    if (pair.target === undefined || platform.stat(pair.target, name, targetStat) !== 0)
      return false;
    if (targetStat.kind !== Kind.directory) return false;
    pair.matched++;
    pair.descend(name, false);
    return true;
  }
}

compileOnce(...PER_ENTRY);
compileMethodsOnce(Skim);
