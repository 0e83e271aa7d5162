// What the planner decided of one entry, carried out: made, mended or left, and tried again where the source does not hold still.

import { Count } from "#model/summary.ts";
import { compileOnce } from "#platform/compiler.ts";
import { Kind, type Stat } from "#model/entry.ts";
import type { RawName } from "#model/name.ts";
import { Change } from "#planner/compare.ts";
import type { StatSlot } from "#platform/platform.ts";
import { sameContent } from "./compare_content.ts";
import type { DirectoryPair } from "./directory_pair.ts";
import { Failure, must, SourceChanged } from "./failure.ts";
import { copyFile } from "./file_copy.ts";
import { withoutForgotten } from "./forgetful.ts";
import { mendEntry, type NamedEntry, sameEntryXattrs } from "./metadata.ts";
import { versionOf } from "./move.ts";
import { makeSpecial, makeSymlink } from "./node_copy.ts";
import { renameEntry } from "./rename.ts";
import { TaskFlag } from "./shared/task.ts";
import { sameTarget } from "./symlink_target.ts";
import type { Thread } from "./thread.ts";

/** A source that does not hold still is tried so often. */
const COPY_TRIES = 3;

/** An entry in hand: where it is on both sides, and what the source says of it. */
export interface Entry {
  readonly pair: DirectoryPair;
  readonly name: RawName;
  readonly targetName: RawName;
  /** The thread's sourceStat. */
  readonly source: StatSlot;
}

/** Beside the planner's bits: the destination has an entry of that name, in targetStat. */
export const PRESENT = 1 << 16;
/** A move takes its own entry there, though the destination has the like of it. */
export const TAKES = 1 << 17;
export const COPIES = Change.create | Change.content | Change.unshare | TAKES;

export function plan({ thread }: DirectoryPair, source: Stat): void {
  if (source.kind !== Kind.file) return;
  thread.tally.add(Count.filesPlanned);
  thread.tally.add(Count.bytesPlanned, source.sizeBytes);
}

export function noteArrival(
  { thread, arrived, route }: DirectoryPair,
  name: RawName,
  source: Stat,
): void {
  if (thread.options.verb !== "move" || thread.options.dryRun) return;
  arrived.push(name, versionOf(source, route.keepsInodes));
}

/** Whether the destination has the entry now: made anew, or as it stood there. */
export type Outcome = "made" | "there" | "missing";

/** Makes the destination equal, whatever that takes; a source that changes meanwhile is tried again. */
export function bring(entry: Entry, changes: number): Outcome {
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
  if ((wanted & (Change.xattrs | COPIES)) === Change.xattrs && wouldMendOthers(entry)) {
    wanted |= Change.unshare;
    plan(pair, source);
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

/** What the planner asks (isShared() in compare.ts), of attributes, which it cannot know. Throws Failure. */
function wouldMendOthers({ pair, name, targetName }: Entry): boolean {
  const { options, targetStat } = pair.thread;
  if (options.compare.unshare || targetStat.nlink === 1) return false;
  return !sameEntryXattrs(pair, name, targetName);
}

export function countUnchanged({ tally }: Thread, source: Stat): void {
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

/** Without a copy of its data. */
export function mend({ pair, name, targetName, source }: Entry, found: number): void {
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
  [TAKES, "goes with its other names"],
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

compileOnce(bring, bringOnce, make, plan, noteArrival);
