// The quick copy. Most entries that a run makes are small files and symlinks in a directory that it has just made: these
// are copied by the fewest system calls, in one function that the compiler sees whole. It reports nothing: whatever is not
// so plain, and whatever fails, leaves nothing behind and is done again, with care, by entry.ts.

import { Kind, type Stat } from "#model/entry.ts";
import type { RawName } from "#model/name.ts";
import { compileMethodsOnce } from "#platform/compiler.ts";
import type { Dir, EntryName, File, Names, Platform } from "#platform/platform.ts";
import { LARGE_BYTES } from "./content.ts";
import type { DirectoryPair } from "./directory_pair.ts";
import { EntryByEntry, type Place } from "./quick_way.ts";
import { givenUser, guardedMode, type Owned, OwnerStep, ownerSteps } from "./owner.ts";
import type { Route } from "./route.ts";
import { Count } from "#model/summary.ts";
import type { Thread } from "./thread.ts";
import { hasNone } from "./xattrs.ts";

export class QuickCopy extends EntryByEntry {
  readonly #place: Place;
  readonly #keepsXattrs: boolean;
  #route: Route | undefined;
  /** What a new entry gets by itself here; a source that has the same needs no chown. */
  #made: Owned = { uid: 0, gid: 0 };
  /** Of the entry at hand: another owner is to be given, or is out of reach. */
  #isGiven = false;
  #isNoted = false;

  /** Undefined where new entries of this directory need more than that. */
  static in(pair: DirectoryPair): QuickCopy | undefined {
    const { defaults, route, thread } = pair;
    if (!QuickCopy.suits(thread) || !route.exactSizes) return undefined;
    if (defaults?.modeExact !== true || defaults.inheritsXattrs) return undefined;
    const copy = new QuickCopy(pair);
    copy.begin(route, defaults);
    return copy;
  }

  /** True in a run that wants no more of an entry than that it is made. */
  static suits({ options, usesTemporaryNames }: Thread): boolean {
    return !options.durable && !options.reportEntries && !usesTemporaryNames;
  }

  constructor(place: Place) {
    super();
    this.#place = place;
    this.#keepsXattrs = place.thread.options.compare.preserveXattrs;
  }

  /** The place is another directory now, in which new entries get this owner. */
  begin(route: Route, { uid, gid }: Owned): void {
    this.#route = route;
    this.#made = { uid, gid };
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
    const from = platform.openRead(source, name) as File;
    if (from < 0) return false;
    let isCopied = false;
    if (
      platform.statFile(from, stat) === 0 &&
      this.isPlain(stat, Kind.file) &&
      (!this.#keepsXattrs || hasNone(platform.listFileXattrs(from)))
    ) {
      const mode = this.#isGiven ? guardedMode(stat.mode) : stat.mode;
      const to = platform.createFile(target, name, mode) as File;
      if (to >= 0) {
        isCopied =
          this.fills(platform, from, to, stat) &&
          (!this.#isGiven || this.gives(to, stat, mode)) &&
          platform.setFileTime(to, stat.mtimeSec, stat.mtimeNsec) === 0;
        if (platform.closeFile(to) < 0) isCopied = false;
        if (!isCopied) platform.unlink(target, name);
      }
    }
    platform.closeFile(from);
    if (!isCopied) return false;
    const { sizeBytes } = stat;
    this.countEntry();
    tally.add(Count.filesPlanned);
    tally.add(Count.filesCopied);
    tally.add(Count.bytesPlanned, sizeBytes);
    tally.add(Count.bytesCopied, sizeBytes);
    return true;
  }

  /** One read, one write; true where the source is known to have held still. */
  private fills(platform: Platform, from: File, to: File, stat: Stat): boolean {
    const { io, otherStat: now } = this.#place.thread;
    const { sizeBytes } = stat;
    const route = this.#route as Route;
    if (sizeBytes > 0) {
      if (route.smallByCopyRange) {
        if (platform.copyRange(from, to, 0, sizeBytes) !== sizeBytes) {
          route.smallByCopyRange = false;
          return false;
        }
      } else {
        if (platform.read(from, io, LARGE_BYTES) !== sizeBytes) return false;
        if (platform.write(to, io, sizeBytes) !== sizeBytes) return false;
      }
    }
    return (
      platform.statFile(from, now) === 0 &&
      now.sizeBytes === sizeBytes &&
      now.mtimeNsec === stat.mtimeNsec &&
      now.mtimeSec === stat.mtimeSec
    );
  }

  /** The owner of the file's source, and the mode that goes with it; false where that fails. */
  private gives(to: File, stat: Stat, mode: number): boolean {
    const { platform } = this.#place.thread;
    return (
      this.isTaken(platform.setFileOwner(to, givenUser(this.#place.thread, stat), stat.gid)) &&
      (mode === stat.mode || platform.setFileMode(to, stat.mode) === 0)
    );
  }

  private copiesSymlink(name: RawName): boolean {
    const { thread, source } = this.#place;
    const target = this.#place.target as Dir;
    const { platform, sourceStat: stat, tally } = thread;
    if (platform.stat(source, name, stat) !== 0 || !this.isPlain(stat, Kind.symlink)) return false;
    if (this.#keepsXattrs && !hasNone(platform.listXattrs(source, name))) return false;
    const leadsTo = platform.readLink(source, name);
    if (typeof leadsTo === "number") return false;
    if (platform.makeSymlink(target, name, leadsTo) < 0) return false;
    const isOwned =
      !this.#isGiven ||
      this.isTaken(platform.setOwner(target, name, givenUser(thread, stat), stat.gid));
    if (!isOwned || platform.setTime(target, name, stat.mtimeSec, stat.mtimeNsec) < 0) {
      platform.unlink(target, name);
      return false;
    }
    this.countEntry();
    tally.add(Count.symlinksMade);
    return true;
  }

  /** Where the file system refuses one owner, it will refuse the next. */
  private isTaken(result: number): boolean {
    if (result < 0) (this.#route as Route).tryOwner = false;
    return result === 0;
  }

  /** A small entry of one name, without holes and set-id bits. Looks at what is to be done about its owner, too. */
  private isPlain(stat: Stat, kind: Kind): boolean {
    const steps = ownerSteps(this.#place.thread, stat, this.#made);
    this.#isGiven = (steps & OwnerStep.give) !== 0;
    this.#isNoted = (steps & OwnerStep.note) !== 0;
    return (
      stat.kind === kind &&
      stat.nlink === 1 &&
      (!this.#isGiven || (this.#route as Route).tryOwner) &&
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
    if (this.#isNoted) place.thread.note("notesNotPermitted");
  }
}

compileMethodsOnce(QuickCopy);
