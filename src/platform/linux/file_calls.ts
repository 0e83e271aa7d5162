// Files: opening, reading, writing and the ways the kernel copies by itself. EINTR and short writes end here.

import type { RawName } from "#model/name.ts";
import { Errno } from "../errno.ts";
import {
  type Dir,
  type EntryName,
  type File,
  type FileCalls,
  type IoBuffer,
  type KernelCopyCalls,
  type StatSlot,
  UNSUPPORTED,
} from "../platform.ts";
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  FICLONE,
  O_APPEND,
  O_CLOEXEC,
  O_CREAT,
  O_EXCL,
  O_NOATIME,
  O_NOCTTY,
  O_NOFOLLOW,
  O_NONBLOCK,
  O_RDONLY,
  O_RDWR,
  O_WRONLY,
  SEEK_DATA,
  SEEK_HOLE,
} from "./abi.ts";
import { type Calls, orUnsupported, uninterrupted } from "./calls.ts";
import { nativeBytes } from "./native_memory.ts";
import type { StatxSlot } from "./statx.ts";

/** O_NONBLOCK: a FIFO that took the place of a file must not block the open. It means nothing for files. */
const OPEN_READ = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
/** By a link of /proc, which O_NOFOLLOW would refuse. */
const OPEN_AGAIN = O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
const OPEN_NEW = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
const OPEN_APPEND = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
/** IoBuffers start on a page, so that no copy straddles one more than it must. */
const PAGE_BYTES = 4096;

export function fileCalls(calls: Calls): FileCalls & KernelCopyCalls {
  const { libc, name: nameBuffer, empty, times, offsets, result } = calls;

  function open(dir: Dir, name: EntryName, flags: number, mode: number): number {
    for (;;) {
      const file = result(libc.openat(dir, nameBuffer.hold(name), flags, mode));
      if (file !== -Errno.EINTR) return file;
    }
  }

  /** To read is not to change: access times stay, until this user meets a file whose time is not theirs to keep. */
  let keepTimes = O_NOATIME;
  function openRead(dir: Dir, name: EntryName): number {
    const file = open(dir, name, OPEN_READ | keepTimes, 0);
    if (file !== -Errno.EPERM || keepTimes === 0) return file;
    keepTimes = 0;
    return open(dir, name, OPEN_READ, 0);
  }

  const closeFile = (file: File) => result(libc.close(file));

  /** Opened anew by the owner's descriptor: what the mode of the file does not allow is refused (proc_pid_fd(5)). */
  function borrow(owner: number, file: File, access: "read" | "write"): number {
    if (owner === 0) return UNSUPPORTED;
    const path = `/proc/self/task/${owner}/fd/${file}` as RawName;
    const flags = OPEN_AGAIN | (access === "read" ? O_RDONLY : O_RDWR);
    const opened = open(AT_FDCWD as Dir, path, flags | O_NOATIME, 0);
    return opened === -Errno.EPERM ? open(AT_FDCWD as Dir, path, flags, 0) : opened;
  }

  return {
    newIoBuffer,
    openRead,
    createFile: (dir: Dir, name: EntryName, mode: number) => open(dir, name, OPEN_NEW, mode),
    openAppend: (dir: Dir, name: RawName, mode: number) => open(dir, name, OPEN_APPEND, mode),
    closeFile,
    closeFileLater: calls.closes.closeFileLater,
    closeWaitingFiles: calls.closes.closeWaitingFiles,
    borrow,
    giveBack: closeFile,
    statFile: (file: File, into: StatSlot) =>
      (into as StatxSlot).take(file, empty.address, AT_EMPTY_PATH),
    ...transferCalls(calls),
    reflink: (from: File, to: File) => orUnsupported(result(libc.ioctl(to, FICLONE, from))),
    copyRange(from: File, to: File, offsetBytes: number, lengthBytes: number): number {
      for (;;) {
        offsets.hold(offsetBytes);
        const copied = result(
          libc.copy_file_range(from, offsets.from, to, offsets.to, lengthBytes, 0),
        );
        if (copied !== -Errno.EINTR) return orUnsupported(copied);
      }
    },
    truncate: (file: File, sizeBytes: number) =>
      uninterrupted(() => result(libc.ftruncate(file, sizeBytes))),
    seekData: (file: File, offsetBytes: number) => result(libc.lseek(file, offsetBytes, SEEK_DATA)),
    seekHole: (file: File, offsetBytes: number) => result(libc.lseek(file, offsetBytes, SEEK_HOLE)),
    setFileOwner: (file: File, uid: number, gid: number) => result(libc.fchown(file, uid, gid)),
    setFileMode: (file: File, mode: number) => result(libc.fchmod(file, mode)),
    setFileTime: (file: File, sec: number, nsec: number) =>
      result(libc.futimens(file, times.hold(sec, nsec))),
    syncFile: (file: File) => uninterrupted(() => result(libc.fsync(file))),
  };
}

function transferCalls({
  libc,
  result,
}: Calls): Pick<FileCalls, "read" | "readAt" | "write" | "writeAt"> {
  // A function of its own: one that makes a closure allocates for it in every call, used or not.
  function writeOn(file: File, buffer: IoBuffer, lengthBytes: number, first: number): number {
    return writeRest(first, lengthBytes, (done) =>
      result(libc.write(file, buffer.address + done, lengthBytes - done)),
    );
  }

  return {
    read(file: File, buffer: IoBuffer, lengthBytes: number): number {
      for (;;) {
        const got = result(libc.read(file, buffer.address, lengthBytes));
        if (got !== -Errno.EINTR) return got;
      }
    },
    readAt(file: File, buffer: IoBuffer, lengthBytes: number, offsetBytes: number): number {
      for (;;) {
        const got = result(libc.pread(file, buffer.address, lengthBytes, offsetBytes));
        if (got !== -Errno.EINTR) return got;
      }
    },
    write(file: File, buffer: IoBuffer, lengthBytes: number): number {
      const wrote = result(libc.write(file, buffer.address, lengthBytes));
      return wrote === lengthBytes ? wrote : writeOn(file, buffer, lengthBytes, wrote);
    },
    writeAt(file: File, buffer: IoBuffer, lengthBytes: number, offsetBytes: number): number {
      const wrote = result(libc.pwrite(file, buffer.address, lengthBytes, offsetBytes));
      if (wrote === lengthBytes) return wrote;
      return writeRest(wrote, lengthBytes, (done) =>
        result(libc.pwrite(file, buffer.address + done, lengthBytes - done, offsetBytes + done)),
      );
    },
  };
}

/** Goes on after a first write until every byte is down; a write of 0 bytes would repeat for ever and is an EIO. */
function writeRest(
  first: number,
  lengthBytes: number,
  writeFrom: (doneBytes: number) => number,
): number {
  let done = 0;
  for (let wrote = first; ; wrote = writeFrom(done)) {
    if (wrote > 0) done += wrote;
    else if (wrote === 0) return -Errno.EIO;
    else if (wrote !== -Errno.EINTR) return wrote;
    if (done === lengthBytes) return lengthBytes;
  }
}

function newIoBuffer(sizeBytes: number): IoBuffer {
  const { bytes, address } = nativeBytes(sizeBytes + PAGE_BYTES);
  const skip = (PAGE_BYTES - (address % PAGE_BYTES)) % PAGE_BYTES;
  return { bytes: bytes.subarray(skip, skip + sizeBytes), address: address + skip };
}
