// A file that is made under its own name and fails is removed again, by that name. Another run, which found it unfinished, may
// have put a whole one there meanwhile, and even have removed what that was copied from (move).

import { identityOf, sameInode } from "#model/entry.ts";
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
