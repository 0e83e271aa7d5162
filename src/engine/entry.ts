// One entry of a source directory: looked at on both sides, decided by the planner, and made so.

import { Count } from "#model/summary.ts";
import { compileOnce } from "#platform/compiler.ts";
import { type Identity, Kind, type Stat } from "#model/entry.ts";
import type { RawName } from "#model/name.ts";
import { Change, compareEntry } from "#planner/compare.ts";
import { Errno } from "#platform/errno.ts";
import type { StatSlot } from "#platform/platform.ts";
import { sameContent } from "./compare_content.ts";
import type { DirectoryPair } from "./directory_pair.ts";
import { Failure, must, SourceChanged } from "./failure.ts";
import { copyFile } from "./file_copy.ts";
import { isExcluded } from "./filter_for.ts";
import { withoutForgotten } from "./forgetful.ts";
import { followLink } from "./link_entry.ts";
import { LARGE_FILE_BYTES } from "./large_file.ts";
import type { Link } from "./links.ts";
import { mendEntry, type NamedEntry } from "./metadata.ts";
import { makeSpecial, makeSymlink } from "./node_copy.ts";
import { versionOf } from "./move.ts";
import { makeWay } from "./obstacle.ts";
import { renameEntry } from "./rename.ts";
import { learnTimeGrain, looksCut } from "./time_grain.ts";
import { type NewTask, TaskFlag, TaskKind } from "./shared/task.ts";
import type { Thread } from "./thread.ts";
import { sameTarget } from "./symlink_target.ts";
import { verifyEntry } from "./verify/comparison.ts";

/** A source that does not hold still is tried so often. */
const COPY_TRIES = 3;

/** An entry in hand: where it is on both sides, and what the source says of it. */
interface Entry {
  readonly pair: DirectoryPair;
  readonly name: RawName;
  readonly targetName: RawName;
  /** The thread's sourceStat. */
  readonly source: StatSlot;
}

/** Whether a large file may be left to a task of its own, or is copied at once, or this is that task. */
export type Look = "first-look" | "at-once" | "own-task";

/**
 * Handles one name that is not known to be a directory; says so where it is one after all, and leaves it. Throws Failure or
 * Cancelled.
 */
export function processEntry(
  pair: DirectoryPair,
  name: RawName,
  look: Look,
): "directory" | "handled" {
  const { thread } = pair;
  const { sourceStat: source } = thread;
  must(thread.platform.stat(pair.source, name, source), "source", "look at");
  if (source.kind === Kind.directory) return "directory";
  if (look !== "own-task") thread.tally.add(Count.entriesScanned);
  const { filter } = thread;
  if (filter !== undefined && isExcluded(filter, pair.pathOf(name), source))
    thread.entry("skip", () => pair.pathOf(name), "excluded", source);
  else handle(pair, name, source, look);
  return "handled";
}

function handle(pair: DirectoryPair, name: RawName, source: StatSlot, look: Look): void {
  if (pair.twins?.admits(name) === false) return;
  if (pair.thread.options.verb === "verify") {
    if (!verifyEntry(pair, name, source, look === "first-look"))
      pair.children.push(taskOf(pair, name, TaskKind.largeFile, source.sizeBytes));
    return;
  }
  const targetName = pair.targetName(name);
  const changes = compare(pair, targetName, source, look);
  if (changes === undefined) return;
  const entry = { pair, name, targetName, source };
  if ((changes & Change.keep) !== 0) keep(entry);
  else if (look === "first-look" && isLargeCopy(source, changes)) {
    plan(pair, source);
    pair.children.push(taskOf(pair, name, TaskKind.largeFile, source.sizeBytes));
  } else if (source.nlink > 1) processLinked(entry, changes);
  else {
    if (look !== "own-task" && (changes & COPIES) !== 0) plan(pair, source);
    bring(entry, changes);
  }
}

const COPIES = Change.create | Change.content | Change.unshare;

function isLargeCopy(source: StatSlot, changes: number): boolean {
  return (
    source.kind === Kind.file &&
    source.sizeBytes >= LARGE_FILE_BYTES &&
    (changes & (COPIES | Change.verify)) !== 0
  );
}

function plan({ thread }: DirectoryPair, source: Stat): void {
  if (source.kind !== Kind.file) return;
  thread.tally.add(Count.filesPlanned);
  thread.tally.add(Count.bytesPlanned, source.sizeBytes);
}

/** What the destination lacks of this entry; undefined where it must be left alone. */
function compare(
  pair: DirectoryPair,
  targetName: RawName,
  source: Stat,
  look: Look,
): number | undefined {
  const { thread } = pair;
  if (pair.fresh || pair.target === undefined) return Change.create;
  const { targetStat: target } = thread;
  const found = thread.platform.stat(pair.target, targetName, target);
  if (found === -Errno.ENOENT) return Change.create;
  must(found, "destination", "look at");
  const compareNow = () => compareEntry(source, target, thread.options.compare, thread.timeLimits);
  let changes = compareNow();
  if ((changes & Change.time) !== 0 && looksCut(source, target) && learnTimeGrain(pair))
    changes = compareNow();
  const isKept = target.kind !== Kind.directory || changes === Change.keep;
  // What became a task of its own was counted when it was met: counted twice it would hide an extra.
  if (isKept && look !== "own-task") pair.matched++;
  if (isKept) return changes | PRESENT;
  // In a dry run it still stands there: its deletion was noted when the entry was met.
  if (look === "own-task" && thread.options.dryRun) return Change.create;
  return makeWay(pair, targetName) ? Change.create : undefined;
}

/** The destination keeps what it has; a move takes the entry along only where that is the same. */
function keep({ pair, name, targetName, source }: Entry): void {
  const { thread } = pair;
  const { options, targetStat: target, timeLimits } = thread;
  countUnchanged(thread, source);
  if (options.verb !== "move") return;
  const plainly = { ...options.compare, ignoreExisting: false, update: false };
  const changes = compareEntry(source, target, plainly, timeLimits);
  const isSame =
    changes === Change.none || (changes === Change.target && sameTarget(pair, name, targetName));
  if (isSame) noteArrival(pair, name, source);
  else thread.tasks.setFlag(pair.task, TaskFlag.failed);
}

/** Beside the planner's bits: the destination has an entry of that name, in targetStat. */
const PRESENT = 1 << 16;

function taskOf(pair: DirectoryPair, name: RawName, kind: NewTask["kind"], sizeBytes = 0): NewTask {
  const root = pair.thread.tasks.root(pair.task);
  return {
    kind,
    parent: pair.task,
    root,
    flags: pair.twins?.has(name) === true ? TaskFlag.twin : 0,
    text: name,
    payload: Math.ceil(sizeBytes / 1048576),
  };
}

/** An entry whose inode has other names: copied once, linked for each of them. */
function processLinked(entry: Entry, changes: number): void {
  const { pair, name, targetName, source } = entry;
  const { thread } = pair;
  const root = thread.tasks.root(pair.task);
  const path = pair.pathOf(targetName);
  const claim = thread.links.claim(source, root, path, taskOf(pair, name, TaskKind.link));
  if (claim.role === "wait") return;
  if (claim.role === "follow") {
    const target = (changes & PRESENT) !== 0 ? thread.targetStat : undefined;
    if (followLink(pair, targetName, claim, target)) {
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
    let wanted = changes;
    // The destination's inode may be spoken for by another inode of the source: then this one needs its own.
    const isKept = (changes & PRESENT) !== 0 && (changes & COPIES) === 0 && target.nlink > 1;
    if (isKept && !links.claimTarget(target)) wanted |= Change.unshare;
    if ((wanted & COPIES) !== 0) plan(pair, source);
    const outcome = bring(entry, wanted);
    // What could not be made is not there to be linked to, whatever has its name.
    if (outcome === "missing") links.fail(link);
    else if (thread.options.dryRun) links.settle(link, outcome === "made" ? NO_INODE : target);
    else {
      must(platform.stat(pair.written, targetName, target), "destination", "look at");
      links.settle(link, target);
    }
  } catch (error) {
    links.fail(link);
    throw error;
  }
}

function noteArrival({ thread, arrived, route }: DirectoryPair, name: RawName, source: Stat): void {
  if (thread.options.verb !== "move" || thread.options.dryRun) return;
  arrived.push(name, versionOf(source, route.keepsInodes));
}

/** Whether the destination has the entry now: made anew, or as it stood there. */
type Outcome = "made" | "there" | "missing";

/** Makes the destination equal, whatever that takes; a source that changes meanwhile is tried again. */
function bring(entry: Entry, changes: number): Outcome {
  const { pair, name, source } = entry;
  const { thread } = pair;
  for (let tries = 1; ; tries++) {
    try {
      const outcome = bringOnce(entry, changes, tries === COPY_TRIES);
      if (outcome === "missing") thread.tasks.setFlag(pair.task, TaskFlag.failed);
      else noteArrival(pair, name, source);
      return outcome;
    } catch (error) {
      if (!(error instanceof SourceChanged)) throw error;
      if (tries === COPY_TRIES) throw new Failure("source", "read", 0, "CHANGED");
      must(thread.platform.stat(pair.source, name, source), "source", "look at");
      if (source.kind === Kind.directory) throw new Failure("source", "read", 0, "CHANGED");
    }
  }
}

function bringOnce(entry: Entry, changes: number, isLastTry: boolean): Outcome {
  const { pair, name, targetName, source } = entry;
  const { thread } = pair;
  const { options } = thread;
  const replaces = (changes & PRESENT) !== 0;
  let wanted = changes & ~PRESENT;
  // What is removed afterwards must be the same, not only as large.
  if (options.verb === "move" && options.compare.sizeOnly && (wanted & Change.time) !== 0)
    wanted |= Change.verify;
  if ((wanted & Change.target) !== 0) {
    wanted &= ~Change.target;
    if (!sameTarget(pair, name, targetName)) wanted |= Change.create;
  }
  if ((wanted & (Change.verify | COPIES)) === Change.verify) {
    wanted &= ~Change.verify;
    if (!sameContent(pair, name, targetName, source, thread.targetStat)) {
      wanted |= Change.content;
      plan(pair, source);
    }
  }
  if ((wanted & COPIES) !== 0) {
    if (options.reportEntries)
      thread.entry(
        replaces ? "replace" : actionOf(source),
        () => pair.pathOf(targetName),
        reasonOf(wanted, replaces),
        source,
      );
    const isMade = options.dryRun ? countDry(pair, source) : make(entry, replaces, isLastTry);
    if (isMade && !replaces) pair.gained();
    return isMade ? "made" : "missing";
  }
  if (wanted !== Change.none) mend(entry, wanted);
  countUnchanged(thread, source);
  return "there";
}

function countUnchanged({ tally }: Thread, source: Stat): void {
  if (source.kind !== Kind.file) return;
  tally.add(Count.filesUnchanged);
  tally.add(Count.bytesUnchanged, source.sizeBytes);
}

/** True where the entry is there now: a device is not, where this user may make none. */
function make(
  { pair, name, targetName, source }: Entry,
  replaces: boolean,
  isLastTry: boolean,
): boolean {
  pair.touch();
  if (renameEntry(pair, name, targetName)) return true;
  if (source.kind === Kind.file) copyFile(pair, name, targetName, source, replaces, isLastTry);
  else if (source.kind === Kind.symlink) makeSymlink(pair, name, targetName, source, replaces);
  else return makeSpecial(pair, name, targetName, source, replaces);
  return true;
}

function mend({ pair, name, targetName, source }: Entry, found: number): void {
  const { thread } = pair;
  const { targetStat: target } = thread;
  const from = { dir: pair.source, name };
  const to = { dir: pair.written, name: targetName };
  const changes = withoutForgotten(thread, pair.route, found, source, target, holder(thread, to));
  if (!mendEntry(thread, from, to, source, target, changes)) return;
  thread.tally.add(Count.entriesMended);
  thread.entry("mend", () => pair.pathOf(targetName), reasonOf(changes, true), source);
}

function holder({ platform, otherStat }: Thread, { dir, name }: NamedEntry) {
  return {
    setMode: (mode: number) => platform.setMode(dir, name, mode),
    setOwner: (uid: number, gid: number) => platform.setOwner(dir, name, uid, gid),
    look: () => platform.stat(dir, name, otherStat),
  };
}

/** Counts what a dry run would have made. */
function countDry({ thread }: DirectoryPair, source: Stat): true {
  if (source.kind === Kind.file) {
    thread.tally.add(Count.filesCopied);
    thread.tally.add(Count.bytesCopied, source.sizeBytes);
  } else thread.tally.add(source.kind === Kind.symlink ? Count.symlinksMade : Count.specialsMade);
  return true;
}

function actionOf(source: Stat) {
  if (source.kind === Kind.file) return "copy";
  return source.kind === Kind.symlink ? "make-symlink" : "make-special";
}

const REASONS: readonly (readonly [bit: number, reason: string])[] = [
  [Change.unshare, "shares its data with a name outside the tree"],
  [Change.content, "content"],
  [Change.mode, "mode"],
  [Change.owner, "owner"],
  [Change.time, "time"],
  [Change.xattrs, "attributes"],
];

function reasonOf(changes: number, replaces: boolean): string {
  if ((changes & Change.create) !== 0) return replaces ? "of another kind" : "new";
  return REASONS.filter(([bit]) => (changes & bit) !== 0)
    .map(([, reason]) => reason)
    .join(", ");
}

compileOnce(processEntry, handle, compare, bring, bringOnce, make, plan, isLargeCopy, noteArrival);
