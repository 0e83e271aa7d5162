// What becomes of an entry that could not be handled: a note where nobody is to blame, a problem otherwise, and the end of
// the run where the destination can take nothing more.

import { identityOf, sameDevice } from "#model/entry.ts";
import type { RawName, RawPath } from "#model/name.ts";
import { Errno } from "#platform/errno.ts";
import type { DirectoryPair } from "./directory_pair.ts";
import { Cancelled, Failure } from "./failure.ts";
import { Control } from "./shared/memory.ts";
import { type Task, TaskFlag } from "./shared/task.ts";
import type { Thread } from "./thread.ts";

/** Less than this left on the destination means that it is full, not that one file was too large. */
const FULL_BYTES = 1024 * 1024;

export function handleFailure(pair: DirectoryPair, name: RawName, error: unknown): void {
  const { thread, task } = pair;
  thread.tasks.setFlag(task, TaskFlag.failed);
  if (error instanceof Cancelled) return;
  if (!(error instanceof Failure)) throw error;
  if (error.side === "source" && error.result === -Errno.ENOENT) {
    thread.note("notesVanished");
    return;
  }
  if (error.code === "CHANGED") Atomics.add(thread.memory.control, Control.restlessFiles, 1);
  const path = pair.pathOf(error.side === "source" ? name : pair.targetName(name));
  thread.problem(task, path, error.side, error.operation, error.code, isFatal(pair, error));
}

/** The destination, not the entry, is at fault: no other entry would fare better. */
function isFatal(pair: DirectoryPair, { side, result, operation }: Failure): boolean {
  if (side !== "destination" || operation.includes("attribute")) return false;
  // Nothing is written: what cannot be read here says nothing about the next entry.
  if (pair.thread.options.verb === "verify") return false;
  if (isMounted(pair)) return false;
  if (result === -Errno.EROFS || result === -Errno.EIO) return true;
  if (result !== -Errno.ENOSPC && result !== -Errno.EDQUOT) return false;
  if (pair.target === undefined) return false;
  const info = pair.thread.platform.fileSystem(pair.target);
  if (typeof info === "number") return false;
  return info.availableBytes < FULL_BYTES || info.freeInodes === 0;
}

/** On a file system of its own, mounted in the destination: entries elsewhere may fare better. */
function isMounted({ thread, task, target }: DirectoryPair): boolean {
  const { platform, tasks, otherStat } = thread;
  const top = thread.handles(tasks.root(task)).destination;
  if (target === undefined || top === undefined) return false;
  if (platform.statDir(top, otherStat) < 0) return false;
  const whole = identityOf(otherStat);
  return platform.statDir(target, otherStat) >= 0 && !sameDevice(otherStat, whole);
}

/** A failure of something that is not an entry of a pair: of a whole directory, a root, a sync. */
export function reportFailure(
  thread: Thread,
  task: Task,
  error: unknown,
  path = "" as RawPath,
): void {
  if (!(error instanceof Failure)) throw error;
  thread.tasks.setFlag(task, TaskFlag.failed);
  thread.problem(task, path, error.side, error.operation, error.code);
}
