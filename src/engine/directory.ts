// The life of one directory: opened on both sides, listed, its entries handled, its subdirectories queued, and given its
// own attributes when everything below it is done.

import { Count } from "./shared/counters.ts";
import { compileOnce } from "#platform/compiler.ts";
import { Kind } from "#model/entry.ts";
import type { RawName } from "#model/name.ts";
import { Errno } from "#platform/errno.ts";
import { findTwins, mayHideTwins } from "./case_twins.ts";
import { DirectoryPair } from "./directory_pair.ts";
import { type Look, processEntry } from "./entry.ts";
import { handleFailure, reportFailure } from "./entry_failure.ts";
import { findExtras } from "./extras.ts";
import { Failure, must } from "./failure.ts";
import { dressDirectory } from "./metadata.ts";
import { deferArrivals, deferDeparture } from "./move.ts";
import { encodeNames, type NameList } from "./name_list.ts";
import { QuickCopy } from "./quick_copy.ts";
import type { QuickWay } from "./quick_way.ts";
import { renameDirectory } from "./rename.ts";
import { Skim } from "./skim.ts";
import { NO_TASK, type Task, TaskFlag, TaskKind } from "./shared/task.ts";
import type { Thread } from "./thread.ts";
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

/** True where the directory was made, false where it was there; undefined where what is there must stay. */
function makeDirectory(pair: DirectoryPair, name: RawName): boolean | undefined {
  const { thread } = pair;
  const { platform, options } = thread;
  const standing = kindAtTarget(pair, name);
  if (standing !== undefined) pair.matched++;
  if (standing === Kind.directory) return false;
  if (standing !== undefined && options.compare.ignoreExisting) return undefined;
  if (pair.target !== undefined) {
    pair.touch();
    if (standing !== undefined) must(platform.unlink(pair.target, name), "destination", "replace");
    const made = platform.makeDir(pair.target, name, 0o700);
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

function kindAtTarget({ thread, target, fresh }: DirectoryPair, name: RawName): Kind | undefined {
  if (target === undefined || fresh) return undefined;
  const { platform, targetStat } = thread;
  const found = platform.stat(target, name, targetStat);
  if (found === -Errno.ENOENT) return undefined;
  must(found, "destination", "look at");
  return targetStat.kind;
}

/** A directory task: everything in it, except what becomes a task of its own. */
export function processDirectory(thread: Thread, task: Task): void {
  const { tasks, tally } = thread;
  tally.add(Count.entriesScanned);
  tally.add(Count.directoriesScanned);
  const pair = openOrReport(thread, task);
  if (pair === undefined) {
    finishUpwards(thread, task, undefined);
    return;
  }
  try {
    if (thread.options.verb === "verify") verifyDirectory(pair);
    if (thread.options.oneFileSystem && crossesDevice(pair)) tasks.setFlag(task, TaskFlag.failed);
    else processListing(pair);
    tasks.push(pair.children);
    deferArrivals(pair);
    finishUpwards(thread, task, pair);
  } finally {
    pair.close();
  }
}

/** A task about some entries of a directory: a batch, one large file, a link that waited. */
export function processEntries(
  thread: Thread,
  task: Task,
  names: readonly RawName[],
  kinds: readonly number[],
): void {
  const { tasks } = thread;
  const directory = tasks.parent(task);
  const pair = openOrReport(thread, directory);
  try {
    if (pair !== undefined) {
      const mode = tasks.kind(task) === TaskKind.batch ? "first-look" : "own-task";
      if (tasks.hasFlag(task, TaskFlag.twin))
        pair.twins = findTwins(pair, readRest(pair, readChunk(pair)));
      processNames(pair, names, kinds, mode);
      tasks.addMatched(directory, pair.matched);
      tasks.push(pair.children);
      deferArrivals(pair);
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
  return (
    sourceStat.deviceMajor !== otherStat.deviceMajor ||
    sourceStat.deviceMinor !== otherStat.deviceMinor
  );
}

/** Handles the first chunk of the listing here; more than one chunk means very many entries, for others to share. */
function processListing(pair: DirectoryPair): void {
  const { thread, task } = pair;
  const { single } = pair;
  if (single !== undefined) {
    processNames(pair, [single.source], [Kind.unknown], "first-look");
    return;
  }
  const first = readChunk(pair);
  let more = first.names.length > 0 ? readChunk(pair) : first;
  if (more.names.length > 0) thread.tasks.setFlag(task, TaskFlag.batched);
  if (mayHideTwins(pair)) processMindingTwins(pair, first, readRest(pair, more));
  else {
    for (; more.names.length > 0; more = readChunk(pair)) pushBatch(pair, more);
    processNames(pair, first.names, first.kinds, "first-look");
  }
  if (!thread.tasks.hasFlag(task, TaskFlag.batched)) findExtrasOrReport(pair, first.names);
  else thread.tasks.addMatched(task, pair.matched);
}

/** Twins are handled here and one after another, so that each meets what became of those before it. */
function processMindingTwins(
  pair: DirectoryPair,
  first: NameList,
  rest: readonly NameList[],
): void {
  const { tasks, options } = pair.thread;
  const twins = findTwins(pair, [first, ...rest]);
  pair.twins = twins;
  for (const more of rest) {
    const others = twins?.without(more) ?? more;
    if (others.names.length > 0) pushBatch(pair, others);
  }
  const { names, kinds } = twins?.without(first) ?? first;
  processNames(pair, names, kinds, "first-look");
  const mode = options.verb === "verify" ? "first-look" : "at-once";
  for (const [name, kind] of twins ?? []) if (!tasks.stopped) processName(pair, name, kind, mode);
}

function findExtrasOrReport(pair: DirectoryPair, sourceNames: readonly RawName[]): void {
  try {
    findExtras(pair, sourceNames);
  } catch (error) {
    handleFailure(pair, "" as RawName, error);
  }
}

/** The next entries of the source, none at its end. An error ends the listing: what was read is still handled. */
function readChunk({ thread, source, task, path }: DirectoryPair): NameList {
  const chunk = { names: [], kinds: [] };
  const count = thread.platform.readDir(source, chunk);
  if (count < 0) reportFailure(thread, task, new Failure("source", "list", count), path);
  return count > 0 ? chunk : { names: [], kinds: [] };
}

/** The lists from this one to the end of the listing. */
function readRest(pair: DirectoryPair, next: NameList): readonly NameList[] {
  const lists: NameList[] = [];
  for (let more = next; more.names.length > 0; more = readChunk(pair)) lists.push(more);
  return lists;
}

function pushBatch({ thread, task }: DirectoryPair, listed: NameList): void {
  const root = thread.tasks.root(task);
  const text = encodeNames(listed);
  thread.tasks.push([{ kind: TaskKind.batch, parent: task, root, flags: 0, text }]);
}

/** Fewer entries are done before another thread has opened the directory. */
const SHARED_MIN_NAMES = 16;

/** Leaves the second half of what is left to threads that have nothing to do; returns where the first half ends. */
function shareNames(
  pair: DirectoryPair,
  names: readonly RawName[],
  kinds: readonly number[],
  start: number,
  end: number,
): number {
  const middle = start + Math.ceil((end - start) / 2);
  pair.thread.tasks.setFlag(pair.task, TaskFlag.batched);
  pushBatch(pair, { names: names.slice(middle, end), kinds: kinds.slice(middle, end) });
  return middle;
}

function processNames(
  pair: DirectoryPair,
  names: readonly RawName[],
  kinds: readonly number[],
  mode: Look,
): void {
  const { tasks } = pair.thread;
  const mayShare = mode === "first-look";
  const quick = mayShare ? quickWay(pair) : undefined;
  let end = names.length;
  for (let index = 0; index < end && !tasks.stopped; index++) {
    const isTimeToAsk = index % SHARED_MIN_NAMES === 0 && end - index >= SHARED_MIN_NAMES;
    if (isTimeToAsk && mayShare && pair.thread.shouldShare)
      end = shareNames(pair, names, kinds, index, end);
    const name = names[index] as RawName;
    const kind = kinds[index] as number;
    if (quick?.handles(name, kind) !== true) processName(pair, name, kind, mode);
  }
}

/** Undefined where every entry needs another look: a filter's, a move's, or that of a single entry. */
function quickWay(pair: DirectoryPair): QuickWay | undefined {
  const { target, fresh, single } = pair;
  const { filter, options } = pair.thread;
  if (target === undefined || single !== undefined || filter !== undefined) return undefined;
  if (options.verb === "move") return undefined;
  if (options.verb === "verify") return QuickVerify.in(pair, target);
  return fresh ? QuickCopy.in(pair, target) : new Skim(pair, target);
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

/** Lets go of a directory, and finishes it and then its parents where nothing below them is left. */
export function finishUpwards(thread: Thread, task: Task, open: DirectoryPair | undefined): void {
  const { tasks } = thread;
  let pair = open;
  for (let at = task; at !== NO_TASK && tasks.letGo(at);) {
    if (!tasks.stopped) finishDirectory(thread, at, pair);
    const parent = tasks.parent(at);
    if (parent !== NO_TASK && tasks.hasFlag(at, TaskFlag.failed))
      tasks.setFlag(parent, TaskFlag.failed);
    tasks.free(at);
    at = parent;
    pair = undefined;
  }
}

function finishDirectory(thread: Thread, task: Task, open: DirectoryPair | undefined): void {
  const { tasks, options } = thread;
  const flags = tasks.flags(task);
  if ((flags & TaskFlag.unknown) !== 0) return;
  const isBatched = (flags & (TaskFlag.batched | TaskFlag.fresh)) === TaskFlag.batched;
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
  dressDirectory(thread, pair.written, wanted, xattrs ? pair.source : undefined);
}

compileOnce(processNames, processName);
