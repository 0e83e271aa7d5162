// Linux: system calls through the C library, on handles. One instance a thread: it owns that thread's scratch memory.

import { compileOnce } from "../compiler.ts";
import { fileSystemKindOf } from "../file_system_kind.ts";
import type { Dir, FileSystemInfo, Platform } from "../platform.ts";
import { readText } from "../read_text.ts";
import { CLONE_FILES, ST_RDONLY } from "./abi.ts";
import { type Calls, openCalls, uninterrupted } from "./calls.ts";
import { directoryCalls } from "./directory_calls.ts";
import { entryCalls } from "./entry_calls.ts";
import { fileCalls } from "./file_calls.ts";
import { nativeBytes } from "./native_memory.ts";
import { xattrCalls } from "./xattr_calls.ts";

export function createLinuxPlatform(): Platform {
  const calls = openCalls();
  const { libc, result } = calls;
  const platform: Platform = {
    name: "linux",
    syncsFileSystems: true,
    timeGrainNsec: 1,
    clearUmask: () => libc.umask(0),
    isPrivileged: () => mayChangeOwners(platform),
    // Refused in some containers: then the table stays shared.
    ownDescriptors: () => {
      if (libc.unshare(CLONE_FILES) < 0) calls.closes.shareDescriptors();
    },
    setAccessTimesToo: () => calls.times.setAccessTimesToo(),
    ...directoryCalls(calls),
    ...entryCalls(calls),
    ...fileCalls(calls),
    ...xattrCalls(calls),
    fileSystem: fileSystemCall(calls),
    syncFileSystem: (dir: Dir) => uninterrupted(() => result(libc.syncfs(dir))),
  };
  const functions = Object.values(platform).filter((value) => typeof value === "function");
  compileOnce(...functions);
  return platform;
}

/** CAP_CHOWN is bit 0 of the effective set (capabilities(7)): root in a container may lack it. */
function mayChangeOwners(platform: Platform): boolean {
  const status = readText(platform, "/proc/self", "status") ?? "";
  const lastDigit = /^CapEff:\s*[0-9a-f]*([0-9a-f])$/m.exec(status)?.[1];
  if (lastDigit === undefined) return process.geteuid?.() === 0;
  return (Number.parseInt(lastDigit, 16) & 1) === 1;
}

/** statfs(2), laid out alike on x86-64 and arm64: 64-bit words. */
function fileSystemCall({ libc, result }: Calls): Platform["fileSystem"] {
  const { bytes, address } = nativeBytes(128);
  const word = (index: number) => Number(bytes.readBigUInt64LE(index * 8));
  return (dir: Dir): FileSystemInfo | number => {
    const failed = result(libc.fstatfs(dir, address));
    if (failed < 0) return failed;
    const magic = word(0);
    const blockBytes = word(1);
    // Blocks are counted in f_frsize (statvfs(3)); f_bsize is the transfer size that suits, larger on some.
    const unitBytes = word(9) || blockBytes;
    return {
      kind: fileSystemKindOf(magic),
      magic,
      blockBytes,
      totalBytes: word(2) * unitBytes,
      availableBytes: word(4) * unitBytes,
      freeInodes: word(5) === 0 ? undefined : word(6),
      readOnly: (word(10) & ST_RDONLY) !== 0,
    };
  };
}
