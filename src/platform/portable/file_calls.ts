// Files: opening, reading and writing. Short writes end here.

import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  futimesSync,
  openSync,
  readSync,
  writeSync,
} from "node:fs";
import type { RawName } from "#model/name.ts";
import { Errno } from "../errno.ts";
import type { Dir, EntryName, File, FileCalls, IoBuffer, StatSlot } from "../platform.ts";
import { attempt, attemptOnce, attemptVoid } from "./attempt.ts";
import { sameAtime, timeArgument } from "./file_times.ts";
import type { OpenDirectories } from "./open_directories.ts";
import type { PortableStat } from "./portable_stat.ts";

/** O_NONBLOCK: a FIFO that took the place of a file must not block the open. It means nothing for files. */
const OPEN_READ =
  constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;
const OPEN_NEW = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
const OPEN_APPEND =
  constants.O_WRONLY |
  constants.O_APPEND |
  constants.O_CREAT |
  constants.O_NOFOLLOW |
  constants.O_NONBLOCK |
  constants.O_NOCTTY;

export function fileCalls(directories: OpenDirectories): FileCalls {
  return {
    newIoBuffer: (sizeBytes: number) => ({ bytes: Buffer.alloc(sizeBytes), address: 0 }),
    openRead: (dir: Dir, name: EntryName) =>
      attempt(() => openSync(directories.entry(dir, name), OPEN_READ)),
    // A default ACL, which is not to be seen from here, narrows the mode of what is made (acl(5)).
    createFile: (dir: Dir, name: EntryName, mode: number) =>
      attempt(() => {
        const file = openSync(directories.entry(dir, name), OPEN_NEW, mode);
        attemptVoid(() => fchmodSync(file, mode));
        return file;
      }),
    openAppend: (dir: Dir, name: RawName, mode: number) =>
      attempt(() => openSync(directories.entry(dir, name), OPEN_APPEND, mode)),
    closeFile,
    closeFileLater: closeFile,
    closeWaitingFiles: () => {},
    // Descriptors are the process's own.
    borrow: (_owner: number, file: File) => file,
    giveBack: () => 0,
    statFile: (file: File, into: StatSlot) =>
      attemptVoid(() => (into as PortableStat).fill(fstatSync(file, { bigint: true }))),
    read: (file: File, buffer: IoBuffer, lengthBytes: number) =>
      attempt(() => readSync(file, buffer.bytes, 0, lengthBytes, null)),
    readAt: (file: File, buffer: IoBuffer, lengthBytes: number, offsetBytes: number) =>
      attempt(() => readSync(file, buffer.bytes, 0, lengthBytes, offsetBytes)),
    write: (file: File, buffer: IoBuffer, lengthBytes: number) =>
      writeAll(lengthBytes, (done) =>
        writeSync(file, buffer.bytes, done, lengthBytes - done, null),
      ),
    writeAt: (file: File, buffer: IoBuffer, lengthBytes: number, offsetBytes: number) =>
      writeAll(lengthBytes, (done) =>
        writeSync(file, buffer.bytes, done, lengthBytes - done, offsetBytes + done),
      ),
    truncate: (file: File, sizeBytes: number) => attemptVoid(() => ftruncateSync(file, sizeBytes)),
    setFileOwner: (file: File, uid: number, gid: number) =>
      attemptVoid(() => fchownSync(file, uid, gid)),
    setFileMode: (file: File, mode: number) => attemptVoid(() => fchmodSync(file, mode)),
    setFileTime: (file: File, sec: number, nsec: number) =>
      attemptVoid(() => {
        futimesSync(file, sameAtime(fstatSync(file, { bigint: true })), timeArgument(sec, nsec));
      }),
    syncFile: (file: File) => attemptVoid(() => fsyncSync(file)),
  };
}

/** The descriptor is gone even after EINTR (close(2)). */
function closeFile(file: File): number {
  const refused = attemptOnce(() => closeSync(file));
  return typeof refused === "number" && refused !== -Errno.EINTR ? refused : 0;
}

/** Repeats a write until every byte is down; a write of 0 bytes would repeat for ever and is an EIO. */
function writeAll(lengthBytes: number, writeFrom: (doneBytes: number) => number): number {
  for (let done = 0; done < lengthBytes;) {
    const wrote = attempt(() => writeFrom(done));
    if (wrote < 0) return wrote;
    if (wrote === 0) return -Errno.EIO;
    done += wrote;
  }
  return lengthBytes;
}
