// The quick look. Most entries of most runs have not changed: files and symlinks are recognised by two stats and the
// planner's word, with nothing else in the loop. Whatever is not so plain is left to entry.ts.

import { Kind } from "#model/entry.ts";
import type { RawName } from "#model/name.ts";
import { Change, compareEntry, PER_ENTRY } from "#planner/compare.ts";
import { compileMethodsOnce, compileOnce } from "#platform/compiler.ts";
import type { Dir } from "#platform/platform.ts";
import type { DirectoryPair } from "./directory_pair.ts";
import { hasDirectory, type QuickWay } from "./quick_way.ts";
import { Count } from "./shared/counters.ts";

/** After so many names in a row that had changed, the rest of a directory is not skimmed: it has changed. */
const MISSES = 3;

export class Skim implements QuickWay {
  readonly #pair: DirectoryPair;
  readonly #target: Dir;
  #missesLeft = MISSES;

  constructor(pair: DirectoryPair, target: Dir) {
    this.#pair = pair;
    this.#target = target;
  }

  handles(name: RawName, kind: number): boolean {
    if (kind === Kind.directory) return hasDirectory(this.#pair, this.#target, name);
    if ((kind !== Kind.file && kind !== Kind.symlink) || this.#missesLeft === 0) return false;
    if (this.#isUnchanged(name, kind)) {
      this.#missesLeft = MISSES;
      return true;
    }
    this.#missesLeft--;
    return false;
  }

  #isUnchanged(name: RawName, kind: number): boolean {
    const { source, thread } = this.#pair;
    const { platform, sourceStat, targetStat, tally } = thread;
    if (platform.stat(source, name, sourceStat) < 0) return false;
    if (sourceStat.kind !== kind || sourceStat.nlink !== 1) return false;
    if (platform.stat(this.#target, name, targetStat) < 0) return false;
    const changes = compareEntry(sourceStat, targetStat, thread.options.compare, thread.timeLimits);
    if (kind === Kind.file) {
      if (changes !== Change.none) return false;
      tally.add(Count.filesUnchanged);
      tally.add(Count.bytesUnchanged, sourceStat.sizeBytes);
    } else if (changes !== Change.none) {
      if (changes !== Change.target || !this.#leadsToTheSame(name)) return false;
    }
    this.#pair.matched++;
    tally.add(Count.entriesScanned);
    return true;
  }

  #leadsToTheSame(name: RawName): boolean {
    const { source, thread } = this.#pair;
    const leadsTo = thread.platform.readLink(source, name);
    return typeof leadsTo === "string" && leadsTo === thread.platform.readLink(this.#target, name);
  }
}

compileOnce(...PER_ENTRY);
compileMethodsOnce(Skim);
