// The life of one directory: opened on both sides, listed, its entries handled, its subdirectories queued, and given its
// own attributes when everything below it is done.

import { compileOnce } from "#platform/compiler.ts";
import { Kind, sameDevice } from "#model/entry.ts";
import type { RawName } from "#model/name.ts";
import { Errno } from "#platform/errno.ts";
import { findTwins, mayHideTwins } from "./case_twins.ts";
import { DirectoryPair } from "./directory_pair.ts";
import { type Look, processEntry } from "./entry.ts";
import { handleFailure, reportFailure } from "./entry_failure.ts";
import { findExtras } from "./extras.ts";
import { Failure, must } from "./failure.ts";
import { makeDirectory } from "./make_directory.ts";
import { dressDirectory } from "./metadata.ts";
import { deferArrivals, deferDeparture } from "./move.ts";
import { deferObstacles } from "./obstacle.ts";
import { encodeNames, textNames } from "./name_list.ts";
import type { Listing, Names } from "#platform/platform.ts";
import { TextNames } from "#platform/text_names.ts";
import { QuickCopy } from "./quick_copy.ts";
import type { QuickWay } from "./quick_way.ts";
import { renameDirectory } from "./rename.ts";
import { Skim } from "./skim.ts";
import { NO_TASK, type Task, TaskFlag, TaskKind } from "./shared/task.ts";
import { AT_A_TIME, type Thread } from "./thread.ts";
import type { WholeWay } from "./whole_way.ts";
import { QuickVerify } from "./verify/quick_verify.ts";
import { verifyDirectory, verifySubdirectory } from "./verify/comparison.ts";

/** Meets a subdirectory while its parent is listed: makes sure that it exists, and queues it. */
function descend(pair: DirectoryPair, name: RawName): void {
  const { thread } = pair;
  if (thread.filter?.excludes(pair.pathOf(name), true) === true) {
    thread.entry("skip", () => pair.pathOf(name), "excluded");
    return;
  }
  if (pair.twins?.admits(name) === false || renameDirectory(pair, name)) return;
  const isVerify = thread.options.verb === "verify";
  const fresh = isVerify ? verifySubdirectory(pair, name) : makeDirectory(pair, name);
  if (fresh === undefined) return;
  pair.descend(name, fresh);
}

/** A directory task: everything in it, except what becomes a task of its own, or what `way` has done already. */
export function processDirectory(thread: Thread, task: Task, way: WholeWay | undefined): void {
  const { tasks } = thread;
  const pair = openOrReport(thread, task);
  if (pair === undefined) {
    finishUpwards(thread, task, undefined);
    return;
  }
  try {
    processOpened(pair, way);
    tasks.push(pair.children);
    if (pair.arrived.length > 0) deferArrivals(pair);
    deferObstacles(pair);
    finishUpwards(thread, task, pair);
  } finally {
    pair.close();
  }
}

/** A failure here is the directory's own. */
function processOpened(pair: DirectoryPair, way: WholeWay | undefined): void {
  const { thread, task } = pair;
  const { verb, oneFileSystem } = thread.options;
  try {
    if (verb === "verify") verifyDirectory(pair);
    if (oneFileSystem && crossesDevice(pair)) thread.tasks.setFlag(task, TaskFlag.failed);
    else if (way?.left !== undefined) processLeft(pair, way, way.left);
    else processListing(pair);
  } catch (error) {
    reportFailure(thread, task, error, pair.path);
  }
}

/** A task about some entries of a directory: a batch, one large file, a link that waited. */
export function processEntries(thread: Thread, task: Task, names: Names): void {
  const { tasks } = thread;
  const directory = tasks.parent(task);
  const pair = openOrReport(thread, directory);
  try {
    if (pair !== undefined) {
      const mode = tasks.kind(task) === TaskKind.batch ? "first-look" : "own-task";
      if (tasks.hasFlag(task, TaskFlag.twin))
        pair.twins = findTwins(pair, readRest(pair, thread.listing));
      processNames(pair, names, mode);
      tasks.addMatched(directory, pair.matched);
      tasks.push(pair.children);
      deferArrivals(pair);
      deferObstacles(pair);
    }
    tasks.free(task);
    finishUpwards(thread, directory, undefined);
  } finally {
    pair?.close();
  }
}

function openOrReport(thread: Thread, task: Task): DirectoryPair | undefined {
  try {
    return DirectoryPair.open(thread, task);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { tasks } = thread;
    tasks.setFlag(task, TaskFlag.failed);
    // Nothing is known of it now: its attributes are left alone too.
    tasks.setFlag(task, TaskFlag.unknown);
    if (error.side === "source" && error.result === -Errno.ENOENT) thread.note("notesVanished");
    else thread.problem(task, tasks.path(task), error.side, error.operation, error.code);
    return undefined;
  }
}

/** Under --one-file-system a directory on another device is made, and left empty. */
function crossesDevice(pair: DirectoryPair): boolean {
  const { thread } = pair;
  if (pair.path === "") return false;
  const { platform, sourceStat, otherStat } = thread;
  must(platform.statDir(pair.source, sourceStat), "source", "look at");
  const root = thread.handles(thread.tasks.root(pair.task)).source;
  must(platform.statDir(root, otherStat), "source", "look at");
  return !sameDevice(sourceStat, otherStat);
}

/** Handles the first chunk of the listing here; more than one chunk means very many entries, for others to share. */
function processListing(pair: DirectoryPair): void {
  const { thread, task } = pair;
  const { single } = pair;
  if (single !== undefined) {
    processNames(pair, new TextNames([single.source], [Kind.unknown]), "first-look");
    findExtras(pair, undefined);
    return;
  }
  const { listing: first, nextListing: more } = thread;
  const isSplit = read(pair, first) && read(pair, more);
  if (isSplit) thread.tasks.setFlag(task, TaskFlag.batched);
  if (pair.route.foldsNames && mayHideTwins(pair)) {
    const rest = isSplit ? [textNames(more), ...readRest(pair, more)] : [];
    processMindingTwins(pair, textNames(first), rest);
  } else {
    if (isSplit)
      do pushBatch(pair, more);
      while (read(pair, more));
    processNames(pair, first, "first-look");
  }
  findExtrasOrCount(pair);
}

/** What was left when the directory was handled as a whole, or given up for others; the rest of it is done. */
function processLeft(
  pair: DirectoryPair,
  { fresh, matched, children }: WholeWay,
  left: TextNames,
): void {
  pair.matched = matched;
  for (const name of children) pair.descend(name, fresh);
  processNames(pair, left, "first-look");
  findExtrasOrCount(pair);
}

/** The thread's listing is the whole of the source's, or others have a part of it: then the last of them looks. */
function findExtrasOrCount(pair: DirectoryPair): void {
  const { thread, task } = pair;
  if (!thread.tasks.hasFlag(task, TaskFlag.batched)) findExtras(pair, thread.listing);
  else thread.tasks.addMatched(task, pair.matched);
}

/** Twins are handled here and one after another, so that each meets what became of those before it. */
function processMindingTwins(
  pair: DirectoryPair,
  first: TextNames,
  rest: readonly TextNames[],
): void {
  const { tasks, options } = pair.thread;
  const twins = findTwins(pair, [first, ...rest]);
  pair.twins = twins;
  for (const more of rest) {
    const others = twins?.without(more) ?? more;
    if (others.count > 0) pushBatch(pair, others);
  }
  processNames(pair, twins?.without(first) ?? first, "first-look");
  const mode = options.verb === "verify" ? "first-look" : "at-once";
  for (const [name, kind] of twins ?? []) if (!tasks.stopped) processName(pair, name, kind, mode);
}

/** The next entries of the source; false at its end. An error ends the listing: what was read is still handled. */
function read({ thread, source, task, path }: DirectoryPair, listing: Listing): boolean {
  const count = thread.platform.readDir(source, listing);
  if (count < 0) reportFailure(thread, task, new Failure("source", "list", count), path);
  return count > 0;
}

/** What is left of the source's entries, by way of a listing. */
function readRest(pair: DirectoryPair, listing: Listing): readonly TextNames[] {
  const lists: TextNames[] = [];
  while (read(pair, listing)) lists.push(textNames(listing));
  return lists;
}

function pushBatch(
  { thread, task }: DirectoryPair,
  names: Names,
  start?: number,
  end?: number,
): void {
  const root = thread.tasks.root(task);
  const text = encodeNames(names, start, end);
  thread.tasks.push([{ kind: TaskKind.batch, parent: task, root, text }]);
}

/** Leaves the second half of what is left to threads that have nothing to do; returns where the first half ends. */
function shareNames(pair: DirectoryPair, names: Names, start: number, end: number): number {
  const middle = start + Math.ceil((end - start) / 2);
  pair.thread.tasks.setFlag(pair.task, TaskFlag.batched);
  pushBatch(pair, names, middle, end);
  return middle;
}

function processNames(pair: DirectoryPair, names: Names, mode: Look): void {
  const { thread } = pair;
  const mayShare = mode === "first-look";
  const quick = mayShare ? quickWay(pair) : undefined;
  let end = names.count;
  for (let index = 0; index < end;) {
    if (thread.shouldPause(end - index)) {
      if (thread.tasks.stopped) return;
      if (mayShare) end = shareNames(pair, names, index, end);
    }
    const pause = Math.min(index + AT_A_TIME, end);
    if (quick !== undefined) index = quick.pass(names, index, pause);
    if (index === pause) continue;
    processName(pair, names.text(index), names.kinds[index] as number, mode);
    index++;
  }
}

/** Undefined where every entry needs another look: a filter's, a move's, or that of a single entry. */
function quickWay(pair: DirectoryPair): QuickWay | undefined {
  const { target, fresh, single } = pair;
  const { filter, options } = pair.thread;
  if (target === undefined || single !== undefined || filter !== undefined) return undefined;
  if (options.verb === "move") return undefined;
  if (options.verb === "verify") {
    const suits = QuickVerify.suits(pair.thread) && QuickVerify.trusts(pair.route);
    return suits ? new QuickVerify(pair) : undefined;
  }
  if (fresh) return QuickCopy.in(pair);
  return pair.thread.trustsLikeness ? new Skim(pair) : undefined;
}

/** One name; every failure ends here, as a problem or a note. */
function processName(pair: DirectoryPair, name: RawName, kind: number, mode: Look): void {
  try {
    if (kind === Kind.directory || processEntry(pair, name, mode) === "directory")
      descend(pair, name);
  } catch (error) {
    handleFailure(pair, name, error);
  }
}

/** Only such a directory needs anything when all below it is done; in a move, any. */
const UNFINISHED = TaskFlag.batched | TaskFlag.dirty;

/** In such a directory nothing is left to look for when all its batches are done. */
const COMPLETE = TaskFlag.fresh | TaskFlag.revisit;

/** Lets go of a directory, and finishes it and then its parents where nothing below them is left. */
export function finishUpwards(thread: Thread, task: Task, open: DirectoryPair | undefined): void {
  const { tasks, options } = thread;
  let pair = open;
  for (let at = task; at !== NO_TASK && tasks.letGo(at);) {
    const isPlain = (tasks.flags(at) & UNFINISHED) === 0 && options.verb !== "move";
    if (!isPlain && !tasks.stopped) finishDirectory(thread, at, pair);
    at = tasks.leave(at);
    pair = undefined;
  }
}

function finishDirectory(thread: Thread, task: Task, open: DirectoryPair | undefined): void {
  const { tasks, options } = thread;
  const flags = tasks.flags(task);
  if ((flags & TaskFlag.unknown) !== 0) return;
  const isBatched = (flags & (TaskFlag.batched | COMPLETE)) === TaskFlag.batched;
  const isDirty = (flags & TaskFlag.dirty) !== 0 && !options.dryRun;
  if ((isBatched || isDirty) && thread.root(tasks.root(task)).single === undefined) {
    const pair = open ?? openOrReport(thread, task);
    if (pair === undefined) return;
    try {
      if (isBatched) {
        pair.matched = tasks.matched(task);
        findExtras(pair, undefined);
      }
      if (isDirty) dress(pair);
    } catch (error) {
      handleFailure(pair, "" as RawName, error);
    } finally {
      if (open === undefined) pair.close();
    }
  }
  if (options.verb === "move" && !tasks.hasFlag(task, TaskFlag.failed))
    deferDeparture(thread, task);
}

function dress(pair: DirectoryPair): void {
  const { thread, task } = pair;
  const { tasks, options } = thread;
  const xattrs = tasks.hasFlag(task, TaskFlag.xattrs) && options.compare.preserveXattrs;
  const wanted = tasks.attributes(task);
  dressDirectory(thread, pair.written, wanted, xattrs ? pair.source : undefined, pair);
}

compileOnce(processNames, processName);
