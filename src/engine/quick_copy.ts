// The quick copy. Most entries that a run makes are small files and symlinks in a directory that it has just made: these
// are copied by the fewest system calls, in one function that the compiler sees whole. It reports nothing: whatever is not
// so plain, and whatever fails, leaves nothing behind and is done again, with care, by entry.ts.

import { isSameVersion, Kind, type Stat } from "#model/entry.ts";
import type { RawName } from "#model/name.ts";
import { compileMethodsOnce, compileOnce } from "#platform/compiler.ts";
import type { Dir, EntryName, File, Names, Platform } from "#platform/platform.ts";
import { LARGE_BYTES } from "./content.ts";
import { isRefusal } from "./data_range.ts";
import type { DirectoryPair } from "./directory_pair.ts";
import { EntryByEntry, type Place } from "./quick_way.ts";
import type { Owned } from "./owner.ts";
import { QuickDress } from "./quick_dress.ts";
import { isReplaced, isReplacedByWhole } from "./replaced.ts";
import type { Route } from "./route.ts";
import { Count } from "#model/summary.ts";
import { noteFirstByte } from "./shared/first_byte.ts";
import type { Thread } from "./thread.ts";

export class QuickCopy extends EntryByEntry {
  readonly #place: Place;
  readonly #dress: QuickDress;
  #route: Route | undefined;

  /** Undefined where new entries of this directory need more than that. */
  static in(pair: DirectoryPair): QuickCopy | undefined {
    const { defaults, route, thread } = pair;
    if (!QuickCopy.suits(thread) || !route.exactSizes) return undefined;
    if (defaults?.modeExact !== true) return undefined;
    const copy = new QuickCopy(pair);
    copy.begin(route, defaults, defaults.inheritsXattrs);
    return copy;
  }

  /** True in a run that wants no more of an entry than that it is made. */
  static suits({ options, usesTemporaryNames }: Thread): boolean {
    return !options.durable && !options.reportEntries && !usesTemporaryNames;
  }

  constructor(place: Place) {
    super(place.thread);
    this.#place = place;
    this.#dress = new QuickDress(place.thread);
  }

  /** The place is another directory now, in which new entries get this owner, and attributes or none. */
  begin(route: Route, owner: Owned, inheritsXattrs: boolean): void {
    this.#route = route;
    this.#dress.begin(route, owner, inheritsXattrs);
  }

  protected handles(names: Names, index: number): boolean {
    const kind = names.kinds[index] as number;
    if (kind === Kind.file) return this.copiesFile(names.names[index] as EntryName);
    if (kind === Kind.directory) return this.makesDirectory(names, index);
    return kind === Kind.symlink && this.copiesSymlink(names.text(index));
  }

  private makesDirectory(names: Names, index: number): boolean {
    const place = this.#place;
    const { platform, tally } = place.thread;
    if (platform.makeDir(place.target as Dir, names.names[index] as EntryName, 0o700) < 0)
      return false;
    tally.add(Count.directoriesMade);
    place.matched++;
    place.descend(names.text(index), true);
    return true;
  }

  private copiesFile(name: EntryName): boolean {
    const { thread, source } = this.#place;
    const target = this.#place.target as Dir;
    const { platform, sourceStat: stat, tally } = thread;
    const dress = this.#dress;
    const from = platform.openRead(source, name) as File;
    if (from < 0) return false;
    let isCopied = false;
    if (
      platform.statFile(from, stat) === 0 &&
      this.isPlain(stat, Kind.file) &&
      dress.suitsFile(from, stat)
    ) {
      const to = platform.createFile(target, name, dress.modeOf(stat)) as File;
      if (to >= 0) {
        isCopied =
          this.fills(platform, from, to, stat) &&
          (dress.isNone || dress.dressesFile(from, to, stat)) &&
          platform.setFileTime(to, stat.mtimeSec, stat.mtimeNsec) === 0;
        const isAnothers = !isCopied && isReplaced(thread, to, target, name);
        if ((this.#route as Route).closesInSilence) platform.closeFileLater(to);
        else if (platform.closeFile(to) < 0) isCopied = false;
        if (!isCopied && !isAnothers) platform.unlink(target, name);
      }
    }
    platform.closeFileLater(from);
    if (!isCopied) return false;
    const { sizeBytes } = stat;
    this.countEntry();
    tally.add(Count.filesPlanned);
    tally.add(Count.filesCopied);
    tally.add(Count.bytesPlanned, sizeBytes);
    tally.add(Count.bytesCopied, sizeBytes);
    if (sizeBytes > 0) noteFirstByte(thread.memory);
    return true;
  }

  /** One read, one write; true where the source is known to have held still. */
  private fills(platform: Platform, from: File, to: File, stat: Stat): boolean {
    const { io, otherStat: now } = this.#place.thread;
    const { sizeBytes } = stat;
    const route = this.#route as Route;
    if (sizeBytes > 0) {
      if (route.smallByCopyRange) {
        const copied = platform.copyRange(from, to, 0, sizeBytes);
        if (isRefusal(copied)) route.smallByCopyRange = false;
        if (copied !== sizeBytes) return false;
      } else {
        if (platform.read(from, io, LARGE_BYTES) !== sizeBytes) return false;
        if (platform.write(to, io, sizeBytes) !== sizeBytes) return false;
      }
    }
    return platform.statFile(from, now) === 0 && isSameVersion(now, stat);
  }

  private copiesSymlink(name: RawName): boolean {
    const { thread, source } = this.#place;
    const target = this.#place.target as Dir;
    const { platform, sourceStat: stat, tally } = thread;
    const dress = this.#dress;
    if (platform.stat(source, name, stat) !== 0 || !this.isPlain(stat, Kind.symlink)) return false;
    if (!dress.suitsSymlink(source, name, stat)) return false;
    const leadsTo = platform.readLink(source, name);
    if (typeof leadsTo === "number") return false;
    if (platform.makeSymlink(target, name, leadsTo) < 0) return false;
    const isDressed = dress.isNone || dress.dressesSymlink(source, target, name, stat);
    if (!isDressed || platform.setTime(target, name, stat.mtimeSec, stat.mtimeNsec) < 0) {
      if (!isReplacedByWhole(thread, target, name, stat)) platform.unlink(target, name);
      return false;
    }
    this.countEntry();
    tally.add(Count.symlinksMade);
    return true;
  }

  /** A small entry of one name, without holes and set-id bits. */
  private isPlain(stat: Stat, kind: Kind): boolean {
    return (
      stat.kind === kind &&
      stat.nlink === 1 &&
      (kind === Kind.symlink ||
        (stat.mode <= 0o777 &&
          stat.sizeBytes < LARGE_BYTES &&
          stat.allocatedBytes >= stat.sizeBytes))
    );
  }

  private countEntry(): void {
    const place = this.#place;
    place.thread.tally.add(Count.entriesScanned);
    place.matched++;
    this.#dress.noteOwner();
  }
}

compileOnce(isSameVersion);
compileMethodsOnce(QuickCopy);
