// The second half of a move: source entries that arrived whole are removed, when everything has been copied and is on
// stable storage. A source that changed since is kept.

import { Count } from "#model/summary.ts";
import { joinRaw, type RawName, type RawPath } from "#model/name.ts";
import { Errno } from "#platform/errno.ts";
import type { Dir } from "#platform/platform.ts";
import type { DirectoryPair } from "./directory_pair.ts";
import { reportFailure } from "./entry_failure.ts";
import { Failure, must } from "./failure.ts";
import { Control } from "./shared/memory.ts";
import { NO_TASK, type Task, TaskKind } from "./shared/task.ts";
import type { Thread } from "./thread.ts";

/** Notes the entries of a directory that arrived. */
export function deferArrivals(pair: DirectoryPair): void {
  if (pair.arrived.length === 0) return;
  const { tasks } = pair.thread;
  const root = tasks.root(pair.task);
  const text = `${pair.path}\0${pair.arrived.join("/")}`;
  tasks.defer(Control.arrivedHead, {
    kind: TaskKind.arrival,
    parent: NO_TASK,
    root,
    flags: 0,
    text,
  });
}

/** Notes a directory all of whose entries arrived. Those below it were noted before. */
export function deferDeparture(thread: Thread, task: Task): void {
  if (thread.options.dryRun) return;
  const { tasks } = thread;
  const root = tasks.root(task);
  if (thread.root(root).single !== undefined) return;
  const text = tasks.path(task);
  tasks.defer(Control.departedHead, {
    kind: TaskKind.departure,
    parent: NO_TASK,
    root,
    flags: 0,
    text,
  });
}

/** Removes the source entries of one directory. */
export function removeArrived(thread: Thread, task: Task): void {
  const { tasks, platform } = thread;
  const text = tasks.text(task);
  const end = text.indexOf("\0");
  const path = text.slice(0, end) as RawPath;
  thread.activity.enter(path);
  try {
    const root = thread.handles(tasks.root(task)).source;
    const dir = must(platform.openBeneath(root, path), "source", "open") as Dir;
    try {
      for (const name of text.slice(end + 1).split("/"))
        removeSource(thread, task, dir, path, name as RawName);
    } finally {
      platform.closeDir(dir);
    }
  } catch (error) {
    reportFailure(thread, task, error, path);
  }
  tasks.free(task);
}

function removeSource(thread: Thread, task: Task, dir: Dir, path: RawPath, name: RawName): void {
  const removed = thread.platform.unlink(dir, name);
  if (removed === -Errno.ENOENT) return;
  if (removed < 0)
    reportFailure(thread, task, new Failure("source", "remove", removed), joinRaw(path, name));
  else thread.tally.add(Count.entriesMoved);
}

/** Removes source directories, in the order given: each stands behind all that it held. */
export function removeDeparted(thread: Thread): void {
  const { tasks, platform } = thread;
  for (const task of [...tasks.deferred(Control.departedHead)].reverse()) {
    const path = tasks.text(task) as RawPath;
    try {
      const result = removeDirectory(thread, tasks.root(task), path);
      // Somebody put something into it meanwhile: it stays.
      if (
        result < 0 &&
        result !== -Errno.ENOENT &&
        result !== -Errno.ENOTEMPTY &&
        result !== -Errno.EBUSY
      ) {
        throw new Failure("source", "remove", result);
      }
    } catch (error) {
      reportFailure(thread, task, error, path);
    }
  }

  function removeDirectory(of: Thread, rootIndex: number, path: RawPath): number {
    const slash = path.lastIndexOf("/");
    const isRoot = path === "";
    const source = of.root(rootIndex).source;
    const parent = isRoot
      ? platform.openRoot((source.slice(0, source.lastIndexOf("/")) || "/") as RawPath)
      : platform.openBeneath(
          of.handles(rootIndex).source,
          path.slice(0, Math.max(slash, 0)) as RawPath,
        );
    if (parent < 0) return parent;
    const name = (
      isRoot ? source.slice(source.lastIndexOf("/") + 1) : path.slice(slash + 1)
    ) as RawName;
    const removed = name === "" ? -Errno.EBUSY : platform.removeDir(parent as Dir, name);
    platform.closeDir(parent as Dir);
    return removed;
  }
}
