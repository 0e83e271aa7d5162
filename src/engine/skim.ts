// The quick look. Most entries of most runs have not changed: files and symlinks are recognised by two stats and one
// comparison, with nothing else in the loop. Whatever is not so plain is left to entry.ts.

import { areAlike, Kind } from "#model/entry.ts";
import { Count } from "#model/summary.ts";
import { Change, compareEntry, PER_ENTRY } from "#planner/compare.ts";
import { compileMethodsOnce, compileOnce } from "#platform/compiler.ts";
import type { Dir, EntryName, Names } from "#platform/platform.ts";
import { hasDirectory, type Place, type QuickWay } from "./quick_way.ts";

/** After so many names in a row that had changed, the rest of a directory is not skimmed: it has changed. */
const MISSES = 3;

export class Skim implements QuickWay {
  readonly #place: Place;
  #missesLeft = MISSES;

  /** The destination must be open wherever entries are handled. */
  constructor(place: Place) {
    this.#place = place;
  }

  /** The place is another directory now. */
  begin(): void {
    this.#missesLeft = MISSES;
  }

  handles(names: Names, index: number): boolean {
    const place = this.#place;
    const target = place.target as Dir;
    const kind = names.kinds[index] as number;
    if (kind === Kind.directory) return hasDirectory(place, target, names, index);
    if ((kind !== Kind.file && kind !== Kind.symlink) || this.#missesLeft === 0) return false;
    const name = names.names[index] as EntryName;
    const { platform, sourceStat, targetStat, trustsLikeness, tally } = place.thread;
    const alike = platform.statAlike(place.source, target, name, sourceStat, targetStat);
    if (
      alike < 0 ||
      sourceStat.kind !== kind ||
      !((alike === 1 && trustsLikeness) || this.isSame()) ||
      (kind === Kind.symlink && !this.leadsToTheSame(name))
    ) {
      this.#missesLeft--;
      return false;
    }
    this.#missesLeft = MISSES;
    place.matched++;
    tally.add(Count.entriesScanned);
    if (kind === Kind.file) {
      tally.add(Count.filesUnchanged);
      tally.add(Count.bytesUnchanged, sourceStat.sizeBytes);
    }
    return true;
  }

  /** The planner's word on entries that are not alike: coarse times, owners that do not count. */
  private isSame(): boolean {
    const { sourceStat, targetStat, options, timeLimits, trustsLikeness } = this.#place.thread;
    if (!trustsLikeness || sourceStat.nlink !== 1) return false;
    const changes = compareEntry(sourceStat, targetStat, options.compare, timeLimits);
    return changes === Change.none || changes === Change.target;
  }

  private leadsToTheSame(name: EntryName): boolean {
    const { source, target, thread } = this.#place;
    if (thread.options.compare.ignoreExisting) return true;
    const leadsTo = thread.platform.readLink(source, name);
    return typeof leadsTo === "string" && leadsTo === thread.platform.readLink(target as Dir, name);
  }
}

compileOnce(...PER_ENTRY, areAlike);
compileMethodsOnce(Skim);
