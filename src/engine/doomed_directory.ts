// A directory of the destination in which entries are deleted, or that goes itself: opened beneath its root, made ready,
// and, when all that other threads do in it is done, removed or given its time again.

import { Count } from "#model/summary.ts";
import type { RawName, RawPath } from "#model/name.ts";
import { sameTime } from "#planner/compare.ts";
import { Errno } from "#platform/errno.ts";
import type { Dir, Platform, StatSlot } from "#platform/platform.ts";
import { codeOf, Failure, must } from "./failure.ts";
import { openTarget } from "./open_directory.ts";
import { Control } from "./shared/memory.ts";
import { type DirectoryAttributes, NO_TASK, type Task, TaskFlag, TaskKind } from "./shared/task.ts";
import type { Thread } from "./thread.ts";

/** Runs with the destination directory of a task open; a failure is the directory's. */
export function inDirectory(
  thread: Thread,
  task: Task,
  work: (dir: Dir, path: RawPath) => void,
): void {
  const { tasks, platform } = thread;
  const path = tasks.path(task);
  thread.activity.enter(path);
  try {
    const root = thread.handles(tasks.root(task)).destination as Dir;
    const dir = tasks.hasFlag(task, TaskFlag.countOnly)
      ? (must(platform.openBeneath(root, path), "destination", "open") as Dir)
      : openTarget(thread, root, path);
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

/**
 * Before anything in it goes. A mount in a doomed directory shows another file system: what is on it was never this run's
 * to delete. Returns as makeWritable() does. Throws Failure.
 */
export function prepareDoomed(
  thread: Thread,
  root: number,
  dir: Dir,
  countOnly: boolean,
): DirectoryAttributes | undefined {
  const { platform, otherStat } = thread;
  must(platform.statDir(dir, otherStat), "destination", "look at");
  const { mountId } = otherStat;
  const isKnown = mountId !== 0 && mountId === thread.destinationMount(root);
  if (!isKnown && isMountPoint(platform, dir, otherStat))
    throw new Failure("destination", "delete", -Errno.EBUSY);
  return countOnly ? undefined : makeWritable(thread, dir);
}

const ABOVE = ".." as RawName;

/** Of a directory that `stat` is of, and is changed: by its device where the system numbers no mounts. Throws Failure. */
function isMountPoint(platform: Platform, dir: Dir, stat: StatSlot): boolean {
  const { mountId, deviceMajor, deviceMinor } = stat;
  must(platform.stat(dir, ABOVE, stat), "destination", "look at");
  if (mountId !== 0) return mountId !== stat.mountId;
  return deviceMajor !== stat.deviceMajor || deviceMinor !== stat.deviceMinor;
}

/**
 * A user's own directory may forbid its owner to write: opened up here, and given its mode again with its time, or where it
 * stays. Returns how it was where that was so.
 */
export function makeWritable(thread: Thread, dir: Dir): DirectoryAttributes | undefined {
  const { platform, otherStat: found, isPrivileged } = thread;
  if (isPrivileged || platform.statDir(dir, found) < 0) return undefined;
  const { mode, uid, gid, mtimeSec, mtimeNsec } = found;
  if ((mode & 0o300) === 0o300 || platform.setDirMode(dir, mode | 0o700) < 0) return undefined;
  return { mode, uid, gid, mtimeSec, mtimeNsec };
}

/** Lets go of a directory in which entries were deleted, and finishes it and those above it. */
export function finishDeletion(thread: Thread, task: Task): void {
  const { tasks } = thread;
  for (let at = task; at !== NO_TASK && tasks.letGo(at);) {
    if (!tasks.stopped) finishOne(thread, at);
    at = tasks.leave(at);
  }
}

function finishOne(thread: Thread, task: Task): void {
  const { tasks, platform } = thread;
  const isPlace = tasks.kind(task) === TaskKind.place;
  if (!isPlace && tasks.hasFlag(task, TaskFlag.failed)) {
    closeAgain(thread, task);
    return;
  }
  if (!isPlace && tasks.hasFlag(task, TaskFlag.countOnly)) {
    countDeleted(thread, () => tasks.path(task), true);
    return;
  }
  if (isPlace && (thread.options.dryRun || thread.options.verb !== "mirror")) return;
  const parent = isPlace ? task : tasks.parent(task);
  inDirectory(thread, parent, (dir) => {
    if (isPlace) {
      restorePlace(thread, dir, tasks.attributes(task));
      return;
    }
    const removed = platform.removeDir(dir, tasks.text(task) as RawName);
    if (removed === -Errno.ENOENT) return;
    if (removed < 0) {
      tasks.setFlag(task, TaskFlag.failed);
      thread.problem(task, tasks.path(task), "destination", "delete", codeOf(removed));
      return;
    }
    countDeleted(thread, () => tasks.path(task), false);
  });
}

/** One that stays, for what is in it, forbids its owner to write as it did. */
function closeAgain(thread: Thread, task: Task): void {
  const { mode } = thread.tasks.attributes(task);
  // Without any right it would not have been opened.
  if (mode !== 0) inDirectory(thread, task, (dir) => thread.platform.setDirMode(dir, mode));
}

/** Where all that was to go is protected nothing has changed, and nothing is set. Throws Failure. */
function restorePlace(thread: Thread, dir: Dir, wanted: DirectoryAttributes): void {
  const { platform, otherStat, timeLimits, isPrivileged } = thread;
  must(platform.statDir(dir, otherStat), "destination", "look at");
  if (!isPrivileged && otherStat.mode !== wanted.mode) platform.setDirMode(dir, wanted.mode);
  if (sameTime(wanted, otherStat, timeLimits)) return;
  const set = platform.setDirTime(dir, wanted.mtimeSec, wanted.mtimeNsec);
  must(set, "destination", "set the time of");
}

/** A count that is only for a question or a limit is not a deletion; that of a dry run stands for one. */
export function countDeleted(thread: Thread, path: () => RawPath, countOnly: boolean): void {
  if (countOnly) Atomics.add(thread.memory.control, Control.countedEntries, 1);
  if (countOnly && !thread.options.dryRun) return;
  thread.tally.add(Count.entriesDeleted);
  thread.entry("delete", path, "not in the source");
}
