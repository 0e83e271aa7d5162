// The quick way of a move: one rename where source and destination are on one file system.

import { Count } from "#model/summary.ts";
import { compileOnce } from "#platform/compiler.ts";
import { sameDevice } from "#model/entry.ts";
import type { RawName, RawPath } from "#model/name.ts";
import type { RunOptions } from "#model/options.ts";
import { Errno } from "#platform/errno.ts";
import { lastName, parentPath } from "#platform/paths.ts";
import type { Dir, Platform } from "#platform/platform.ts";
import type { DirectoryPair } from "./directory_pair.ts";
import { must } from "./failure.ts";

/** True in a move within one file system, as far as is known. */
export function mayRename({ thread, route, target }: DirectoryPair): boolean {
  const { verb, oneFileSystem } = thread.options;
  // Into what a dry run does not make: had a rename been possible, all of it had been moved whole.
  if (target === undefined) return false;
  return verb === "move" && !oneFileSystem && thread.filter === undefined && route.tryRename;
}

/** Renames an entry that is not a directory over whatever is there; false where it must be copied. */
export function renameEntry(pair: DirectoryPair, name: RawName, targetName: RawName): boolean {
  if (!mayRename(pair) || !renamed(pair, name, targetName)) return false;
  pair.thread.tally.add(Count.entriesMoved);
  return true;
}

/** Renames a whole directory where the destination has none of that name. */
export function renameDirectory(pair: DirectoryPair, name: RawName): boolean {
  if (!mayRename(pair)) return false;
  const { platform, otherStat, tally } = pair.thread;
  if (!pair.fresh && platform.stat(pair.written, name, otherStat) !== -Errno.ENOENT) return false;
  if (!renamed(pair, name, name)) return false;
  tally.add(Count.entriesMoved);
  pair.thread.entry("rename", () => pair.pathOf(name), "moved whole");
  return true;
}

function renamed(pair: DirectoryPair, name: RawName, targetName: RawName): boolean {
  pair.refuseUnlessFree(targetName);
  pair.touch();
  pair.keepSourceTime();
  const result = pair.thread.platform.rename(pair.source, name, pair.written, targetName);
  if (result === -Errno.EXDEV) {
    pair.route.tryRename = false;
    return false;
  }
  // A mount point, or a directory of a kind that cannot be renamed: copied entry by entry.
  if (result === -Errno.EBUSY || result === -Errno.EINVAL) return false;
  must(result, "destination", "move");
  return true;
}

/**
 * Renames a source directory to a destination that does not exist; false where it must be copied. `above` finds the directory
 * that will hold it, in a dry run the nearest that exists.
 */
export function moveWhole(
  platform: Platform,
  options: RunOptions,
  source: RawPath,
  destination: RawPath,
  above: () => RawPath,
): boolean {
  const { verb, oneFileSystem, filter } = options;
  if (verb !== "move" || oneFileSystem || filter !== undefined) return false;
  const from = platform.openRoot(parentPath(source));
  const to = platform.openRoot(above());
  const moved =
    from >= 0 &&
    to >= 0 &&
    isOneDevice(platform, from as Dir, to as Dir) &&
    platform.rename(from as Dir, lastName(source), to as Dir, lastName(destination)) >= 0;
  if (from >= 0) platform.closeDir(from as Dir);
  if (to >= 0) platform.closeDir(to as Dir);
  return moved;
}

function isOneDevice(platform: Platform, a: Dir, b: Dir): boolean {
  const [first, second] = [platform.newStat(), platform.newStat()];
  return (
    platform.statDir(a, first) >= 0 && platform.statDir(b, second) >= 0 && sameDevice(first, second)
  );
}

compileOnce(renameEntry, mayRename);
