// Deletes what only the destination has: in parallel, beneath the root, through handles, never through a symlink and never
// on another mount. Also counts and shows the same without deleting, for a dry run, a limit or a question.

import { Count } from "./shared/counters.ts";
import { Kind } from "#model/entry.ts";
import type { RawName, RawPath } from "#model/name.ts";
import { joinRaw } from "#model/name.ts";
import { Errno } from "#platform/errno.ts";
import type { Dir } from "#platform/platform.ts";
import { decodeNames } from "./name_list.ts";
import { Failure, must } from "./failure.ts";
import { Control } from "./shared/memory.ts";
import { isProtected } from "./protection.ts";
import { type NewTask, NO_TASK, type Task, TaskFlag, TaskKind } from "./shared/task.ts";
import type { Thread } from "./thread.ts";

/** Deletes the named entries of one directory; subdirectories become tasks. */
export function deleteEntries(thread: Thread, task: Task): void {
  const { tasks } = thread;
  const { names, kinds } = decodeNames(tasks.text(task));
  const place = tasks.parent(task);
  inDirectory(thread, place, (dir, path) => {
    const countOnly = tasks.hasFlag(task, TaskFlag.countOnly);
    if (!countOnly) makeWritable(thread, dir);
    const doomed = new Doomed(thread, place, dir, path, countOnly);
    for (let index = 0; index < names.length && !tasks.stopped; index++) {
      doomed.remove(names[index] as RawName, kinds[index] as number);
    }
    tasks.push(doomed.subdirectories);
  });
  tasks.free(task);
  finishDeletion(thread, place);
}

/** Deletes everything in a doomed directory; the directory itself goes when it is empty. */
export function deleteDirectory(thread: Thread, task: Task): void {
  const { tasks, platform } = thread;
  inDirectory(thread, task, (dir, path) => {
    mustBeSameMount(thread, tasks.root(task), dir);
    const countOnly = tasks.hasFlag(task, TaskFlag.countOnly);
    if (!countOnly) makeWritable(thread, dir);
    const doomed = new Doomed(thread, task, dir, path, countOnly);
    const chunk = { names: [] as RawName[], kinds: [] as number[] };
    while (must(platform.readDir(dir, chunk), "destination", "list") > 0 && !tasks.stopped) {
      for (let index = 0; index < chunk.names.length; index++) {
        doomed.remove(chunk.names[index] as RawName, chunk.kinds[index] as number);
      }
    }
    tasks.push(doomed.subdirectories);
  });
  finishDeletion(thread, task);
}

/** The entries of one open directory on their way out. */
class Doomed {
  readonly #thread: Thread;
  readonly #task: Task;
  readonly #dir: Dir;
  readonly #path: RawPath;
  readonly #countOnly: boolean;
  readonly subdirectories: NewTask[] = [];

  constructor(thread: Thread, task: Task, dir: Dir, path: RawPath, countOnly: boolean) {
    this.#thread = thread;
    this.#task = task;
    this.#dir = dir;
    this.#path = path;
    this.#countOnly = countOnly;
  }

  remove(name: RawName, kind: number): void {
    const { platform, otherStat, tasks } = this.#thread;
    if (isProtected(this.#thread, this.#dir, this.#path, name)) {
      tasks.setFlag(this.#task, TaskFlag.failed);
      return;
    }
    let found = kind;
    if (found === Kind.unknown) {
      if (platform.stat(this.#dir, name, otherStat) < 0) return;
      found = otherStat.kind;
    }
    if (found === Kind.directory) this.#addSubdirectory(name);
    else if (this.#countOnly) this.#count(name);
    else {
      const removed = platform.unlink(this.#dir, name);
      if (removed >= 0) this.#count(name);
      else if (removed === -Errno.EISDIR) this.#addSubdirectory(name);
      else if (removed !== -Errno.ENOENT) {
        tasks.setFlag(this.#task, TaskFlag.failed);
        const failure = new Failure("destination", "delete", removed);
        this.#thread.problem(
          this.#task,
          joinRaw(this.#path, name),
          "destination",
          "delete",
          failure.code,
        );
      }
    }
  }

  #addSubdirectory(name: RawName): void {
    const { tasks } = this.#thread;
    const flags = this.#countOnly ? TaskFlag.countOnly : 0;
    const root = tasks.root(this.#task);
    this.subdirectories.push({
      kind: TaskKind.doomedDirectory,
      parent: this.#task,
      root,
      flags,
      text: name,
    });
  }

  #count(name: RawName): void {
    countDeleted(this.#thread, () => joinRaw(this.#path, name), this.#countOnly);
  }
}

/** A count that is only for a question or a limit is not a deletion; that of a dry run stands for one. */
function countDeleted(thread: Thread, path: () => RawPath, countOnly: boolean): void {
  if (countOnly) Atomics.add(thread.memory.control, Control.countedEntries, 1);
  if (countOnly && !thread.options.dryRun) return;
  thread.tally.add(Count.entriesDeleted);
  thread.entry("delete", path, "not in the source");
}

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
  const mount = otherStat.mountId;
  must(
    platform.statDir(thread.handles(root).destination as Dir, otherStat),
    "destination",
    "look at",
  );
  if (mount !== otherStat.mountId) throw new Failure("destination", "delete", -Errno.EBUSY);
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
