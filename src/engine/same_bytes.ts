// Whether two open files hold the same bytes in a range: read side by side, which is faster than hashing both and leaves
// no doubt. Owns no descriptor.

import { Count } from "#model/summary.ts";
import { compileOnce } from "#platform/compiler.ts";
import { Errno } from "#platform/errno.ts";
import type { File } from "#platform/platform.ts";
import { Cancelled, must } from "./failure.ts";
import type { Thread } from "./thread.ts";

/** So much of both fits the cache of a core, so that what was read is compared there. */
export const READ_BYTES = 256 * 1024;

/** Up to `end`, or to the end of both files. Throws Failure with the side that could not be read. */
export function sameBytes(
  thread: Thread,
  from: File,
  to: File,
  start: number,
  end: number,
  skipsHoles: boolean,
): boolean {
  const { platform, io, otherIo, tally } = thread;
  for (let at = start; ;) {
    if (thread.tasks.stopped) throw new Cancelled();
    if (skipsHoles) at = Math.min(nextData(thread, from, at, end), nextData(thread, to, at, end));
    if (at >= end) return true;
    const length = Math.min(READ_BYTES, end - at);
    const wanted = must(platform.readAt(from, io, length, at), "source", "read");
    const held = must(platform.readAt(to, otherIo, length, at), "destination", "read");
    // Either read may stop short of the end: both go on from what has been compared.
    const both = Math.min(wanted, held);
    if (both === 0) return wanted === held;
    tally.add(Count.bytesCompared, both);
    if (Buffer.compare(io.bytes.subarray(0, both), otherIo.bytes.subarray(0, both)) !== 0)
      return false;
    at += both;
  }
}

/** Where the next data of a file may begin: a hole on both sides is the same on both. */
function nextData({ platform }: Thread, file: File, at: number, end: number): number {
  const data = platform.seekData(file, at);
  return data === -Errno.ENXIO ? end : Math.max(data, at);
}

compileOnce(sameBytes);
