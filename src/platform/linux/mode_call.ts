// The mode of an entry by name, never through a symlink. Not by fchmodat(3) with AT_SYMLINK_NOFOLLOW: on kernels before 6.6,
// and in C libraries that do not know newer ones, it goes by way of /proc/self/fd. These are the descriptors of the main
// thread: a thread that has its own (ownDescriptors()) would change the mode of another file there, or of none.

import { Kind } from "#model/entry.ts";
import { Errno } from "../errno.ts";
import { type Dir, type EntryName, UNSUPPORTED } from "../platform.ts";
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  AT_SYMLINK_NOFOLLOW,
  O_CLOEXEC,
  O_NOFOLLOW,
  O_PATH,
  SyscallNumber,
} from "./abi.ts";
import { type Calls, orUnsupported } from "./calls.ts";
import { StatxSlot } from "./statx.ts";

export function modeCall(calls: Calls) {
  const { libc, name: nameBuffer, empty, failure, result } = calls;
  const stat = new StatxSlot(libc, failure);

  /** As the C library does it, but in this thread's own /proc. */
  function setByHandle(dir: Dir, name: EntryName, mode: number): number {
    const flags = O_PATH | O_NOFOLLOW | O_CLOEXEC;
    const handle = result(libc.openat(dir, nameBuffer.hold(name), flags, 0));
    if (handle < 0) return handle;
    try {
      const found = stat.take(handle, empty.address, AT_EMPTY_PATH);
      if (found < 0) return found;
      if (stat.kind === Kind.symlink) return UNSUPPORTED;
      const path = nameBuffer.hold(`/proc/thread-self/fd/${handle}`);
      return result(libc.fchmodat(AT_FDCWD, path, mode, 0));
    } finally {
      libc.close(handle);
    }
  }

  return function setMode(dir: Dir, name: EntryName, mode: number): number {
    const number = SyscallNumber.fchmodat2;
    const address = nameBuffer.hold(name);
    const set = result(libc.syscall(number, dir, address, mode, AT_SYMLINK_NOFOLLOW, 0));
    // EPERM where seccomp knows no such call, too.
    const mayBeUnknown = set === -Errno.ENOSYS || set === -Errno.EPERM;
    return mayBeUnknown ? setByHandle(dir, name, mode) : orUnsupported(set);
  };
}
