// The destination of a subdirectory: made where it is missing, also in place of an entry of another kind.

import { Count } from "#model/summary.ts";
import { Kind } from "#model/entry.ts";
import type { RawName } from "#model/name.ts";
import { Errno } from "#platform/errno.ts";
import type { Dir } from "#platform/platform.ts";
import type { DirectoryPair } from "./directory_pair.ts";
import { Failure, must } from "./failure.ts";

/** True where the directory was made, false where it was there; undefined where what is there must stay. */
export function makeDirectory(pair: DirectoryPair, name: RawName): boolean | undefined {
  const { thread } = pair;
  const { platform, options } = thread;
  const standing = kindAtTarget(pair, name);
  if (standing !== undefined) pair.matched++;
  if (standing === Kind.directory) return false;
  if (standing !== undefined && options.compare.ignoreExisting) return undefined;
  if (pair.target !== undefined) {
    pair.touch();
    const made =
      standing === undefined
        ? platform.makeDir(pair.target, name, 0o700)
        : makeInPlaceOf(pair, pair.target, name);
    if (made === -Errno.EEXIST) {
      pair.refuseTaken(name);
      // Made by somebody else since we looked: then it is as if it had been there.
      return false;
    }
    must(made, "destination", "create");
  }
  if (standing === undefined) pair.gained();
  thread.tally.add(Count.directoriesMade);
  thread.entry("make-directory", () => pair.pathOf(name), "new");
  return true;
}

/** What stands there goes only when the directory is made: until then it waits under a temporary name. Throws Failure. */
function makeInPlaceOf({ thread }: DirectoryPair, target: Dir, name: RawName): number {
  const { platform } = thread;
  const aside = thread.temporaryName();
  must(platform.rename(target, name, target, aside), "destination", "replace");
  const made = platform.makeDir(target, name, 0o700);
  const gone = made < 0 ? made : platform.unlink(target, aside);
  if (gone >= 0) return made;
  // Also where it may not go, or is a full directory that somebody put there since we looked.
  if (made >= 0) platform.removeDir(target, name);
  platform.rename(target, aside, target, name);
  if (made >= 0) throw new Failure("destination", "replace", gone);
  return made;
}

function kindAtTarget({ thread, target, fresh }: DirectoryPair, name: RawName): Kind | undefined {
  if (target === undefined || fresh) return undefined;
  const { platform, targetStat } = thread;
  const found = platform.stat(target, name, targetStat);
  if (found === -Errno.ENOENT) return undefined;
  must(found, "destination", "look at");
  return targetStat.kind;
}
