// What must be done to a destination entry so that it equals its source: the comparison policy of blit, pure.
// It knows no file system, no thread and no network; the engine asks it once an entry, on the stats it has.

import { isChangedSince, Kind, type Moment, type Stat } from "#model/entry.ts";
import type { ComparePolicy } from "#model/options.ts";

/** A set of differences, as bits of one number: the engine asks for every entry and nothing is allocated. */
export enum Change {
  none = 0,
  /** The entry must be made anew: absent, or of another kind, or a device node with another number. */
  create = 1,
  /** The content differs, or may: copy the data. */
  content = 2,
  mode = 4,
  owner = 8,
  time = 16,
  /** Extended attributes may differ: compare them. */
  xattrs = 32,
  /** A symlink: its target must be compared. */
  target = 64,
  /** Size and mtime agree but --checksum asks for proof: compare content. */
  verify = 128,
  /** The destination shares its inode with more names than the source does: it needs one of its own. */
  unshare = 256,
  /** The policy leaves what the destination has, be it another entry or the same. */
  keep = 512,
}

/** What the destination's file system can hold of a time; learned by reading back what was set. */
export interface TimeLimits {
  /** The step of its timestamps in nanoseconds: 1, 100, 1000, 1e6, 1e7, 1e9 or 2e9. */
  readonly grainNsec: number;
  /** Within such a step this platform cannot set a time exactly: what is held there counts as equal. 1 where it can. */
  readonly settableNsec?: number;
  /** Seconds may be held without a sign, from 1970 to 2106, as NFS 3 does: what is earlier is held as 1970. */
  readonly mayBeUnsigned?: boolean;
  /**
   * When this run began. What is changed since was perhaps changed by the run itself: a name that gets an inode of its own
   * moves the ctime of those that it leaves, which then tells nothing of the source.
   */
  readonly begun?: Moment;
}

/** The coarsest steps are those of FAT (2 s) and exFAT (10 ms), whose time begins in 1980. */
const FAT_GRAIN_NSEC = 2e9;
const EXFAT_GRAIN_NSEC = 1e7;
const FAT_EARLIEST = 315532800;

/**
 * The first and last seconds that file systems hold: ext and xfs; ext and xfs without extra bits, NFS 3, FAT, exFAT, ext4,
 * xfs. Linux keeps what is beyond at the bound, without nanoseconds (timestamp_truncate, fs/inode.c).
 */
const EARLIEST = -2147483648;
const LATEST = [2147483647, 4294967295, 4354819198, 4354819199, 15032385535, 16299260425];

type Timed = Pick<Stat, "mtimeSec" | "mtimeNsec">;

/** True where the destination's mtime is what its file system makes of the source's. */
export function sameTime(source: Timed, target: Timed, limits: TimeLimits): boolean {
  const seconds = source.mtimeSec;
  const grain = limits.grainNsec;
  if (seconds === target.mtimeSec) {
    if (source.mtimeNsec === target.mtimeNsec) return true;
    if (truncated(source.mtimeNsec, grain) === target.mtimeNsec) return true;
    const settable = limits.settableNsec ?? 1;
    if (truncated(source.mtimeNsec, settable) === truncated(target.mtimeNsec, settable))
      return true;
  }
  if (target.mtimeNsec !== 0) return false;
  if (grain === FAT_GRAIN_NSEC && seconds - (seconds & 1) === target.mtimeSec) return true;
  return isAtBound(seconds, target.mtimeSec, limits);
}

function truncated(nsec: number, grainNsec: number): number {
  return grainNsec >= 1e9 ? 0 : nsec - (nsec % grainNsec);
}

function isAtBound(source: number, target: number, limits: TimeLimits): boolean {
  if (source >= target && LATEST.includes(target)) return true;
  if (source > target) return false;
  // A bound only where it can be one: zipped and reproducible trees are full of files of 1970 and of 1980.
  if (target === 0) return limits.mayBeUnsigned === true;
  if (target === FAT_EARLIEST) return limits.grainNsec >= EXFAT_GRAIN_NSEC;
  return target === EARLIEST;
}

/** The differences between a source entry and the destination entry of the same name. */
export function compareEntry(
  source: Stat,
  target: Stat,
  policy: ComparePolicy,
  limits: TimeLimits,
): number {
  const areDirectories = source.kind === Kind.directory && target.kind === Kind.directory;
  if (policy.ignoreExisting && !areDirectories) return Change.keep;
  if (source.kind !== target.kind) return Change.create;
  if (source.kind === Kind.file) return compareFile(source, target, policy, limits);
  if (source.kind === Kind.directory) return compareMetadata(source, target, policy, limits, true);
  return compareNode(source, target, policy, limits);
}

function compareNode(
  source: Stat,
  target: Stat,
  policy: ComparePolicy,
  limits: TimeLimits,
): number {
  const isSymlink = source.kind === Kind.symlink;
  const metadata = compareMetadata(source, target, policy, limits, !isSymlink);
  if (
    (source.kind === Kind.charDevice || source.kind === Kind.blockDevice) &&
    (source.rdevMajor !== target.rdevMajor || source.rdevMinor !== target.rdevMinor)
  )
    return Change.create;
  return (
    (isSymlink ? Change.target : Change.none) |
    (isShared(source, target, policy, metadata) ? Change.unshare : Change.none) |
    metadata
  );
}

/**
 * The destination's inode has names that the source does not account for. Of a move's source names are gone already: it
 * asks only where they would be mended too.
 */
function isShared(source: Stat, target: Stat, policy: ComparePolicy, metadata: number): boolean {
  if (policy.unshare) return target.nlink > source.nlink;
  return target.nlink > 1 && (metadata & (Change.mode | Change.owner | Change.time)) !== 0;
}

function compareFile(
  source: Stat,
  target: Stat,
  policy: ComparePolicy,
  limits: TimeLimits,
): number {
  if (policy.update && isNewer(target, source, limits)) return Change.keep;
  const metadata = compareMetadata(source, target, policy, limits, true);
  if (policy.ignoreTimes || source.sizeBytes !== target.sizeBytes) return metadata | Change.content;
  if (isShared(source, target, policy, metadata)) return metadata | Change.unshare;
  if (policy.checksum) return metadata | Change.verify;
  if ((metadata & Change.time) !== 0 && !policy.sizeOnly) return metadata | Change.content;
  return metadata;
}

function compareMetadata(
  source: Stat,
  target: Stat,
  policy: ComparePolicy,
  limits: TimeLimits,
  hasMode: boolean,
): number {
  let changes: number = Change.none;
  if (hasMode && source.mode !== target.mode) changes |= Change.mode;
  if (policy.preserveOwner && (source.uid !== target.uid || source.gid !== target.gid))
    changes |= Change.owner;
  if (!sameTime(source, target, limits)) changes |= Change.time;
  // The time is set last: where it differs the attributes of an earlier run may be missing, though it is newer.
  const isSuspect =
    (changes & Change.time) !== 0 ||
    mayBeChangedAfter(source, target) ||
    (limits.begun !== undefined && isChangedSince(target, limits.begun));
  if (policy.preserveXattrs && (policy.checksum || isSuspect)) changes |= Change.xattrs;
  return changes;
}

/**
 * The source's extended attributes may have changed since it was copied: its ctime is newer, or the same, for the kernel's clock
 * goes in steps of milliseconds, and within one the copy may have come first.
 */
function mayBeChangedAfter(source: Stat, target: Stat): boolean {
  return (
    source.ctimeSec > target.ctimeSec ||
    (source.ctimeSec === target.ctimeSec && source.ctimeNsec >= target.ctimeNsec)
  );
}

function isNewer(a: Stat, b: Stat, limits: TimeLimits): boolean {
  if (sameTime(b, a, limits)) return false;
  return a.mtimeSec > b.mtimeSec || (a.mtimeSec === b.mtimeSec && a.mtimeNsec > b.mtimeNsec);
}

/** What runs once an entry: the engine tells the compiler so (platform/compiler.ts), which is nothing for pure code. */
export const PER_ENTRY = [
  sameTime,
  truncated,
  isAtBound,
  compareEntry,
  compareNode,
  isShared,
  compareFile,
  compareMetadata,
  mayBeChangedAfter,
  isChangedSince,
  isNewer,
] as const;
