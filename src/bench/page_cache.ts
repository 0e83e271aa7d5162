// What is in memory when a run begins: all that it will read, or nothing. Neither comes by itself: rclone tells the
// kernel to forget every file that it has read (FADV_DONTNEED), and whoever came next would read from the disk.

import * as fs from "node:fs";
import type { RawPath } from "#model/name.ts";
import { locate } from "#bench/locate.ts";

const READ_BYTES = 4 * 1024 * 1024;
/** So many files are read before signals are looked at. */
const FILES_PER_TURN = 2_000;

/** Reads the files, which lie beneath `root`, to their ends. Throws when the signal aborts. */
export async function fillPageCache(
  root: string,
  files: Iterable<RawPath>,
  signal: AbortSignal,
): Promise<void> {
  const buffer = Buffer.allocUnsafe(READ_BYTES);
  let turn = 0;
  for (const path of files) {
    readThrough(locate(root, path), buffer);
    if (++turn % FILES_PER_TURN === 0) {
      await new Promise((resolve) => setImmediate(resolve));
      signal.throwIfAborted();
    }
  }
}

/** Linux, and root only. What has not been written yet stays, and `kept` are read back in. */
export function emptyPageCache(kept: readonly string[]): void {
  // 3: page cache, dentries and inodes (proc_sys_vm(5)).
  fs.writeFileSync("/proc/sys/vm/drop_caches", "3");
  const buffer = Buffer.allocUnsafe(READ_BYTES);
  for (const path of kept) readThrough(path, buffer);
}

function readThrough(path: Buffer | string, buffer: Buffer): void {
  const descriptor = fs.openSync(path, fs.constants.O_RDONLY);
  try {
    while (fs.readSync(descriptor, buffer) > 0);
  } finally {
    fs.closeSync(descriptor);
  }
}
