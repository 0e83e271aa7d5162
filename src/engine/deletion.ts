// Deletes what only the destination has: in parallel, beneath the root, through handles, never through a symlink and never
// on another mount. Also counts and shows the same without deleting, for a dry run, a limit or a question.

import type { RawName, RawPath } from "#model/name.ts";
import { Errno } from "#platform/errno.ts";
import type { Dir } from "#platform/platform.ts";
import { countDeleted, Doomed, type DoomedHooks } from "./doomed.ts";
import { decodeNames } from "./name_list.ts";
import { Failure, must } from "./failure.ts";
import { NO_TASK, type Task, TaskFlag, TaskKind } from "./shared/task.ts";
import type { Thread } from "./thread.ts";

/** Deletes the named entries of one directory, and all below them. */
export function deleteEntries(thread: Thread, task: Task): void {
  const { tasks } = thread;
  const { names, kinds } = decodeNames(tasks.text(task));
  const place = tasks.parent(task);
  inDirectory(thread, place, (dir, path) => {
    const countOnly = tasks.hasFlag(task, TaskFlag.countOnly);
    if (!countOnly) makeWritable(thread, dir);
    new Doomed(thread, task, countOnly, HOOKS).removeEntries(place, dir, path, names, kinds);
  });
  tasks.free(task);
  finishDeletion(thread, place);
}

/** Deletes everything in a doomed directory; the directory itself goes when it is empty. */
export function deleteDirectory(thread: Thread, task: Task): void {
  const { tasks } = thread;
  inDirectory(thread, task, (dir, path) => {
    const countOnly = tasks.hasFlag(task, TaskFlag.countOnly);
    prepareDoomed(thread, tasks.root(task), dir, countOnly);
    new Doomed(thread, task, countOnly, HOOKS).empty(task, dir, path);
  });
  finishDeletion(thread, task);
}

function prepareDoomed(thread: Thread, root: number, dir: Dir, countOnly: boolean): void {
  mustBeSameMount(thread, root, dir);
  if (!countOnly) makeWritable(thread, dir);
}

const HOOKS: DoomedHooks = { finish: finishDeletion, prepare: prepareDoomed };

/** Runs with the destination directory of a task open; a failure is the directory's. */
function inDirectory(thread: Thread, task: Task, work: (dir: Dir, path: RawPath) => void): void {
  const { tasks, platform } = thread;
  const path = tasks.path(task);
  thread.activity.enter(path);
  try {
    const root = thread.handles(tasks.root(task)).destination as Dir;
    const dir = must(platform.openBeneath(root, path), "destination", "open") as Dir;
    try {
      work(dir, path);
    } finally {
      platform.closeDir(dir);
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    tasks.setFlag(task, TaskFlag.failed);
    if (error.result !== -Errno.ENOENT)
      thread.problem(task, path, error.side, error.operation, error.code);
  }
}

/** A user's own directory may forbid its owner to write: opened up here, and given its mode again with its time. */
function makeWritable({ platform, otherStat, isPrivileged }: Thread, dir: Dir): void {
  if (isPrivileged || platform.statDir(dir, otherStat) < 0 || (otherStat.mode & 0o300) === 0o300)
    return;
  platform.setDirMode(dir, otherStat.mode | 0o700);
}

/** A mount in a doomed directory shows another file system: what is on it was never this run's to delete. */
function mustBeSameMount(thread: Thread, root: number, dir: Dir): void {
  const { platform, otherStat } = thread;
  must(platform.statDir(dir, otherStat), "destination", "look at");
  if (otherStat.mountId !== thread.destinationMount(root))
    throw new Failure("destination", "delete", -Errno.EBUSY);
}

/** Lets go of a directory in which entries were deleted, and finishes it and those above it. */
function finishDeletion(thread: Thread, task: Task): void {
  const { tasks } = thread;
  for (let at = task; at !== NO_TASK && tasks.letGo(at);) {
    if (!tasks.stopped) finishOne(thread, at);
    const parent = tasks.parent(at);
    if (parent !== NO_TASK && tasks.hasFlag(at, TaskFlag.failed))
      tasks.setFlag(parent, TaskFlag.failed);
    tasks.free(at);
    at = parent;
  }
}

function finishOne(thread: Thread, task: Task): void {
  const { tasks, platform } = thread;
  const isPlace = tasks.kind(task) === TaskKind.place;
  if (!isPlace && tasks.hasFlag(task, TaskFlag.failed)) return;
  if (!isPlace && tasks.hasFlag(task, TaskFlag.countOnly)) {
    countDeleted(thread, () => tasks.path(task), true);
    return;
  }
  if (isPlace && (thread.options.dryRun || thread.options.verb !== "mirror")) return;
  const parent = isPlace ? task : tasks.parent(task);
  inDirectory(thread, parent, (dir) => {
    if (isPlace) {
      const { mode, mtimeSec, mtimeNsec } = tasks.attributes(task);
      if (!thread.isPrivileged) platform.setDirMode(dir, mode);
      must(platform.setDirTime(dir, mtimeSec, mtimeNsec), "destination", "set the time of");
      return;
    }
    const removed = platform.removeDir(dir, tasks.text(task) as RawName);
    if (removed === -Errno.ENOENT) return;
    if (removed < 0) {
      tasks.setFlag(task, TaskFlag.failed);
      const failure = new Failure("destination", "delete", removed);
      thread.problem(task, tasks.path(task), "destination", "delete", failure.code);
      return;
    }
    countDeleted(thread, () => tasks.path(task), false);
  });
}
