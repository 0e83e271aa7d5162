// Whether a file has the same content on both sides: for --checksum and for verify. A large file is compared by several
// threads at once.

import type { Stat } from "#model/entry.ts";
import type { RawName } from "#model/name.ts";
import { compileOnce } from "#platform/compiler.ts";
import { Errno } from "#platform/errno.ts";
import { hasExactSizes } from "#platform/file_system_kind.ts";
import type { File } from "#platform/platform.ts";
import type { DirectoryPair } from "./directory_pair.ts";
import { Failure, must } from "./failure.ts";
import { compareInShares, SHARED_MIN_BYTES } from "./pieces.ts";
import { sameBytes } from "./same_bytes.ts";

/**
 * Of two files that have the same size. One that this user may not read at the destination is as good as another: it is replaced.
 * Throws Failure with the side that could not be read.
 */
export function sameContent(
  pair: DirectoryPair,
  name: RawName,
  targetName: RawName,
  source: Stat,
  target: Stat,
): boolean {
  try {
    return withBothFiles(pair, name, targetName, source, (from, to) =>
      sameFiles(pair, from, to, source, target),
    );
  } catch (error) {
    if (isClosedToUser(error)) return false;
    throw error;
  }
}

function isClosedToUser(error: unknown): boolean {
  return error instanceof Failure && error.side === "destination" && error.result === -Errno.EACCES;
}

/** Opens a file on both sides for reading, and closes both. `source` is its stat. */
export function withBothFiles<Result>(
  pair: DirectoryPair,
  name: RawName,
  targetName: RawName,
  source: Stat,
  work: (from: File, to: File) => Result,
): Result {
  const { platform, activity } = pair.thread;
  activity.look(name, source.sizeBytes);
  const from = must(platform.openRead(pair.source, name), "source", "open") as File;
  try {
    const to = must(platform.openRead(pair.written, targetName), "destination", "open") as File;
    try {
      return work(from, to);
    } finally {
      platform.closeFile(to);
    }
  } finally {
    platform.closeFile(from);
    activity.leave();
  }
}

/** As sameContent(), of open files. */
export function sameFiles(
  { thread, route }: DirectoryPair,
  from: File,
  to: File,
  source: Stat,
  target: Stat,
): boolean {
  const size = source.sizeBytes;
  if (!route.exactSizes || !hasExactSizes(route.targetKind))
    return sameBytes(thread, from, to, 0, Infinity, false);
  const skipsHoles = source.allocatedBytes < size && target.allocatedBytes < size;
  const shared =
    size >= SHARED_MIN_BYTES ? compareInShares(thread, from, to, size, skipsHoles) : undefined;
  return shared ?? sameBytes(thread, from, to, 0, size, skipsHoles);
}

compileOnce(withBothFiles, sameFiles);
