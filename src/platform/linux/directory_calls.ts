// Directories: opened by handle, read in large chunks.

import type { RawName, RawPath } from "#model/name.ts";
import { Errno } from "../errno.ts";
import type { Dir, DirectoryCalls, EntryName, Listing, Platform, StatSlot } from "../platform.ts";
import {
  AT_EACCESS,
  AT_EMPTY_PATH,
  AT_FDCWD,
  AT_REMOVEDIR,
  O_CLOEXEC,
  O_DIRECTORY,
  O_NOATIME,
  O_NOFOLLOW,
  O_RDONLY,
  PATH_MAX,
  RESOLVE_BENEATH,
  RESOLVE_NO_MAGICLINKS,
  RESOLVE_NO_SYMLINKS,
  SEEK_SET,
  SyscallNumber,
  W_OK,
  X_OK,
} from "./abi.ts";
import type { Calls } from "./calls.ts";
import { nativeBytes, nativeWords } from "./native_memory.ts";
import { countDirents, Dirents, DIRENTS_BYTES } from "./dirents.ts";
import { StatxSlot } from "./statx.ts";

const ITSELF = "." as RawName;
/** Entries that are only counted pass through this. */
const COUNTED_BYTES = 32 * 1024;
const OPEN_DIRECTORY = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

export function directoryCalls(calls: Calls): DirectoryCalls {
  const { libc, name: nameBuffer, empty, times, failure, result } = calls;
  const openBeneath = beneathOpener(calls);
  const counted = nativeBytes(COUNTED_BYTES);

  const { getdents64 } = SyscallNumber;

  return {
    newStat: () => new StatxSlot(libc, failure),
    newListing: () => new Dirents(),
    openRoot: (path) => openRoot(calls, path),
    openBeneath,
    closeDir(dir: Dir) {
      libc.close(dir);
    },
    countEntries(dir: Dir): number {
      const { bytes, address } = counted;
      if (libc.lseek(dir, 0, SEEK_SET) < 0) return failure();
      for (let count = 0; ;) {
        const filled = libc.syscall(getdents64, dir, address, COUNTED_BYTES, 0, 0);
        if (filled <= 0) return filled < 0 ? failure() : count;
        count += countDirents(bytes, filled);
      }
    },
    readDir(dir: Dir, into: Listing): number {
      const listing = into as Dirents;
      // A chunk of nothing but "." and ".." is not the end.
      for (;;) {
        const filled = libc.syscall(getdents64, dir, listing.address, DIRENTS_BYTES, 0, 0);
        const count = listing.fill(filled);
        if (filled <= 0) return filled < 0 ? failure() : 0;
        if (count > 0) return count;
      }
    },
    rewindDir: (dir: Dir) => result(libc.lseek(dir, 0, SEEK_SET)),
    mayMakeIn: (dir: Dir) =>
      result(libc.faccessat(dir, nameBuffer.hold(ITSELF), W_OK | X_OK, AT_EACCESS)),
    makeDir: (dir: Dir, name: EntryName, mode: number) =>
      result(libc.mkdirat(dir, nameBuffer.hold(name), mode)),
    removeDir: (dir: Dir, name: EntryName) =>
      result(libc.unlinkat(dir, nameBuffer.hold(name), AT_REMOVEDIR)),
    statDir: (dir: Dir, into: StatSlot) =>
      (into as StatxSlot).take(dir, empty.address, AT_EMPTY_PATH),
    setDirOwner: (dir: Dir, uid: number, gid: number) => result(libc.fchown(dir, uid, gid)),
    setDirMode: (dir: Dir, mode: number) => result(libc.fchmod(dir, mode)),
    setDirTime: (dir: Dir, sec: number, nsec: number) =>
      result(libc.futimens(dir, times.hold(sec, nsec))),
  };
}

/** Follows symlinks; a path beyond PATH_MAX is walked in parts. */
function openRoot({ libc, name, result }: Calls, path: RawPath): number {
  let at = AT_FDCWD;
  for (const part of parts(path)) {
    const opened = result(libc.openat(at, name.hold(part), OPEN_DIRECTORY, 0));
    if (at !== AT_FDCWD) libc.close(at);
    if (opened < 0) return opened;
    at = opened;
  }
  return at;
}

/**
 * openat2(2) under RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS; before Linux 5.6, or where a sandbox forbids the call, one
 * component at a time with O_NOFOLLOW, which comes to the same.
 */
function beneathOpener(calls: Calls): Platform["openBeneath"] {
  const { libc, name, result } = calls;
  const { words: how, address: howAddress } = nativeWords(6);
  how[0] = OPEN_DIRECTORY | O_NOFOLLOW | O_NOATIME;
  let keepsTimes = true;
  how[4] = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  let hasOpenat2 = true;

  const { openat2 } = SyscallNumber;
  const howBytes = how.byteLength;

  function openPart(at: number, part: string): number {
    while (hasOpenat2) {
      const opened = result(libc.syscall(openat2, at, name.hold(part), howAddress, howBytes, 0));
      if (opened === -Errno.EPERM && keepsTimes) {
        // A directory of somebody else, or the sandbox: what is left of the two tells.
        keepsTimes = false;
        how[0] = OPEN_DIRECTORY | O_NOFOLLOW;
      } else if (opened === -Errno.ENOSYS || opened === -Errno.EPERM) hasOpenat2 = false;
      // EAGAIN: a rename somewhere raced the walk, and the kernel could not prove that it stayed beneath.
      else if (opened !== -Errno.EAGAIN && opened !== -Errno.EINTR) return opened;
    }
    return openByComponent(calls, at, part);
  }

  function openParts(root: number, path: string): number {
    let at = root;
    for (const part of parts(path)) {
      const opened = openPart(at, part);
      if (at !== root) libc.close(at);
      if (opened < 0) return opened;
      at = opened;
    }
    return at;
  }

  return (root, path) => {
    if (path.length >= PATH_MAX) return openParts(root, path);
    const part = path === "" ? "." : path;
    if (!hasOpenat2) return openByComponent(calls, root, part);
    const opened = libc.syscall(openat2, root, name.hold(part), howAddress, howBytes, 0);
    // What is refused is asked once more, to see why.
    return opened >= 0 ? opened : openPart(root, part);
  };
}

function openByComponent({ libc, name, result }: Calls, root: number, path: string): number {
  const components = path.split("/");
  // As RESOLVE_BENEATH does. A path of names alone holds neither.
  if (components[0] === "" || components.includes("..")) return -Errno.EXDEV;
  let at = root;
  for (const component of components) {
    const opened = result(libc.openat(at, name.hold(component), OPEN_DIRECTORY | O_NOFOLLOW, 0));
    if (at !== root) libc.close(at);
    if (opened < 0) return opened;
    at = opened;
  }
  return at;
}

/** The path in pieces that each fit one system call, cut between components. */
function* parts(path: string): Generator<string> {
  let start = 0;
  while (path.length - start >= PATH_MAX) {
    const cut = path.lastIndexOf("/", start + PATH_MAX - 1);
    if (cut <= start) break;
    yield path.slice(start, cut);
    start = cut + 1;
  }
  yield path.slice(start);
}
