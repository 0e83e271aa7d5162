// The quick verify: small files and symlinks that are the same on both sides are recognised by the fewest system calls.
// It reports nothing: whatever differs, or is not so plain, is looked at again by comparison.ts, which finds the words.

import { areAlike, Kind } from "#model/entry.ts";
import type { RawName } from "#model/name.ts";
import { statDifferences } from "#planner/difference.ts";
import { compileMethodsOnce, compileOnce } from "#platform/compiler.ts";
import { hasExactSizes } from "#platform/file_system_kind.ts";
import type { Dir, EntryName, File, Names } from "#platform/platform.ts";
import { EntryByEntry, hasDirectory, type Place } from "../quick_way.ts";
import type { Route } from "../route.ts";
import { READ_BYTES } from "../same_bytes.ts";
import type { Thread } from "../thread.ts";
import { Count } from "#model/summary.ts";
import { entryXattrs, fileXattrs } from "../metadata.ts";
import { hasNone, trySameXattrs } from "../xattrs.ts";

export class QuickVerify extends EntryByEntry {
  readonly #place: Place;

  /** True in a run that compares all there is of an entry. */
  static suits({ options }: Thread): boolean {
    return options.compare.checksum && options.compare.preserveXattrs;
  }

  /** True where a read of st_size bytes has met the end, on both sides. */
  static trusts({ exactSizes, targetKind }: Route): boolean {
    return exactSizes && hasExactSizes(targetKind);
  }

  constructor(place: Place) {
    super(place.thread);
    this.#place = place;
  }

  protected handles(names: Names, index: number): boolean {
    const kind = names.kinds[index] as number;
    if (kind === Kind.file) return this.isSameFile(names.names[index] as EntryName);
    if (kind === Kind.directory)
      return hasDirectory(this.#place, this.#place.target as Dir, names, index);
    return kind === Kind.symlink && this.isSameSymlink(names.text(index));
  }

  private isSameFile(name: EntryName): boolean {
    const { thread, source, target } = this.#place;
    const { platform, sourceStat, tally } = thread;
    const from = platform.openRead(source, name) as File;
    if (from < 0) return false;
    const to = platform.openRead(target as Dir, name) as File;
    const isSame = to >= 0 && this.areSame(from, to);
    if (to >= 0) platform.closeFileLater(to);
    platform.closeFileLater(from);
    if (!isSame) return false;
    const { sizeBytes } = sourceStat;
    tally.add(Count.bytesCompared, sizeBytes);
    tally.add(Count.filesUnchanged);
    tally.add(Count.bytesUnchanged, sizeBytes);
    return this.counted();
  }

  private areSame(from: File, to: File): boolean {
    const { thread } = this.#place;
    const { platform, sourceStat, targetStat, io, otherIo } = thread;
    if (platform.statFile(from, sourceStat) < 0 || platform.statFile(to, targetStat) < 0)
      return false;
    const { kind, nlink, sizeBytes } = sourceStat;
    if (kind !== Kind.file || nlink !== 1 || sizeBytes > READ_BYTES) return false;
    if (!haveSameStats(thread)) return false;
    const isBare = hasNone(platform.listFileXattrs(from)) && hasNone(platform.listFileXattrs(to));
    if (!isBare && !trySameXattrs(fileXattrs(thread, from), fileXattrs(thread, to))) return false;
    if (sizeBytes === 0) return true;
    return (
      platform.read(from, io, READ_BYTES + 1) === sizeBytes &&
      platform.read(to, otherIo, READ_BYTES + 1) === sizeBytes &&
      io.bytes.compare(otherIo.bytes, 0, sizeBytes, 0, sizeBytes) === 0
    );
  }

  private isSameSymlink(name: RawName): boolean {
    const { thread, source } = this.#place;
    const target = this.#place.target as Dir;
    const { platform, sourceStat, targetStat } = thread;
    if (platform.stat(source, name, sourceStat) < 0) return false;
    if (platform.stat(target, name, targetStat) < 0) return false;
    if (sourceStat.kind !== Kind.symlink || sourceStat.nlink !== 1) return false;
    if (!haveSameStats(thread)) return false;
    const leadsTo = platform.readLink(source, name);
    return (
      typeof leadsTo === "string" &&
      leadsTo === platform.readLink(target, name) &&
      this.haveSameXattrs(name) &&
      this.counted()
    );
  }

  private haveSameXattrs(name: RawName): boolean {
    const { thread, source: dir } = this.#place;
    const { platform } = thread;
    const target = this.#place.target as Dir;
    if (hasNone(platform.listXattrs(dir, name)) && hasNone(platform.listXattrs(target, name)))
      return true;
    return trySameXattrs(
      entryXattrs(thread, { dir, name }),
      entryXattrs(thread, { dir: target, name }),
    );
  }

  private counted(): true {
    this.#place.matched++;
    this.#place.thread.tally.add(Count.entriesScanned);
    return true;
  }
}

/** Of the entries whose stats the thread holds. Mostly they are alike: then the planner need not be asked, nor compiled. */
export function haveSameStats({ sourceStat, targetStat, options, timeLimits }: Thread): boolean {
  return (
    areAlike(sourceStat, targetStat) ||
    statDifferences(sourceStat, targetStat, options.compare, timeLimits).length === 0
  );
}

compileOnce(areAlike, haveSameStats);
compileMethodsOnce(QuickVerify);
