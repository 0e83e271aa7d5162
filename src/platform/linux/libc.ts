// The C library through bun:ffi: glibc or musl, x86-64 or arm64. Linux calls variadic functions like fixed ones
// on both architectures, so open, ioctl and syscall can be declared with the arguments they are given here.

import { dlopen, type FFIFunction } from "bun:ffi";

/** What every run calls. Each takes 40 µs to open, in every thread, so the others wait until they are called. */
const EARLY = {
  __errno_location: { args: [], returns: "ptr" },
  syscall: {
    args: ["i64_fast", "i64_fast", "i64_fast", "i64_fast", "i64_fast", "i64_fast"],
    returns: "i64_fast",
  },
  statx: { args: ["i32", "ptr", "i32", "u32", "ptr"], returns: "i32" },
  openat: { args: ["i32", "ptr", "i32", "u32"], returns: "i32" },
  close: { args: ["i32"], returns: "i32" },
  read: { args: ["i32", "ptr", "u64_fast"], returns: "i64_fast" },
  readlinkat: { args: ["i32", "ptr", "ptr", "u64_fast"], returns: "i64_fast" },
  fstatfs: { args: ["i32", "ptr"], returns: "i32" },
} as const;

const LATE = {
  write: { args: ["i32", "ptr", "u64_fast"], returns: "i64_fast" },
  lseek: { args: ["i32", "i64_fast", "i32"], returns: "i64_fast" },
  // By its wrapper: with the number, syscall() would need one argument more than the six declared above.
  copy_file_range: { args: ["i32", "ptr", "i32", "ptr", "u64_fast", "u32"], returns: "i64_fast" },
  faccessat: { args: ["i32", "ptr", "i32", "i32"], returns: "i32" },
  mkdirat: { args: ["i32", "ptr", "u32"], returns: "i32" },
  symlinkat: { args: ["ptr", "i32", "ptr"], returns: "i32" },
  fchmod: { args: ["i32", "u32"], returns: "i32" },
  utimensat: { args: ["i32", "ptr", "ptr", "i32"], returns: "i32" },
  futimens: { args: ["i32", "ptr"], returns: "i32" },
  flistxattr: { args: ["i32", "ptr", "u64_fast"], returns: "i64_fast" },
  llistxattr: { args: ["ptr", "ptr", "u64_fast"], returns: "i64_fast" },
  umask: { args: ["u32"], returns: "u32" },
  unshare: { args: ["i32"], returns: "i32" },
  pread: { args: ["i32", "ptr", "u64_fast", "i64_fast"], returns: "i64_fast" },
  pwrite: { args: ["i32", "ptr", "u64_fast", "i64_fast"], returns: "i64_fast" },
  ftruncate: { args: ["i32", "i64_fast"], returns: "i32" },
  ioctl: { args: ["i32", "u64_fast", "i64_fast"], returns: "i32" },
  unlinkat: { args: ["i32", "ptr", "i32"], returns: "i32" },
  renameat: { args: ["i32", "ptr", "i32", "ptr"], returns: "i32" },
  linkat: { args: ["i32", "ptr", "i32", "ptr", "i32"], returns: "i32" },
  mknodat: { args: ["i32", "ptr", "u32", "u64_fast"], returns: "i32" },
  fchownat: { args: ["i32", "ptr", "u32", "u32", "i32"], returns: "i32" },
  fchown: { args: ["i32", "u32", "u32"], returns: "i32" },
  fchmodat: { args: ["i32", "ptr", "u32", "i32"], returns: "i32" },
  fsync: { args: ["i32"], returns: "i32" },
  syncfs: { args: ["i32"], returns: "i32" },
  execve: { args: ["ptr", "ptr", "ptr"], returns: "i32" },
  fgetxattr: { args: ["i32", "ptr", "ptr", "u64_fast"], returns: "i64_fast" },
  lgetxattr: { args: ["ptr", "ptr", "ptr", "u64_fast"], returns: "i64_fast" },
  fsetxattr: { args: ["i32", "ptr", "ptr", "u64_fast", "i32"], returns: "i32" },
  lsetxattr: { args: ["ptr", "ptr", "ptr", "u64_fast", "i32"], returns: "i32" },
  fremovexattr: { args: ["i32", "ptr"], returns: "i32" },
  lremovexattr: { args: ["ptr", "ptr"], returns: "i32" },
} as const;

type Symbols = typeof EARLY & typeof LATE;

const LIBRARIES = [
  "libc.so.6",
  `libc.musl-${process.arch === "arm64" ? "aarch64" : "x86_64"}.so.1`,
];

type Numbers<Types extends readonly unknown[]> = { -readonly [Index in keyof Types]: number };

/** Every argument and result is a plain number here, addresses too: no BigInt and no allocation in the hot loop. */
export type Libc = {
  readonly [Name in keyof Symbols]: (...args: Numbers<Symbols[Name]["args"]>) => number;
};

/** Opens the C library of this system. Throws where there is none that blit knows. */
export function openLibc(): Libc {
  let reason: unknown;
  for (const library of LIBRARIES) {
    try {
      const early = open(library, EARLY);
      return Object.setPrototypeOf(early, lateSymbols(library)) as Libc;
    } catch (error) {
      reason = error;
    }
  }
  throw new Error(`No usable C library: tried ${LIBRARIES.join(", ")}`, { cause: reason });
}

function open(library: string, symbols: object): object {
  return dlopen(library, symbols as Record<string, FFIFunction>).symbols;
}

/** Opens each symbol where it is first asked for, and puts it into the object that was asked. */
function lateSymbols(library: string): object {
  const late = {};
  for (const [name, declared] of Object.entries(LATE)) {
    Object.defineProperty(late, name, {
      get(this: object) {
        const { [name]: value } = open(library, { [name]: declared }) as Record<string, unknown>;
        Object.defineProperty(this, name, { value });
        return value;
      },
    });
  }
  return late;
}
