// Numbers of the Linux system call interface that bun:ffi cannot take from a header. Those that differ between
// x86-64 and arm64 are chosen by process.arch; the rest is asm-generic.

const arm64 = process.arch === "arm64";

export const SyscallNumber = {
  getdents64: arm64 ? 61 : 217,
  close_range: 436,
  openat2: 437,
  fchmodat2: 452,
} as const;

export const AT_FDCWD = -100;
export const AT_SYMLINK_NOFOLLOW = 0x100;
export const AT_REMOVEDIR = 0x200;
/** faccessat(2) */
export const AT_EACCESS = 0x200;
export const AT_EMPTY_PATH = 0x1000;

export const O_RDONLY = 0;
export const O_WRONLY = 1;
export const O_RDWR = 2;
export const O_CREAT = 0o100;
export const O_EXCL = 0o200;
export const O_NOCTTY = 0o400;
export const O_APPEND = 0o2000;
export const O_NONBLOCK = 0o4000;
export const O_DIRECTORY = arm64 ? 0o40000 : 0o200000;
export const O_NOFOLLOW = arm64 ? 0o100000 : 0o400000;
export const O_PATH = 0o10000000;
/** Only for the owner of the file, or CAP_FOWNER: EPERM otherwise (open(2)). */
export const O_NOATIME = 0o1000000;
export const O_CLOEXEC = 0o2000000;

// access(2)
export const X_OK = 1;
export const W_OK = 2;

/** unshare(2) */
export const CLONE_FILES = 0x400;

// openat2(2)
export const RESOLVE_NO_MAGICLINKS = 0x02;
export const RESOLVE_NO_SYMLINKS = 0x04;
export const RESOLVE_BENEATH = 0x08;

// inode(7)
export const S_IFMT = 0o170000;

/** ioctl_ficlone(2) */
export const FICLONE = 0x40049409;
export const SEEK_SET = 0;
export const SEEK_DATA = 3;
export const SEEK_HOLE = 4;
export const UTIME_OMIT = 0x3ffffffe;
export const UTIME_NOW = 0x3fffffff;
/** statfs(2) f_flags */
export const ST_RDONLY = 1;
/** Bytes of a path that one system call takes, its NUL included. */
export const PATH_MAX = 4096;
/** The largest value of an extended attribute, and of the list of their names (xattr(7)). */
export const XATTR_SIZE_MAX = 65536;
