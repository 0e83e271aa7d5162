// What must be done to a destination entry so that it equals its source: the comparison policy of blit, pure.
// It knows no file system, no thread and no network; the engine asks it once an entry, on the stats it has.

import { Kind, type Stat } from "#model/entry.ts";
import type { ComparePolicy } from "#model/options.ts";

/** A set of differences, as bits of one number: the engine asks for every entry and nothing is allocated. */
export const Change = {
  none: 0,
  /** The entry must be made anew: absent, or of another kind, or a device node with another number. */
  create: 1,
  /** The content differs, or may: copy the data. */
  content: 2,
  mode: 4,
  owner: 8,
  time: 16,
  /** Extended attributes may differ: compare them. */
  xattrs: 32,
  /** A symlink: its target must be compared. */
  target: 64,
  /** Size and mtime agree but --checksum asks for proof: compare content. */
  verify: 128,
  /** The destination shares its inode with more names than the source does: it needs one of its own. */
  unshare: 256,
} as const;

/** What the destination's file system can hold of a time; learned by reading back what was set. */
export interface TimeLimits {
  /** The step of its timestamps in nanoseconds: 1, 100, 1000, 1e9 or 2e9. */
  readonly grainNsec: number;
}

/** Where file systems clamp a time they cannot hold: ext4 without and with extra bits, xfs without and with bigtime, and 1901. */
const CLAMPS = [2147483647, 15032385535, 16299260425, 4294967295, -2147483648, 0];
const INT32_MAX = 2147483647;
const INT32_MIN = -2147483648;

type Timed = Pick<Stat, "mtimeSec" | "mtimeNsec">;

/** True where the destination's mtime is what its file system makes of the source's. */
export function sameTime(source: Timed, target: Timed, limits: TimeLimits): boolean {
  const seconds = source.mtimeSec;
  if (seconds === target.mtimeSec) {
    if (source.mtimeNsec === target.mtimeNsec) return true;
    const grain = limits.grainNsec;
    return grain > 1 && truncated(source.mtimeNsec, grain) === truncated(target.mtimeNsec, grain);
  }
  if (limits.grainNsec === 2e9) return seconds - (seconds & 1) === target.mtimeSec;
  return isClamped(seconds, target.mtimeSec);
}

function truncated(nsec: number, grainNsec: number): number {
  return grainNsec >= 1e9 ? 0 : nsec - (nsec % grainNsec);
}

function isClamped(source: number, target: number): boolean {
  if (source > INT32_MAX) return target >= INT32_MAX && target < source && CLAMPS.includes(target);
  return (
    source < 0 && target > source && (source < INT32_MIN || target === 0) && CLAMPS.includes(target)
  );
}

/** The differences between a source entry and the destination entry of the same name. */
export function compareEntry(
  source: Stat,
  target: Stat,
  policy: ComparePolicy,
  limits: TimeLimits,
): number {
  if (policy.ignoreExisting && source.kind !== Kind.directory) return Change.none;
  if (source.kind !== target.kind) return Change.create;
  switch (source.kind) {
    case Kind.file:
      return compareFile(source, target, policy, limits);
    case Kind.symlink:
      return Change.target | compareMetadata(source, target, policy, limits, false);
    case Kind.charDevice:
    case Kind.blockDevice:
      if (source.rdevMajor !== target.rdevMajor || source.rdevMinor !== target.rdevMinor)
        return Change.create;
      return compareMetadata(source, target, policy, limits, true);
    default:
      return compareMetadata(source, target, policy, limits, true);
  }
}

function compareFile(
  source: Stat,
  target: Stat,
  policy: ComparePolicy,
  limits: TimeLimits,
): number {
  if (policy.update && isNewer(target, source, limits)) return Change.none;
  const metadata = compareMetadata(source, target, policy, limits, true);
  if (policy.ignoreTimes || source.sizeBytes !== target.sizeBytes) return metadata | Change.content;
  if (target.nlink > source.nlink) return metadata | Change.unshare;
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
  if (policy.preserveXattrs && (policy.checksum || isChangedAfter(source, target)))
    changes |= Change.xattrs;
  return changes;
}

/** The source's ctime is newer: its extended attributes may have changed since it was copied. */
function isChangedAfter(source: Stat, target: Stat): boolean {
  return (
    source.ctimeSec > target.ctimeSec ||
    (source.ctimeSec === target.ctimeSec && source.ctimeNsec > target.ctimeNsec)
  );
}

function isNewer(a: Stat, b: Stat, limits: TimeLimits): boolean {
  if (sameTime(b, a, limits)) return false;
  return a.mtimeSec > b.mtimeSec || (a.mtimeSec === b.mtimeSec && a.mtimeNsec > b.mtimeNsec);
}
