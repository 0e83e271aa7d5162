// Any POSIX system through node:fs alone: no foreign functions, no handles beneath which the system would resolve
// names. Slower and with races that linux does not have (open_directories.ts); what it cannot do is in
// missing_calls.ts, and how finely it sets times in file_times.ts.

import { accessSync, constants, statfsSync } from "node:fs";
import { Errno } from "../errno.ts";
import { fileSystemKindOf } from "../file_system_kind.ts";
import type { Dir, FileSystemInfo, Platform } from "../platform.ts";
import { attempt, attemptVoid } from "./attempt.ts";
import { directoryCalls } from "./directory_calls.ts";
import { entryCalls } from "./entry_calls.ts";
import { fileCalls } from "./file_calls.ts";
import { TIME_GRAIN_NSEC } from "./file_times.ts";
import { missingCalls } from "./missing_calls.ts";
import { OpenDirectories } from "./open_directories.ts";

export function createPortablePlatform(): Platform {
  const directories = new OpenDirectories();
  return {
    name: "portable",
    syncsFileSystems: false,
    timeGrainNsec: TIME_GRAIN_NSEC,
    clearUmask: () => process.umask(0),
    isPrivileged: () => process.geteuid?.() === 0,
    ownDescriptors: () => {},
    // node never sets one time alone.
    setAccessTimesToo: () => {},
    ...directoryCalls(directories),
    ...entryCalls(directories),
    ...fileCalls(directories),
    ...missingCalls,
    fileSystem: (dir: Dir) => attempt(() => fileSystemAt(directories.itself(dir))),
  };
}

function fileSystemAt(path: Buffer): FileSystemInfo {
  const found = statfsSync(path);
  // Elsewhere f_type is an index into a table of the running kernel, not a magic number.
  const magic = process.platform === "linux" ? found.type : 0;
  return {
    kind: fileSystemKindOf(magic),
    magic,
    blockBytes: found.bsize,
    // f_blocks counts fragments (statvfs(3)); f_bsize is merely the size of transfer that suits.
    totalBytes: found.blocks * found.frsize,
    availableBytes: found.bavail * found.frsize,
    freeInodes: found.files === 0 ? undefined : found.ffree,
    // node tells no mount flags, but access(2) says EROFS even to root.
    readOnly: attemptVoid(() => accessSync(path, constants.W_OK)) === -Errno.EROFS,
  };
}
