// Copies the data of one open file to another, by the cheapest way that the two file systems allow. Owns no descriptor.
//
// A destination is never given its final size before its data, but for a hole at its end: after a power cut such a file
// would have the right size and time and be all zeros, and no later run would notice. So a file with holes is synced before
// it is stamped, and only memory file systems are written at several offsets at once.

import { Count } from "#model/summary.ts";
import { compileOnce } from "#platform/compiler.ts";
import type { Stat } from "#model/entry.ts";
import { Errno } from "#platform/errno.ts";
import type { File } from "#platform/platform.ts";
import { copyByRange, copyByReading, copyRangeAnyWay } from "./data_range.ts";
import { Failure, must, SourceChanged } from "./failure.ts";
import { copyInShares, SHARED_MIN_BYTES } from "./pieces.ts";
import { noteFirstByte } from "./shared/first_byte.ts";
import type { Route } from "./route.ts";
import type { Thread } from "./thread.ts";

/** From this size a reflink is tried first, and pieces are large. */
export const LARGE_BYTES = 1024 * 1024;

/** Copies from the start of both files to the end of the source. Throws Failure or Cancelled. */
export function copyContent(
  thread: Thread,
  route: Route,
  from: File,
  to: File,
  source: Stat,
): void {
  const size = source.sizeBytes;
  if (size >= LARGE_BYTES && reflinked(thread, route, from, to, size)) return;
  if (source.allocatedBytes < size && copySparse(thread, route, from, to, size)) return;
  const mayShare = size >= SHARED_MIN_BYTES && route.sharesPieces;
  if (mayShare && copyInShares(thread, route, from, to, size)) return;
  let copied = 0;
  if (route.tryCopyRange && (size >= LARGE_BYTES || (route.smallByCopyRange && size > 0))) {
    copied = copyByRange(thread, route, from, to, 0, size);
    if (copied === size && route.exactSizes) return;
  }
  // Where the size can be believed no read looks for the end.
  copyByReading(thread, from, to, copied, route.exactSizes ? size : Number.POSITIVE_INFINITY);
}

function reflinked(thread: Thread, route: Route, from: File, to: File, sizeBytes: number): boolean {
  if (!route.tryReflink) return false;
  const result = thread.platform.reflink(from, to);
  if (result < 0) {
    // Anything but a full disk: the two places do not share blocks, and will not for the next file either.
    if (result !== -Errno.ENOSPC && result !== -Errno.EDQUOT) route.tryReflink = false;
    return false;
  }
  thread.tally.add(Count.bytesReflinked, sizeBytes);
  thread.tally.add(Count.bytesCopied, sizeBytes);
  noteFirstByte(thread.memory);
  return true;
}

/** Copies only what holds data. False where the file has no holes after all, or the file system does not tell. */
function copySparse(
  thread: Thread,
  route: Route,
  from: File,
  to: File,
  sizeBytes: number,
): boolean {
  const { platform } = thread;
  let data = platform.seekData(from, 0);
  if (data < 0 && data !== -Errno.ENXIO) return false;
  let hole = data < 0 ? 0 : platform.seekHole(from, data);
  if (data === 0 && (hole < 0 || hole >= sizeBytes)) return false;
  let dataBytes = 0;
  while (data >= 0 && data < sizeBytes) {
    // It has become shorter.
    if (hole === -Errno.ENXIO) throw new SourceChanged();
    if (hole < 0) throw new Failure("source", "find the holes of", hole);
    dataBytes += copyRangeAnyWay(thread, route, from, to, data, hole);
    data = platform.seekData(from, hole);
    if (data >= 0) hole = platform.seekHole(from, data);
  }
  if (data < 0 && data !== -Errno.ENXIO) throw new Failure("source", "find the holes of", data);
  must(platform.truncate(to, sizeBytes), "destination", "set the size of");
  thread.activity.flush(dataBytes);
  if (!route.sharesPieces) must(platform.syncFile(to), "destination", "sync");
  thread.tally.add(Count.bytesSparse, sizeBytes - dataBytes);
  return true;
}

compileOnce(copyContent);
