// The loop of a worker: takes a task, does it, takes the next, until the phase is over.

import { Kind } from "#model/entry.ts";
import type { RawName } from "#model/name.ts";
import { TextNames } from "#platform/text_names.ts";
import { commitBatch, isBatchFull } from "./commits.ts";
import { deleteDirectory, deleteEntries } from "./deletion.ts";
import { decodeNames } from "./name_list.ts";
import { descend } from "./descent.ts";
import { finishUpwards, processDirectory, processEntries } from "./directory.ts";
import { lookAtDoubtfulLinks } from "./doubtful_links.ts";
import { removeArrived, removeDeparted } from "./move.ts";
import { helpWithPieces } from "./pieces.ts";
import { FreshCopy } from "./fresh_copy.ts";
import { Sweep } from "./sweep.ts";
import { syncDestinations } from "./sync.ts";
import { Operation } from "./shared/activity.ts";
import { NO_TASK, type Task, TaskFlag, TaskKind } from "./shared/task.ts";
import type { Thread } from "./thread.ts";
import { WholeVerify } from "./verify/whole_verify.ts";
import type { WholeWay } from "./whole_way.ts";

/** Works until nothing is left, waiting for what other threads may still queue. Blocks. */
export function workUntilDone(thread: Thread): void {
  const { tasks } = thread;
  thread.beginPhase();
  const ways = wholeWays(thread);
  do {
    while (!thread.mayRest) {
      const task = tasks.take();
      if (task === NO_TASK) break;
      perform(thread, task, ways);
      if (isBatchFull(thread)) commit(thread);
    }
    commit(thread);
    thread.activity.begin(Operation.idle);
    thread.flushReports();
  } while (!thread.mayRest && tasks.wait());
}

/** A mistake of blit's own came up in a task that nothing else depended on yet: another thread may try it. */
export class HandedBack extends Error {}

/** One task. Whatever is thrown is a mistake of blit's own, after which the thread must not go on. */
function perform(thread: Thread, task: Task, ways: readonly WholeWay[]): void {
  const { tasks, activity } = thread;
  const kind = tasks.kind(task);
  activity.begin(OPERATIONS[kind]);
  tasks.hasEffects = false;
  try {
    if (kind === TaskKind.directory && !tasks.stopped) performDirectory(thread, task, ways);
    else performKind(thread, task, kind);
  } catch (error) {
    if (tasks.hasEffects || tasks.hasFlag(task, TaskFlag.retried)) throw error;
    // What was made already is met again: the directory is not fresh any more.
    tasks.clearFlag(isPartOfDirectory(kind) ? tasks.parent(task) : task, TaskFlag.fresh);
    tasks.setFlag(task, TaskFlag.retried);
    tasks.requeue(task);
    throw new HandedBack("A task failed by a mistake in blit", { cause: error });
  }
  tasks.worked(kind);
}

function wholeWays(thread: Thread): readonly WholeWay[] {
  const ways = [Sweep.of(thread), FreshCopy.of(thread), WholeVerify.of(thread)];
  return ways.filter((way) => way !== undefined);
}

function performDirectory(thread: Thread, task: Task, ways: readonly WholeWay[]): void {
  thread.countDirectory();
  const way = ways.find((each) => each.mayBegin(task));
  if (way === undefined) processDirectory(thread, task, undefined);
  else descend(thread, task, way);
}

function isPartOfDirectory(kind: TaskKind): boolean {
  return kind === TaskKind.batch || kind === TaskKind.largeFile || kind === TaskKind.link;
}

const OPERATIONS: Readonly<Record<TaskKind, Operation>> = {
  [TaskKind.directory]: Operation.looking,
  [TaskKind.batch]: Operation.looking,
  [TaskKind.largeFile]: Operation.copying,
  [TaskKind.pieces]: Operation.copying,
  [TaskKind.link]: Operation.copying,
  [TaskKind.deletion]: Operation.deleting,
  [TaskKind.doomedDirectory]: Operation.deleting,
  [TaskKind.arrival]: Operation.deleting,
  [TaskKind.departure]: Operation.deleting,
  [TaskKind.place]: Operation.deleting,
  [TaskKind.departures]: Operation.deleting,
  [TaskKind.sync]: Operation.syncing,
  [TaskKind.doubtfulLinks]: Operation.looking,
  [TaskKind.written]: Operation.syncing,
};

function commit(thread: Thread): void {
  if (thread.unstamped.length === 0) return;
  thread.activity.begin(Operation.syncing);
  commitBatch(thread, (directory) => finishUpwards(thread, directory, undefined));
}

/** Tasks that a thread may do which must soon be free again: a large file is left to others. */
const HEAVY_MEBIBYTES = 64;

/** Works alone until nothing is left, or the time is up, or a heavy task comes up. True where all is done. Blocks. */
export function workFor(thread: Thread, milliseconds: number): boolean {
  const { tasks } = thread;
  thread.beginPhase();
  const ways = wholeWays(thread);
  thread.dueMs = performance.now() + milliseconds;
  for (let task = tasks.take(); task !== NO_TASK; task = tasks.take()) {
    if (performance.now() > thread.dueMs || isHeavy(thread, task)) {
      tasks.requeue(task);
      break;
    }
    perform(thread, task, ways);
  }
  thread.dueMs = Number.POSITIVE_INFINITY;
  commit(thread);
  thread.activity.begin(Operation.idle);
  thread.flushReports();
  return tasks.outstanding === 0;
}

function isHeavy({ tasks }: Thread, task: Task): boolean {
  return tasks.kind(task) === TaskKind.largeFile && tasks.payload(task) > HEAVY_MEBIBYTES;
}

function performKind(thread: Thread, task: Task, kind: TaskKind): void {
  const { tasks } = thread;
  switch (kind) {
    case TaskKind.directory:
      finishUpwards(thread, task, undefined);
      break;
    case TaskKind.batch:
      processEntries(thread, task, decodeNames(tasks.text(task)));
      break;
    case TaskKind.largeFile:
    case TaskKind.link:
      processEntries(thread, task, new TextNames([tasks.text(task) as RawName], [Kind.unknown]));
      break;
    case TaskKind.pieces:
      helpWithPieces(thread, task);
      tasks.free(task);
      break;
    case TaskKind.deletion:
      deleteEntries(thread, task);
      break;
    case TaskKind.doomedDirectory:
      deleteDirectory(thread, task);
      break;
    case TaskKind.arrival:
      removeArrived(thread, task);
      break;
    case TaskKind.departures:
      removeDeparted(thread);
      tasks.free(task);
      break;
    case TaskKind.sync:
      syncDestinations(thread, task);
      tasks.free(task);
      break;
    case TaskKind.doubtfulLinks:
      lookAtDoubtfulLinks(thread);
      tasks.free(task);
      break;
    case TaskKind.departure:
    case TaskKind.place:
    case TaskKind.written:
      break;
  }
}
