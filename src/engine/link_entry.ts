// A further name of an inode that has arrived already: a hard link to it.

import { Count } from "#model/summary.ts";
import { sameInode, type Stat } from "#model/entry.ts";
import type { RawName } from "#model/name.ts";
import { Errno } from "#platform/errno.ts";
import { lastName, pathAbove } from "#platform/paths.ts";
import type { Dir } from "#platform/platform.ts";
import type { DirectoryPair } from "./directory_pair.ts";
import { must } from "./failure.ts";
import type { Claim } from "./links.ts";

type Follow = Extract<Claim, { role: "follow" }>;

/** Makes the name a link to where the first one stands; false where it must be copied after all (too many links). */
export function followLink(
  pair: DirectoryPair,
  name: RawName,
  first: Follow,
  target: Stat | undefined,
): boolean {
  const { thread } = pair;
  // By its device too: below a mount point an inode may have the number of any other.
  if (target !== undefined && sameInode(target, first.target)) return true;
  if (!thread.options.dryRun && !linkTo(pair, name, first, target !== undefined)) return false;
  if (target === undefined) pair.gained();
  thread.tally.add(Count.hardLinksMade);
  thread.entry("link", () => pair.pathOf(name), "hard link");
  return true;
}

function linkTo(pair: DirectoryPair, name: RawName, first: Follow, replaces: boolean): boolean {
  const { thread, written } = pair;
  const { platform } = thread;
  const firstName = lastName(first.path);
  const root = thread.handles(first.root).destination as Dir;
  const from = must(
    platform.openBeneath(root, pathAbove(first.path)),
    "destination",
    "open",
  ) as Dir;
  pair.touch();
  try {
    const made = replaces ? thread.temporaryName() : name;
    const linked = platform.link(from, firstName, written, made);
    if (linked === -Errno.EMLINK || linked === -Errno.EXDEV || linked === -Errno.EPERM)
      return false;
    if (linked === -Errno.EEXIST && !replaces) {
      pair.refuseTaken(name);
      return linkTo(pair, name, first, true);
    }
    must(linked, "destination", "link");
    if (!replaces) return true;
    const renamed = platform.rename(written, made, written, name);
    // rename(2) does nothing, successfully, where both are one inode already.
    platform.unlink(written, made);
    must(renamed, "destination", "replace");
    return true;
  } finally {
    platform.closeDir(from);
  }
}
