// Symlinks, FIFOs, sockets and device nodes: made anew, dressed, and put in place of what was there. Never opened.

import { Count } from "#model/summary.ts";
import { Kind, type Stat } from "#model/entry.ts";
import type { RawName } from "#model/name.ts";
import { Errno } from "#platform/errno.ts";
import { UNSUPPORTED } from "#platform/platform.ts";
import type { DirectoryPair } from "./directory_pair.ts";
import { Failure, must } from "./failure.ts";
import { dressNewEntry } from "./metadata.ts";
import { isReplacedByWhole } from "./replaced.ts";

export function makeSymlink(
  pair: DirectoryPair,
  name: RawName,
  targetName: RawName,
  source: Stat,
  replaces: boolean,
): void {
  const { platform, tally } = pair.thread;
  const target = platform.readLink(pair.source, name);
  if (typeof target === "number") throw new Failure("source", "read the target of", target);
  makeThenPlace(pair, name, targetName, source, replaces, (made) => {
    const result = platform.makeSymlink(pair.written, made, target);
    return result === -Errno.EEXIST ? result : must(result, "destination", "create");
  });
  tally.add(Count.symlinksMade);
}

/** A device node is the right of root alone: where it may not be made, it is counted and left out. True where it was made. */
export function makeSpecial(
  pair: DirectoryPair,
  name: RawName,
  targetName: RawName,
  source: Stat,
  replaces: boolean,
): boolean {
  const { thread } = pair;
  let made = true;
  makeThenPlace(pair, name, targetName, source, replaces, (temporary) => {
    const result = thread.platform.makeNode(pair.written, temporary, source, source.mode);
    made = result >= 0;
    if (result === UNSUPPORTED) thread.note("notesUnsupported");
    else if (result === -Errno.EEXIST) return result;
    else if (result === -Errno.EPERM) thread.note("notesNotPermitted");
    else if (result === -Errno.EIO && removeHalfMade(pair, temporary))
      thread.note("notesUnsupported");
    else must(result, "destination", "create");
    return result;
  });
  if (made) thread.tally.add(Count.specialsMade);
  return made;
}

/**
 * A server on FUSE that has no special files (exfat-fuse) makes an empty file, sees that it is not what was asked for, and
 * says EIO: no device is failing. True where that was so; the file is gone then.
 */
function removeHalfMade({ thread, written }: DirectoryPair, made: RawName): boolean {
  const { platform, otherStat: found } = thread;
  if (platform.stat(written, made, found) < 0) return false;
  if (found.kind !== Kind.file || found.sizeBytes !== 0) return false;
  return platform.unlink(written, made) >= 0;
}

/**
 * Makes the entry under its own name, or under a temporary one to replace what is there; undone where it fails. `make`
 * returns a negative number where it made none, EEXIST among them. Throws Failure.
 */
function makeThenPlace(
  pair: DirectoryPair,
  name: RawName,
  targetName: RawName,
  source: Stat,
  replaces: boolean,
  make: (made: RawName) => number,
): void {
  const { thread, written } = pair;
  const { platform } = thread;
  const made = replaces ? thread.temporaryName() : targetName;
  const result = make(made);
  if (result === -Errno.EEXIST && !replaces) {
    pair.refuseTaken(targetName);
    // Somebody made it since we looked.
    makeThenPlace(pair, name, targetName, source, true, make);
    return;
  }
  if (result === -Errno.EEXIST) throw new Failure("destination", "create", result);
  if (result < 0) return;
  try {
    dressNewEntry(thread, { dir: pair.source, name }, { dir: written, name: made }, source);
    if (replaces)
      must(platform.rename(written, made, written, targetName), "destination", "replace");
  } catch (error) {
    if (replaces || !isReplacedByWhole(thread, written, made, source))
      platform.unlink(written, made);
    throw error;
  }
}
