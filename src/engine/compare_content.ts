// Whether two files hold the same bytes: read side by side, which is faster than hashing both and leaves no doubt.

import type { RawName } from "#model/name.ts";
import type { Dir, File } from "#platform/platform.ts";
import type { DirectoryPair } from "./directory_pair.ts";
import { Cancelled, must } from "./failure.ts";
import type { Thread } from "./thread.ts";

/** Throws Failure with the side that could not be read. */
export function sameContent(pair: DirectoryPair, name: RawName, targetName: RawName): boolean {
  const { platform } = pair.thread;
  const source = must(platform.openRead(pair.source, name), "source", "open") as File;
  try {
    const target = must(
      platform.openRead(pair.written as Dir, targetName),
      "destination",
      "open",
    ) as File;
    try {
      return sameBytes(pair.thread, source, target);
    } finally {
      platform.closeFile(target);
    }
  } finally {
    platform.closeFile(source);
  }
}

function sameBytes(thread: Thread, source: File, target: File): boolean {
  const { platform, io, otherIo } = thread;
  const length = io.bytes.length;
  for (let offset = 0; ;) {
    if (thread.tasks.stopped) throw new Cancelled();
    const wanted = must(platform.readAt(source, io, length, offset), "source", "read");
    const held = must(platform.readAt(target, otherIo, length, offset), "destination", "read");
    const both = Math.min(wanted, held);
    if (both === 0) return wanted === held;
    if (Buffer.compare(io.bytes.subarray(0, both), otherIo.bytes.subarray(0, both)) !== 0)
      return false;
    // Either read may stop short of the end: both go on from what has been compared.
    offset += both;
  }
}
