// Extended attributes (xattr(7)); POSIX ACLs are among them as system.posix_acl_access and _default.
//
// There is no *at() call for these before Linux 6.13. An entry that must not be opened (a symlink, a FIFO, a device) is
// named through its directory's handle in /proc, so that no path is too long and no parent can be raced away. A thread may
// have descriptors of its own: they are in /proc/thread-self.

import type { RawName } from "#model/name.ts";
import { Errno } from "../errno.ts";
import { type Dir, type File, UNSUPPORTED, type XattrCalls } from "../platform.ts";
import { AT_FDCWD, XATTR_SIZE_MAX } from "./abi.ts";
import { type Calls, orUnsupported } from "./calls.ts";
import { nativeBytes, type NativeBytes } from "./native_memory.ts";

const NONE: readonly string[] = [];

/**
 * What is enough for nearly every list and value. For each call the kernel allocates as much as it is offered (listxattr()
 * and do_getxattr() in fs/xattr.c): to offer 64 KiB doubles what the call costs, and more.
 */
const USUAL_BYTES = 256;

export function xattrCalls(calls: Calls): XattrCalls {
  const { libc, name: pathBuffer, otherName: attributeName, result } = calls;
  const held = nativeBytes(XATTR_SIZE_MAX);
  const { list, listOf, get, getOf } = readingCalls(calls, held);

  /** The path of an entry by its directory's handle; undefined where there is no /proc. */
  const procPath = procPaths(calls);

  function holdValue(from: Uint8Array): number {
    held.bytes.set(from);
    return held.address;
  }

  const set = (fd: number, xattr: string, from: Uint8Array) =>
    from.length > XATTR_SIZE_MAX
      ? -Errno.E2BIG
      : orUnsupported(
          result(libc.fsetxattr(fd, attributeName.hold(xattr), holdValue(from), from.length, 0)),
        );
  const remove = (fd: number, xattr: string) =>
    orUnsupported(result(libc.fremovexattr(fd, attributeName.hold(xattr))));

  return {
    listFileXattrs: (file: File) => list(file),
    listDirXattrs: (dir: Dir) => list(dir),
    getFileXattr: (file: File, xattr: string) => get(file, xattr),
    getDirXattr: (dir: Dir, xattr: string) => get(dir, xattr),
    setFileXattr: (file: File, xattr: string, from: Uint8Array) => set(file, xattr, from),
    setDirXattr: (dir: Dir, xattr: string, from: Uint8Array) => set(dir, xattr, from),
    removeFileXattr: (file: File, xattr: string) => remove(file, xattr),
    removeDirXattr: (dir: Dir, xattr: string) => remove(dir, xattr),

    listXattrs(dir: Dir, name: RawName) {
      const path = procPath(dir, name);
      return path === undefined ? UNSUPPORTED : listOf(path);
    },
    getXattr(dir: Dir, name: RawName, xattr: string) {
      const path = procPath(dir, name);
      return path === undefined ? UNSUPPORTED : getOf(path, xattr);
    },
    setXattr(dir: Dir, name: RawName, xattr: string, from: Uint8Array) {
      const path = procPath(dir, name);
      if (path === undefined) return UNSUPPORTED;
      if (from.length > XATTR_SIZE_MAX) return -Errno.E2BIG;
      const attribute = attributeName.hold(xattr);
      return orUnsupported(
        result(libc.lsetxattr(pathBuffer.hold(path), attribute, holdValue(from), from.length, 0)),
      );
    },
    removeXattr(dir: Dir, name: RawName, xattr: string) {
      const path = procPath(dir, name);
      if (path === undefined) return UNSUPPORTED;
      return orUnsupported(
        result(libc.lremovexattr(pathBuffer.hold(path), attributeName.hold(xattr))),
      );
    },
  };
}

/** Calls that fill `held` with a list or a value, of a descriptor or of a path. */
function readingCalls(
  { libc, name: pathBuffer, otherName: attributeName, result }: Calls,
  { bytes: value, address }: NativeBytes,
) {
  function names(length: number): readonly string[] | number {
    if (length === 0) return NONE;
    if (length < 0) return orUnsupported(length);
    // The list is NUL-terminated names one after the other.
    return value.toString("latin1", 0, length - 1).split("\0");
  }
  function bytes(length: number): Uint8Array | number {
    return length < 0 ? orUnsupported(length) : Uint8Array.prototype.slice.call(value, 0, length);
  }
  const isTooSmall = (room: number, length: number) =>
    length === -Errno.ERANGE && room < XATTR_SIZE_MAX;

  function list(fd: number, room = USUAL_BYTES): readonly string[] | number {
    const length = result(libc.flistxattr(fd, address, room));
    return isTooSmall(room, length) ? list(fd, XATTR_SIZE_MAX) : names(length);
  }
  function listOf(path: string, room = USUAL_BYTES): readonly string[] | number {
    const length = result(libc.llistxattr(pathBuffer.hold(path), address, room));
    return isTooSmall(room, length) ? listOf(path, XATTR_SIZE_MAX) : names(length);
  }
  function get(fd: number, xattr: string, room = USUAL_BYTES): Uint8Array | number {
    const length = result(libc.fgetxattr(fd, attributeName.hold(xattr), address, room));
    return isTooSmall(room, length) ? get(fd, xattr, XATTR_SIZE_MAX) : bytes(length);
  }
  function getOf(path: string, xattr: string, room = USUAL_BYTES): Uint8Array | number {
    const asked = [pathBuffer.hold(path), attributeName.hold(xattr)] as const;
    const length = result(libc.lgetxattr(...asked, address, room));
    return isTooSmall(room, length) ? getOf(path, xattr, XATTR_SIZE_MAX) : bytes(length);
  }

  return { list, listOf, get, getOf };
}

function procPaths({
  libc,
  name,
  result,
}: Calls): (dir: Dir, entry: RawName) => string | undefined {
  let hasProc: boolean | undefined;
  /** Undefined where it cannot be told now: then the call itself says why. */
  function checkProc(): boolean | undefined {
    const opened = result(libc.openat(AT_FDCWD, name.hold("/proc/thread-self/fd"), 0, 0));
    if (opened >= 0) libc.close(opened);
    else if (opened !== -Errno.ENOENT && opened !== -Errno.ENOTDIR) return undefined;
    return opened >= 0;
  }
  return (dir, entry) => {
    hasProc ??= checkProc();
    return hasProc === false ? undefined : `/proc/thread-self/fd/${dir}/${entry}`;
  };
}
