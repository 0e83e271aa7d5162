// The quick look. Most entries of most runs have not changed: files and symlinks are recognised by two stats and one
// comparison, with nothing else in the loop. Whatever is not so plain is left to entry.ts.

import { areAlike, Kind } from "#model/entry.ts";
import { Count } from "#model/summary.ts";
import { Change, compareEntry, PER_ENTRY } from "#planner/compare.ts";
import { compileMethodsOnce, compileOnce } from "#platform/compiler.ts";
import type { Dir, EntryName, Names } from "#platform/platform.ts";
import { withinReach } from "./owner.ts";
import { hasDirectory, type Place, type QuickWay } from "./quick_way.ts";

/** After so many names in a row that had changed, the rest of a directory is not skimmed: it has changed. */
const MISSES = 3;

/** Only where the policy trusts likeness (Thread.trustsLikeness), and where the destination is open. */
export class Skim implements QuickWay {
  readonly #place: Place;
  #missesLeft = MISSES;

  constructor(place: Place) {
    this.#place = place;
  }

  /** The place is another directory now. */
  begin(): void {
    this.#missesLeft = MISSES;
  }

  pass(names: Names, start: number, end: number): number {
    const place = this.#place;
    const { source, thread } = place;
    const { platform, alike } = thread;
    const target = place.target as Dir;
    for (let index = start; index < end; index++) {
      if (this.#missesLeft > 0) {
        const from = index;
        index = platform.passAlike(source, target, names, from, end, alike);
        if (index > from) this.count(index - from, alike.files, alike.bytes);
        if (index === end) break;
      }
      if (!this.handles(names, index)) return index;
    }
    return end;
  }

  /** An entry at which the loop has stopped. */
  private handles(names: Names, index: number): boolean {
    const place = this.#place;
    const kind = names.kinds[index] as number;
    if (kind === Kind.directory) return hasDirectory(place, place.target as Dir, names, index);
    if ((kind !== Kind.file && kind !== Kind.symlink) || this.#missesLeft === 0) return false;
    if (!this.isSame(kind, names.names[index] as EntryName)) {
      this.#missesLeft--;
      return false;
    }
    if (kind === Kind.file) this.count(1, 1, place.thread.alike.original.sizeBytes);
    else this.count(1, 0, 0);
    return true;
  }

  private count(entries: number, files: number, bytes: number): void {
    const place = this.#place;
    const { tally } = place.thread;
    this.#missesLeft = MISSES;
    place.matched += entries;
    tally.add(Count.entriesScanned, entries);
    tally.add(Count.filesUnchanged, files);
    tally.add(Count.bytesUnchanged, bytes);
  }

  /** The planner's word on entries that are not alike: coarse times, owners that do not count or are out of reach. */
  private isSame(kind: Kind, name: EntryName): boolean {
    const { thread } = this.#place;
    const { alike, options, timeLimits } = thread;
    const { original, copy, isSeen } = alike;
    if (!isSeen || original.kind !== kind || original.nlink !== 1) return false;
    const found = compareEntry(original, copy, options.compare, timeLimits);
    const changes = withinReach(thread, found, original, copy);
    const isSame =
      changes === Change.none ||
      changes === Change.keep ||
      (changes === Change.target && this.leadsToTheSame(name));
    if (isSame && changes !== found) thread.note("notesNotPermitted");
    return isSame;
  }

  private leadsToTheSame(name: EntryName): boolean {
    const { source, target, thread } = this.#place;
    const leadsTo = thread.platform.readLink(source, name);
    return typeof leadsTo === "string" && leadsTo === thread.platform.readLink(target as Dir, name);
  }
}

compileOnce(...PER_ENTRY, areAlike);
compileMethodsOnce(Skim);
