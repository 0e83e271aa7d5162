// The one interface to the operating system. An implementation is chosen once (select.ts); everything above
// speaks in handles and raw names, so that no path is looked up twice and none can be too long.
//
// Results: zero or a positive number is success; a negative one is -errno (errno.ts), or UNSUPPORTED where
// this platform or file system has no such operation. Nothing here throws for what the system refuses.
// Every call blocks: call them from a worker, or from the main thread only on local file systems.
// EINTR and short writes are looped inside the implementation, never by callers.

import type { Moment, Stat } from "#model/entry.ts";
import type { RawName, RawPath } from "#model/name.ts";

/** An open directory. Valid in the thread that opened it, which owns it and closes it on every path. */
export type Dir = number & { readonly dir: true };
/** An open file descriptor. Valid in the thread that opened it, which owns it; others borrow() it. */
export type File = number & { readonly file: true };

/** No such operation here: fall back. Never an errno. */
export const UNSUPPORTED = -100_000;

/** What the kernel calls the file system, as far as blit treats it in its own way. */
export type FileSystemKind =
  | "ext4"
  | "xfs"
  | "btrfs"
  | "bcachefs"
  | "f2fs"
  | "zfs"
  | "overlay"
  | "tmpfs"
  | "ramfs"
  | "proc"
  | "sysfs"
  | "nfs"
  | "cifs"
  | "fuse"
  | "fat"
  | "exfat"
  | "ntfs"
  | "apfs"
  | "other";

export interface FileSystemInfo {
  readonly kind: FileSystemKind;
  /** The magic number of statfs(2); 0 where the platform does not tell. */
  readonly magic: number;
  readonly blockBytes: number;
  readonly totalBytes: number;
  readonly availableBytes: number;
  readonly freeInodes: number | undefined;
  readonly readOnly: boolean;
}

/** Memory for reads and writes, allocated once a worker. */
export interface IoBuffer {
  readonly bytes: Buffer;
  /** The address for system calls where the platform needs one; 0 elsewhere. */
  readonly address: number;
}

/** A reusable stat: filled by stat() and fstat(), read through the fields of Stat. */
export interface StatSlot extends Stat {
  /** Identity of the mount the entry is on (statx stx_mnt_id), 0 where unknown. */
  readonly mountId: number;
  /** Immutable or append-only: even root may not change it (chattr(1)). */
  readonly immutable: boolean;
}

/** What passAlike() has seen: reused from call to call. */
export interface Alike {
  /** The entry at which it stopped, where that is a file or a symlink and could be looked at in both directories. */
  readonly original: StatSlot;
  readonly copy: StatSlot;
  isSeen: boolean;
  /** When the run began: it stops at what was changed since then in the destination, too. */
  begun: Moment;
  /** How many files it has passed, and how much is in them. */
  files: number;
  bytes: number;
}

/** Where a listing holds a name: as good as its text for every call by name, until that listing is read into again. */
export type ListedName = number & { readonly listedName: true };
/** A name as the calls by name take it. */
export type EntryName = RawName | ListedName;

/** Some names of one directory. */
export interface Names {
  readonly count: number;
  /** The first `count` are meant. */
  readonly names: ArrayLike<EntryName>;
  /** Kind numbers as far as the file system tells them; Kind.unknown otherwise. */
  readonly kinds: ArrayLike<number>;
  /** A name that outlives the listing. */
  text(index: number): RawName;
}

/** A reusable chunk of a directory's entries in the order the file system gives them, without "." and "..". */
export type Listing = Names;

/** Directories, by handle. */
export interface DirectoryCalls {
  newStat(): StatSlot;
  newListing(): Listing;
  /** Opens a directory by absolute path or one relative to the working directory, following symlinks. */
  openRoot(path: RawPath): number;
  /**
   * Opens a directory at a path relative to root without following any symlink on the way (ELOOP or ENOTDIR
   * then). The path may be of any length.
   */
  openBeneath(root: Dir, path: RawPath): number;
  closeDir(dir: Dir): void;
  /** Replaces what is in the listing by the next entries; returns how many, 0 at the end. */
  readDir(dir: Dir, listing: Listing): number;
  /** How many entries there are from the first on, without "." and "..": cheaper than their names. Reads to the end. */
  countEntries(dir: Dir): number;
  /** Starts reading from the first entry again. */
  rewindDir(dir: Dir): number;
  /** 0, or -errno where this user may not make entries in it as it is (access(2) of the effective user). */
  mayMakeIn(dir: Dir): number;
  makeDir(dir: Dir, name: EntryName, mode: number): number;
  removeDir(dir: Dir, name: EntryName): number;

  // The directory that a handle stands for
  statDir(dir: Dir, into: StatSlot): number;
  setDirOwner(dir: Dir, uid: number, gid: number): number;
  setDirMode(dir: Dir, mode: number): number;
  setDirTime(dir: Dir, mtimeSec: number, mtimeNsec: number): number;
}

/** Entries of a directory by name, never through a symlink. */
export interface EntryCalls {
  stat(dir: Dir, name: EntryName, into: StatSlot): number;
  newAlike(): Alike;
  /**
   * Passes over files and symlinks that are alike in both directories (areAlike() in model/entry.ts; symlinks lead to the
   * same), from names[start] on. Returns the index of the first entry that is not, or is of another kind, or `end`.
   */
  passAlike(
    source: Dir,
    target: Dir,
    names: Names,
    start: number,
    end: number,
    alike: Alike,
  ): number;
  /** The target as raw bytes, or -errno. */
  readLink(dir: Dir, name: EntryName): RawPath | number;
  makeSymlink(dir: Dir, name: EntryName, target: RawPath): number;
  /** A FIFO, socket or device node, with its mode. */
  makeNode(dir: Dir, name: EntryName, like: Stat, mode: number): number;
  /** link(2), not following the source where it is a symlink. */
  link(fromDir: Dir, from: RawName, toDir: Dir, to: RawName): number;
  /** Replaces `to` where it exists (rename(2)). */
  rename(fromDir: Dir, from: RawName, toDir: Dir, to: RawName): number;
  unlink(dir: Dir, name: EntryName): number;
  setOwner(dir: Dir, name: EntryName, uid: number, gid: number): number;
  /** UNSUPPORTED for a symlink where the system has no modes on them. */
  setMode(dir: Dir, name: EntryName, mode: number): number;
  /** Sets mtime and leaves atime alone; on the symlink itself where it is one. */
  setTime(dir: Dir, name: EntryName, mtimeSec: number, mtimeNsec: number): number;
}

export interface FileCalls {
  newIoBuffer(sizeBytes: number): IoBuffer;
  /** For reading, never following a symlink and never blocking on a FIFO. */
  openRead(dir: Dir, name: EntryName): number;
  /** A new file for reading and writing; EEXIST where the name is taken. */
  createFile(dir: Dir, name: EntryName, mode: number): number;
  /** For writing at the end only (O_APPEND), made with this mode where it is absent, never following a symlink. */
  openAppend(dir: Dir, name: RawName, mode: number): number;
  closeFile(file: File): number;
  /** Closes it by the next closeWaitingFiles(), where that is cheaper. For files whose close has nothing to report. */
  closeFileLater(file: File): void;
  closeWaitingFiles(): void;
  /**
   * What this thread can call a file that another thread of this process has open and keeps open meanwhile; `owner` is that
   * thread's number in the kernel. For calls that take an offset. Ends with giveBack(). -errno or UNSUPPORTED where it cannot be
   * had.
   */
  borrow(owner: number, file: File, access: "read" | "write"): number;
  giveBack(file: File): number;
  statFile(file: File, into: StatSlot): number;
  /** Reads up to length bytes at the file's own position. Fewer bytes are no sign of the end: only 0 is. */
  read(file: File, buffer: IoBuffer, lengthBytes: number): number;
  /** As read(), at an offset. */
  readAt(file: File, buffer: IoBuffer, lengthBytes: number, offsetBytes: number): number;
  /** Writes all bytes at the file's own position; returns lengthBytes or -errno. */
  write(file: File, buffer: IoBuffer, lengthBytes: number): number;
  writeAt(file: File, buffer: IoBuffer, lengthBytes: number, offsetBytes: number): number;
  truncate(file: File, sizeBytes: number): number;
  setFileOwner(file: File, uid: number, gid: number): number;
  setFileMode(file: File, mode: number): number;
  setFileTime(file: File, mtimeSec: number, mtimeNsec: number): number;
  syncFile(file: File): number;
}

/** What the kernel does with the data of two files, and knows of the holes of one. */
export interface KernelCopyCalls {
  /** Shares all blocks of the source (FICLONE); 0 or -errno. */
  reflink(from: File, to: File): number;
  /** copy_file_range(2) at one offset of both; the bytes copied, 0 at the end. */
  copyRange(from: File, to: File, offsetBytes: number, lengthBytes: number): number;
  /** The next offset that holds data, ENXIO where only a hole is left (lseek SEEK_DATA). */
  seekData(file: File, offsetBytes: number): number;
  seekHole(file: File, offsetBytes: number): number;
}

/** Extended attributes, POSIX ACLs among them (system.posix_acl_access and _default). */
export interface XattrCalls {
  /** The names a file carries; -errno or UNSUPPORTED. The empty answer allocates nothing. */
  listFileXattrs(file: File): readonly string[] | number;
  listDirXattrs(dir: Dir): readonly string[] | number;
  /** For entries that must not be opened: symlinks and specials. */
  listXattrs(dir: Dir, name: RawName): readonly string[] | number;
  getFileXattr(file: File, xattr: string): Uint8Array | number;
  getDirXattr(dir: Dir, xattr: string): Uint8Array | number;
  getXattr(dir: Dir, name: RawName, xattr: string): Uint8Array | number;
  setFileXattr(file: File, xattr: string, value: Uint8Array): number;
  setDirXattr(dir: Dir, xattr: string, value: Uint8Array): number;
  setXattr(dir: Dir, name: RawName, xattr: string, value: Uint8Array): number;
  removeFileXattr(file: File, xattr: string): number;
  removeDirXattr(dir: Dir, xattr: string): number;
  removeXattr(dir: Dir, name: RawName, xattr: string): number;
}

export interface Platform
  extends DirectoryCalls, EntryCalls, FileCalls, KernelCopyCalls, XattrCalls {
  readonly name: "linux" | "darwin" | "windows" | "portable";

  /** It can bring a whole file system to stable storage; otherwise each file must be synced by itself. */
  readonly syncsFileSystems: boolean;
  /** The step of the times that this platform can set, whatever the file system holds. */
  readonly timeGrainNsec: number;

  /** Once a process, before any entry is made: new entries get exactly the mode asked for. Returns the mask until then. */
  clearUmask(): number;
  /** The effective user is root, or may act as root for owners and device nodes. */
  isPrivileged(): boolean;
  /**
   * From now on what this thread opens is known to it alone, and what was open before stays so: threads that share a table of
   * descriptors wait for each other whenever one of them opens or closes something. Nothing changes where that cannot be.
   */
  ownDescriptors(): void;
  /**
   * From now on whoever sets a time sets the time of access to now: a server on libfuse 2 (exfat-fuse) otherwise takes the
   * call, says that it succeeded, and sets nothing.
   */
  setAccessTimesToo(): void;

  fileSystem(dir: Dir): FileSystemInfo | number;
  /** Everything written to this file system so far is on stable storage when this returns (syncfs). */
  syncFileSystem(dir: Dir): number;
}
