// How data gets from one file system to another: what is worth trying, and what was learned not to work. One route a pair
// of devices and thread, so that nothing is tried for every file.
//
// Measured (ARCHITECTURE.md has figures): on ext4 one thread of copy_file_range beats read and write, and two threads are
// slower for the inode lock; on tmpfs copy_file_range is the fastest for one thread, and two threads that read and write
// disjoint ranges are faster still; on btrfs and xfs a large file is a reflink.

import type { FileSystemKind } from "#platform/platform.ts";
import {
  closesInSilence,
  hasExactSizes,
  isInMemory,
  keepsInodes,
  mayFoldNames,
  mayForget,
} from "#platform/file_system_kind.ts";

export interface Route {
  readonly targetKind: FileSystemKind;
  /** st_size is what a reader gets: a read of that many bytes has met the end. */
  readonly exactSizes: boolean;
  /** An entry of the source has one inode number for as long as it exists. */
  readonly keepsInodes: boolean;
  /** A close at the destination has nothing to report, and may wait. */
  readonly closesInSilence: boolean;
  /** Two names of the source may be one at the destination. */
  readonly foldsNames: boolean;
  /** Several threads may write one file at once, at disjoint offsets. */
  readonly sharesPieces: boolean;
  /** Learned: turned off where the first try was refused. */
  smallByCopyRange: boolean;
  tryReflink: boolean;
  tryCopyRange: boolean;
  tryRename: boolean;
  tryOwner: boolean;
  /** The step of its times has been looked for (time_grain.ts). */
  isTimeProbed: boolean;
  /** It may say that a mode or an owner is set, and forget it; what it made of a mode, by kind and mode (forgetful.ts). */
  readonly mayForget: boolean;
  readonly modesMade: Map<number, number>;
  forgetsOwners: boolean | undefined;
  /** A directory of its destination is noted to be synced (written.ts). */
  isNoted: boolean;
  /** Directories of the destination whose size has told how many entries they hold (entry_count.ts). */
  sizesProven: number;
}

const REFLINKS = new Set<FileSystemKind>([
  "btrfs",
  "xfs",
  "bcachefs",
  "overlay",
  "nfs",
  "cifs",
  "zfs",
  "other",
]);

/** Where copy_file_range of a small file is no slower than read and write: it is one call less. */
const SMALL_BY_COPY_RANGE = new Set<FileSystemKind>(["btrfs", "tmpfs", "ext4"]);

export function routeBetween(
  sourceKind: FileSystemKind,
  targetKind: FileSystemKind,
  isOneDevice: boolean,
): Route {
  // There is no power cut to survive: see the rule on sizes and times in content.ts.
  const inMemory = isInMemory(targetKind);
  const sameKind = sourceKind === targetKind;
  return {
    targetKind,
    exactSizes: hasExactSizes(sourceKind),
    keepsInodes: keepsInodes(sourceKind),
    closesInSilence: closesInSilence(targetKind),
    foldsNames: mayFoldNames(targetKind),
    sharesPieces: inMemory,
    smallByCopyRange: sameKind && SMALL_BY_COPY_RANGE.has(targetKind),
    tryReflink: sameKind && REFLINKS.has(targetKind),
    tryCopyRange: sameKind,
    tryRename: isOneDevice,
    tryOwner: true,
    isTimeProbed: false,
    mayForget: mayForget(targetKind),
    modesMade: new Map(),
    forgetsOwners: undefined,
    isNoted: false,
    sizesProven: 0,
  };
}
