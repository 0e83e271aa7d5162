// The quick way of a move: one rename where source and destination are on one file system.

import type { RawName } from "#model/name.ts";
import { Errno } from "#platform/errno.ts";
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
