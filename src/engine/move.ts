// The second half of a move: source entries that arrived whole are removed, when everything has been copied and is on
// stable storage. A source that changed since is kept.

import { Count } from "#model/summary.ts";
import type { Stat } from "#model/entry.ts";
import { joinRaw, type RawName, type RawPath } from "#model/name.ts";
import { Errno } from "#platform/errno.ts";
import { lastName, parentPath, pathAbove } from "#platform/paths.ts";
import type { Dir, Platform } from "#platform/platform.ts";
import type { DirectoryPair } from "./directory_pair.ts";
import { reportFailure } from "./entry_failure.ts";
import { Failure, must } from "./failure.ts";
import { Control } from "./shared/memory.ts";
import { type Task, TaskKind } from "./shared/task.ts";
import type { Thread } from "./thread.ts";

/**
 * What tells a version of an entry from a later one, as text: what arrived is removed only where it is still the same. Another
 * entry that was renamed to its name may have its size and time too: its inode is not the same, where that says anything.
 */
export function versionOf(source: Stat, keepsInodes: boolean): string {
  const { kind, sizeBytes, mtimeSec, mtimeNsec, inodeLow, inodeHigh } = source;
  const words = [kind, sizeBytes, mtimeSec, mtimeNsec];
  if (keepsInodes) words.push(inodeLow, inodeHigh);
  return words.map((each) => `${each.toString(36)}.`).join("");
}

/** Notes the entries of a directory that arrived: in DirectoryPair.arrived, each with its version. */
export function deferArrivals(pair: DirectoryPair): void {
  if (pair.arrived.length === 0) return;
  const { tasks } = pair.thread;
  const root = tasks.root(pair.task);
  const text = `${pair.path}\0${pair.arrived.join("/")}`;
  tasks.defer(Control.arrivedHead, {
    kind: TaskKind.arrival,
    root,
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
    root,
    text,
  });
}

/** Removes the source entries of one directory; where the run is stopped, the rest stays. */
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
      const arrived = text.slice(end + 1).split("/");
      keepingTime(thread, dir, () => {
        for (let at = 0; at < arrived.length && !tasks.stopped; at += 2)
          removeSource(thread, task, dir, path, arrived[at] as RawName, arrived[at + 1] as string);
      });
    } finally {
      platform.closeDir(dir);
    }
  } catch (error) {
    reportFailure(thread, task, error, path);
  }
  tasks.free(task);
}

/**
 * Takes entries out of a source directory, and gives it back the time that this changed: if the run is stopped, the next one
 * compares it with a directory that has that time already.
 */
function keepingTime<Result>(
  { platform, otherStat }: Thread,
  dir: Dir,
  work: () => Result,
): Result {
  const isKnown = platform.statDir(dir, otherStat) >= 0;
  const { mtimeSec, mtimeNsec } = otherStat;
  const result = work();
  if (isKnown) platform.setDirTime(dir, mtimeSec, mtimeNsec);
  return result;
}

function removeSource(
  thread: Thread,
  task: Task,
  dir: Dir,
  path: RawPath,
  name: RawName,
  version: string,
): void {
  const { platform, sourceStat: found } = thread;
  const seen = platform.stat(dir, name, found);
  const isChanged = seen >= 0 && !versionOf(found, true).startsWith(version);
  const removed = seen < 0 || isChanged ? seen : platform.unlink(dir, name);
  if (removed === -Errno.ENOENT) return;
  if (!isChanged && removed >= 0) {
    thread.tally.add(Count.entriesMoved);
    thread.tally.add(Count.sourcesRemoved);
    return;
  }
  const failure = new Failure("source", "remove", removed, isChanged ? "CHANGED" : undefined);
  reportFailure(thread, task, failure, joinRaw(path, name));
}

/** Removes source directories, in the order given: each stands behind all that it held. */
export function removeDeparted(thread: Thread): void {
  const { tasks } = thread;
  for (const task of tasks.deferred(Control.departedHead).toReversed()) {
    if (tasks.stopped) return;
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
}

function removeDirectory(thread: Thread, rootIndex: number, path: RawPath): number {
  const { platform } = thread;
  if (path === "") return removeRoot(platform, thread.root(rootIndex).source);
  const parent = platform.openBeneath(thread.handles(rootIndex).source, pathAbove(path)) as Dir;
  if (parent < 0) return parent;
  const removed = keepingTime(thread, parent, () => platform.removeDir(parent, lastName(path)));
  platform.closeDir(parent);
  return removed;
}

/** What the source is in is no part of it: there the time may show that something went. */
function removeRoot(platform: Platform, source: RawPath): number {
  const name = lastName(source);
  if (name === "") return -Errno.EBUSY;
  const parent = platform.openRoot(parentPath(source)) as Dir;
  if (parent < 0) return parent;
  const removed = platform.removeDir(parent, name);
  platform.closeDir(parent);
  return removed;
}
