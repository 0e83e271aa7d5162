// A range of one open file's data copied to the same place in another. Owns no descriptor; throws Failure or Cancelled.

import { Count } from "#model/summary.ts";
import { compileOnce } from "#platform/compiler.ts";
import { Errno } from "#platform/errno.ts";
import { type File, UNSUPPORTED } from "#platform/platform.ts";
import { Cancelled, must } from "./failure.ts";
import type { Route } from "./route.ts";
import { noteFirstByte } from "./shared/first_byte.ts";
import type { Thread } from "./thread.ts";

/** One call moves so much: a fraction of a second, so that a run can be stopped and is seen to move. */
const PIECE_BYTES = 64 * 1024 * 1024;

/** From one offset to another, or to the end of the source; returns the offset reached. Throws Failure or Cancelled. */
export function copyByReading(
  thread: Thread,
  from: File,
  to: File,
  start: number,
  end: number,
): number {
  const { platform, io } = thread;
  let at = start;
  while (at < end) {
    const got = must(
      platform.readAt(from, io, Math.min(io.bytes.length, end - at), at),
      "source",
      "read",
    );
    if (got === 0) break;
    must(platform.writeAt(to, io, got, at), "destination", "write");
    at += got;
    advance(thread, got);
  }
  return at;
}

/**
 * Copies a range inside the kernel; returns the offset reached. A refusal, or a call that copies nothing, leaves the rest
 * to read and write, which also tell which side an error belongs to.
 */
export function copyByRange(
  thread: Thread,
  route: Route,
  from: File,
  to: File,
  start: number,
  end: number,
): number {
  let at = start;
  while (at < end) {
    const copied = thread.platform.copyRange(from, to, at, Math.min(PIECE_BYTES, end - at));
    if (copied <= 0) {
      if (isRefusal(copied)) route.tryCopyRange = false;
      return at;
    }
    at += copied;
    advance(thread, copied);
  }
  return at;
}

/** The kernel will not do it for these file systems: nothing is wrong with the file. */
export function isRefusal(result: number): boolean {
  return (
    result === UNSUPPORTED ||
    result === -Errno.EXDEV ||
    result === -Errno.EINVAL ||
    result === -Errno.EPERM
  );
}

/** Copies one range by copy_file_range or by reading; returns the bytes copied. */
export function copyRangeAnyWay(
  thread: Thread,
  route: Route,
  from: File,
  to: File,
  start: number,
  end: number,
): number {
  const reached = route.tryCopyRange ? copyByRange(thread, route, from, to, start, end) : start;
  return copyByReading(thread, from, to, reached, end) - start;
}

/** Counts bytes that arrived; throws Cancelled when the run is being stopped. */
function advance(thread: Thread, bytes: number): void {
  thread.tally.add(Count.bytesCopied, bytes);
  noteFirstByte(thread.memory);
  if (thread.tasks.stopped) throw new Cancelled();
}

compileOnce(advance);
