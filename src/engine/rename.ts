// The quick way of a move: one rename where source and destination are on one file system.

import { keepFromSlowCompiler } from "#platform/compiler.ts";
import { posix } from "node:path";
import type { RawName, RawPath } from "#model/name.ts";
import type { RunOptions } from "#model/options.ts";
import { Errno } from "#platform/errno.ts";
import type { Dir, Platform } from "#platform/platform.ts";
import type { DirectoryPair } from "./directory_pair.ts";
import { must } from "./failure.ts";

function mayRename({ thread, route }: DirectoryPair): boolean {
  const { verb, dryRun, oneFileSystem } = thread.options;
  return (
    verb === "move" && !dryRun && !oneFileSystem && thread.filter === undefined && route.tryRename
  );
}

/** Renames an entry that is not a directory over whatever is there; false where it must be copied. */
export function renameEntry(pair: DirectoryPair, name: RawName, targetName: RawName): boolean {
  if (!mayRename(pair) || !renamed(pair, name, targetName)) return false;
  pair.thread.tally.add("entriesMoved");
  return true;
}

/** Renames a whole directory where the destination has none of that name. */
export function renameDirectory(pair: DirectoryPair, name: RawName): boolean {
  if (!mayRename(pair)) return false;
  const { platform, otherStat, tally } = pair.thread;
  if (!pair.fresh && platform.stat(pair.written, name, otherStat) !== -Errno.ENOENT) return false;
  if (!renamed(pair, name, name)) return false;
  tally.add("entriesMoved");
  pair.thread.entry("rename", () => pair.pathOf(name), "moved whole");
  return true;
}

function renamed(pair: DirectoryPair, name: RawName, targetName: RawName): boolean {
  const result = pair.thread.platform.rename(pair.source, name, pair.written, targetName);
  if (result === -Errno.EXDEV) {
    pair.route.tryRename = false;
    return false;
  }
  // A mount point, or a directory of a kind that cannot be renamed: copied entry by entry.
  if (result === -Errno.EBUSY || result === -Errno.EINVAL) return false;
  must(result, "destination", "move");
  pair.touch();
  return true;
}

/** Renames a source directory to a destination that does not exist; false where it must be copied. */
export function moveWhole(
  platform: Platform,
  options: RunOptions,
  source: RawPath,
  destination: RawPath,
): boolean {
  if (
    options.verb !== "move" ||
    options.dryRun ||
    options.oneFileSystem ||
    options.filter !== undefined
  )
    return false;
  const parents = [source, destination].map((path) =>
    platform.openRoot(posix.dirname(path) as RawPath),
  );
  const [from = -1, to = -1] = parents;
  const [sourceName, name] = [source, destination].map(
    (path) => posix.basename(path) as unknown as RawName,
  );
  const moved =
    from >= 0 &&
    to >= 0 &&
    platform.rename(from as Dir, sourceName as RawName, to as Dir, name as RawName) >= 0;
  for (const parent of parents) if (parent >= 0) platform.closeDir(parent as Dir);
  return moved;
}

keepFromSlowCompiler(renameEntry, mayRename);
