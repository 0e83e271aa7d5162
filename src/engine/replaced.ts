// What is made under its own name and fails is removed again, by that name. Another run, which found it unfinished, may have
// put a whole one there meanwhile, and even have removed what that was copied from (move).

import { identityOf, sameInode, type Stat } from "#model/entry.ts";
import { sameTime } from "#planner/compare.ts";
import type { Dir, EntryName, File } from "#platform/platform.ts";
import type { Thread } from "./thread.ts";

/** True where the name leads to another entry than the open file that was made under it. */
export function isReplaced(
  { platform, otherStat: found }: Thread,
  made: File,
  dir: Dir,
  name: EntryName,
): boolean {
  if (platform.statFile(made, found) < 0) return false;
  const own = identityOf(found);
  return platform.stat(dir, name, found) >= 0 && !sameInode(found, own);
}

/**
 * The same of an entry that cannot be held open, and has failed before it got its time: one that has it is another's. `source`
 * is what it was made like.
 */
export function isReplacedByWhole(
  { platform, otherStat: found, timeLimits }: Thread,
  dir: Dir,
  name: EntryName,
  source: Stat,
): boolean {
  if (platform.stat(dir, name, found) < 0) return false;
  return found.kind !== source.kind || sameTime(source, found, timeLimits);
}
