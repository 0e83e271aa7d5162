// What the filter leaves out is protected: a mirror does not delete it from the destination. It is judged as it is there, by
// its own size and time too, so that a file beyond --max-size stays though the source has none of that name.

import { joinRaw, type RawName, type RawPath } from "#model/name.ts";
import { Errno } from "#platform/errno.ts";
import type { Dir } from "#platform/platform.ts";
import { must } from "./failure.ts";
import { isExcluded } from "./filter_for.ts";
import type { Thread } from "./thread.ts";

/** Of an entry in a directory of the destination, with that directory's path. Throws Failure. */
export function isProtected(thread: Thread, dir: Dir, path: RawPath, name: RawName): boolean {
  const { filter, options, platform, otherStat } = thread;
  if (filter === undefined || options.filter?.deleteExcluded === true) return false;
  const found = platform.stat(dir, name, otherStat);
  if (found === -Errno.ENOENT) return false;
  must(found, "destination", "look at");
  return isExcluded(filter, joinRaw(path, name), otherStat);
}
