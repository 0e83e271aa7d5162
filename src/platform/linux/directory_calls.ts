// Directories: opened by handle, read in large chunks.

import type { RawName, RawPath } from "#model/name.ts";
import { Errno } from "../errno.ts";
import type { Dir, DirectoryCalls, NameChunk, Platform, StatSlot } from "../platform.ts";
import {
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
} from "./abi.ts";
import type { Calls } from "./calls.ts";
import { nativeBytes, nativeWords } from "./native_memory.ts";
import { countDirents, parseDirents } from "./dirents.ts";
import { StatxSlot } from "./statx.ts";

const OPEN_DIRECTORY = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
const DIRENTS_BYTES = 128 * 1024;

export function directoryCalls(calls: Calls): DirectoryCalls {
  const { libc, name: nameBuffer, empty, times, result, statx } = calls;
  const openBeneath = beneathOpener(calls);
  const { bytes: dirents, address: direntsAddress } = nativeBytes(DIRENTS_BYTES);

  function nextDirents(dir: Dir): number {
    return result(libc.syscall(SyscallNumber.getdents64, dir, direntsAddress, DIRENTS_BYTES, 0, 0));
  }

  return {
    newStat: () => new StatxSlot(),
    openRoot: (path) => openRoot(calls, path),
    openBeneath,
    closeDir(dir: Dir) {
      libc.close(dir);
    },
    countEntries(dir: Dir): number {
      let count = 0;
      for (;;) {
        const filled = nextDirents(dir);
        if (filled <= 0) return filled < 0 ? filled : count;
        count += countDirents(dirents, filled);
      }
    },
    readDir(dir: Dir, chunk: NameChunk): number {
      // A chunk of nothing but "." and ".." is not the end.
      for (;;) {
        const filled = nextDirents(dir);
        parseDirents(dirents, Math.max(filled, 0), chunk);
        if (filled <= 0) return filled;
        if (chunk.names.length > 0) return chunk.names.length;
      }
    },
    rewindDir: (dir: Dir) => result(libc.lseek(dir, 0, SEEK_SET)),
    makeDir: (dir: Dir, name: RawName, mode: number) =>
      result(libc.mkdirat(dir, nameBuffer.hold(name), mode)),
    removeDir: (dir: Dir, name: RawName) =>
      result(libc.unlinkat(dir, nameBuffer.hold(name), AT_REMOVEDIR)),
    statDir: (dir: Dir, into: StatSlot) => statx(dir, empty.address, AT_EMPTY_PATH, into),
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

  function openPart(at: number, part: string): number {
    while (hasOpenat2) {
      const opened = result(
        libc.syscall(SyscallNumber.openat2, at, name.hold(part), howAddress, how.byteLength, 0),
      );
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

  return (root, path) => {
    if (path.length < PATH_MAX) return openPart(root, path === "" ? "." : path);
    let at: number = root;
    for (const part of parts(path)) {
      const opened = openPart(at, part);
      if (at !== root) libc.close(at);
      if (opened < 0) return opened;
      at = opened;
    }
    return at;
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
