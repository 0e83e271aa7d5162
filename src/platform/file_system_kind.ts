// Which file system a magic number of statfs(2) stands for (linux/magic.h, and those of out-of-tree ones).

import type { FileSystemKind } from "./platform.ts";

const KIND_OF_MAGIC = new Map<number, FileSystemKind>([
  [0xef53, "ext4"],
  [0x58465342, "xfs"],
  [0x9123683e, "btrfs"],
  [0xca451a4e, "bcachefs"],
  [0xf2f52010, "f2fs"],
  [0x2fc12fc1, "zfs"],
  [0x794c7630, "overlay"],
  [0x01021994, "tmpfs"],
  [0x858458f6, "ramfs"],
  [0x9fa0, "proc"],
  [0x62656572, "sysfs"],
  [0x6969, "nfs"],
  [0xff534d42, "cifs"],
  [0xfe534d42, "cifs"],
  [0x65735546, "fuse"],
  [0x4d44, "fat"],
  [0x2011bab0, "exfat"],
  [0x5346544e, "ntfs"],
  [0x7366746e, "ntfs"],
]);

/** What the kernel calls it in the mount table, where that is not the kind's own name. */
const KIND_OF_TYPE = new Map<string, FileSystemKind>([
  ["ext2", "ext4"],
  ["ext3", "ext4"],
  ["nfs4", "nfs"],
  ["smb3", "cifs"],
  ["fuseblk", "fuse"],
  ["vfat", "fat"],
  ["msdos", "fat"],
  ["ntfs3", "ntfs"],
  ["rootfs", "tmpfs"],
  ["devtmpfs", "tmpfs"],
]);
const KINDS = new Set<string>(KIND_OF_MAGIC.values());

export function fileSystemKindOfType(type: string): FileSystemKind {
  const base = type.split(".")[0] ?? type;
  const kind = KIND_OF_TYPE.get(base);
  if (kind !== undefined) return kind;
  return KINDS.has(base) ? (base as FileSystemKind) : "other";
}

export function fileSystemKindOf(magic: number): FileSystemKind {
  return KIND_OF_MAGIC.get(magic) ?? "other";
}

/** Linux's own file systems, on a disk or in memory of this machine. */
const NATIVE = new Set<FileSystemKind>([
  "ext4",
  "xfs",
  "btrfs",
  "bcachefs",
  "f2fs",
  "zfs",
  "tmpfs",
  "ramfs",
]);

/** st_size is exactly what a reader gets, so that a read of that many bytes has met the end of the file. */
export function hasExactSizes(kind: FileSystemKind): boolean {
  return NATIVE.has(kind);
}

/** Others may number an inode anew when they have forgotten it: FAT, and most of what goes by FUSE. */
export function keepsInodes(kind: FileSystemKind): boolean {
  return NATIVE.has(kind);
}

/** What a write came to is known when it returns: closing the file writes nothing, cannot fail and moves no time. */
export function closesInSilence(kind: FileSystemKind): boolean {
  return NATIVE.has(kind);
}

const LOCAL = new Set<FileSystemKind>([...NATIVE, "overlay", "fat", "exfat", "ntfs"]);

/** It answers or fails, but does not wait for another machine or process: the main thread may touch it. */
export function isLocal(kind: FileSystemKind): boolean {
  return LOCAL.has(kind);
}

/** Names that differ only in case or in Unicode form may be one name there: in all of it, by how it is mounted, or not. */
const MAY_FOLD = new Set<FileSystemKind>([
  "fat",
  "exfat",
  "ntfs",
  "fuse",
  "cifs",
  "apfs",
  "zfs",
  "other",
]);

export function mayFoldNames(kind: FileSystemKind): boolean {
  return MAY_FOLD.has(kind);
}

/** A mode or an owner that is set there may be forgotten, or cut to what the file system can hold. */
const MAY_FORGET = new Set<FileSystemKind>(["fat", "exfat", "ntfs", "fuse", "cifs", "other"]);

export function mayForget(kind: FileSystemKind): boolean {
  return MAY_FORGET.has(kind);
}

/** Nothing waits for a device, and nothing survives a power cut. */
export function isInMemory(kind: FileSystemKind): boolean {
  return kind === "tmpfs" || kind === "ramfs";
}
