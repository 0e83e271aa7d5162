// --durable: files whose data is written but not yet on stable storage. One syncfs(2) for a whole batch, and only then do
// they get their times and names: whatever a power cut leaves is old, or new and whole, or known to be unfinished.

import type { RawName } from "#model/name.ts";
import type { Stat } from "#model/entry.ts";
import { errnoName } from "#platform/errno.ts";
import type { Dir } from "#platform/platform.ts";
import { reportFailure } from "./entry_failure.ts";
import type { DirectoryPair } from "./directory_pair.ts";
import { must } from "./failure.ts";
import type { Route } from "./route.ts";
import type { Task } from "./shared/task.ts";
import { syncAt } from "./sync.ts";
import type { Thread, Unstamped } from "./thread.ts";

const BATCH_FILES = 1000;

/** Takes over a file that is written, dressed and closed. Its directory is not finished before it is. */
export function commitLater(
  { thread, task, route }: DirectoryPair,
  made: RawName,
  name: RawName,
  source: Stat,
): void {
  thread.tasks.hold(task);
  const { mtimeSec, mtimeNsec } = source;
  thread.unstamped.push({ task, route, made, name, mtimeSec, mtimeNsec });
}

export function isBatchFull(thread: Thread): boolean {
  return thread.unstamped.length >= BATCH_FILES;
}

/** Syncs, stamps and renames; then lets go of each directory through `finish`. Blocks. */
export function commitBatch(thread: Thread, finish: (directory: Task) => void): void {
  const batch = thread.unstamped.splice(0);
  const synced = new Map<Route, boolean>();
  for (const unstamped of batch) {
    const { route, task } = unstamped;
    if (!synced.has(route)) synced.set(route, sync(thread, task));
    commit(thread, unstamped, synced.get(route) === true);
  }
  for (const { task } of batch) finish(task);
}

/** Of the directory's file system. Without a success nothing is stamped: the next run finds the files unfinished. */
function sync(thread: Thread, task: Task): boolean {
  const { tasks } = thread;
  const path = tasks.path(task);
  const result = syncAt(thread, tasks.root(task), path);
  if (result < 0) thread.problem(task, path, "destination", "sync", errnoName(result), true);
  return result >= 0;
}

/** Nothing of a file that could not get its name is left. */
function commit(
  thread: Thread,
  { task, made, name, mtimeSec, mtimeNsec }: Unstamped,
  isSynced: boolean,
): void {
  const { platform, tasks } = thread;
  const isTemporary = made !== name;
  if (!isSynced && !isTemporary) return;
  const root = thread.handles(tasks.root(task)).destination as Dir;
  try {
    const dir = must(platform.openBeneath(root, tasks.path(task)), "destination", "open") as Dir;
    let isLeftOver = isTemporary;
    try {
      if (!isSynced) return;
      must(platform.setTime(dir, made, mtimeSec, mtimeNsec), "destination", "set the time of");
      if (isTemporary) must(platform.rename(dir, made, dir, name), "destination", "replace");
      isLeftOver = false;
    } finally {
      if (isLeftOver) platform.unlink(dir, made);
      platform.closeDir(dir);
    }
  } catch (error) {
    reportFailure(thread, task, error, tasks.pathOf(task, name));
  }
}
