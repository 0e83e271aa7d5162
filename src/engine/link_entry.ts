// An entry whose inode has other names: copied once, linked for each of them.

import { Count } from "#model/summary.ts";
import { type Identity, sameInode, type Stat } from "#model/entry.ts";
import type { RawName } from "#model/name.ts";
import { Change } from "#planner/compare.ts";
import { Errno } from "#platform/errno.ts";
import { lastName, pathAbove } from "#platform/paths.ts";
import type { Dir } from "#platform/platform.ts";
import { bring, COPIES, type Entry, mend, noteArrival, plan, PRESENT, TAKES } from "./bring.ts";
import type { DirectoryPair } from "./directory_pair.ts";
import { must } from "./failure.ts";
import type { Claim } from "./links.ts";
import { mayRename } from "./rename.ts";
import type { Link } from "./shared/link_table.ts";
import { TaskKind } from "./shared/task.ts";

/** What is changed in place, for every name of the inode. */
const MENDS = Change.mode | Change.owner | Change.time | Change.xattrs;

/** One of its names. Throws Failure or Cancelled. */
export function processLinked(entry: Entry, changes: number): void {
  const { pair, name, targetName, source } = entry;
  const { thread } = pair;
  const root = thread.tasks.root(pair.task);
  const place = { root, path: pair.pathOf(targetName) };
  const target = (changes & PRESENT) !== 0 ? thread.targetStat : undefined;
  const later = pair.taskOf(name, TaskKind.link);
  const claim = thread.links.claim(source, target, place, later);
  if (claim.role === "wait") return;
  if (claim.role === "follow") {
    if (followLink(pair, targetName, claim, target)) {
      if (claim.completes && (changes & MENDS) !== 0) mend(entry, changes & MENDS);
      noteArrival(pair, name, source);
      return;
    }
    plan(pair, source);
    bring(entry, changes);
    return;
  }
  bringFirst(entry, changes, claim.link);
}

/** What a dry run would have made: no name is a link to it yet. */
const NO_INODE: Identity = { inodeLow: 0, inodeHigh: 0, deviceMajor: 0, deviceMinor: 0 };

function bringFirst(entry: Entry, changes: number, link: Link): void {
  const { pair, targetName, source } = entry;
  const { thread } = pair;
  const { links, platform, targetStat: target } = thread;
  try {
    const { wanted, unseen } = decideFirst(entry, changes);
    if ((wanted & COPIES) !== 0) plan(pair, source);
    const outcome = bring(entry, wanted);
    const isMade = outcome === "made";
    const left = isMade ? 0 : unseen;
    // What could not be made is not there to be linked to, whatever has its name.
    if (outcome === "missing") links.fail(link);
    else if (thread.options.dryRun) links.settle(link, isMade ? NO_INODE : target, left);
    else {
      must(platform.stat(pair.written, targetName, target), "destination", "look at");
      links.settle(link, target, left);
    }
  } catch (error) {
    links.fail(link);
    throw error;
  }
}

/** What is done for the first name, and how many names its inode has at the destination that were not met. */
function decideFirst({ pair, source }: Entry, changes: number) {
  const { links, options, targetStat: target } = pair.thread;
  const isThere = (changes & PRESENT) !== 0 && (changes & COPIES) === 0;
  const isKept = isThere && target.nlink > 1;
  // The destination's inode may be spoken for by another inode of the source: then this one needs its own.
  if (isKept && !links.claimTarget(target)) return { wanted: changes | Change.unshare, unseen: 0 };
  // Other names of the source's inode may go there by rename, in a directory that goes whole.
  if (isThere && mayRename(pair) && !sameInode(source, target))
    return { wanted: changes | TAKES, unseen: 0 };
  if (!isKept || !options.compare.unshare) return { wanted: changes, unseen: 0 };
  // The names that were not met may be elsewhere: it is mended when they have been.
  return { wanted: changes & ~MENDS, unseen: target.nlink - 1 };
}

type Follow = Extract<Claim, { role: "follow" }>;

/** Makes the name a link to where the first one stands; false where it must be copied after all (too many links). */
function followLink(
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
