// Deletes what is in a directory, and all below it, by going down: a handle a level, and no task for what this thread does
// itself. Where other threads have nothing to do, half of what is left of the highest level is given away; only then do that
// level and those above it become tasks, which the last thread to be done with one removes.

import { Count } from "#model/summary.ts";
import { Kind } from "#model/entry.ts";
import { joinRaw, type RawName, type RawPath, ROOT_PATH } from "#model/name.ts";
import { compileMethodsOnce } from "#platform/compiler.ts";
import { Errno } from "#platform/errno.ts";
import type { Dir, EntryName, Listing, Names } from "#platform/platform.ts";
import { countDeleted, finishDeletion, prepareDoomed } from "./doomed_directory.ts";
import { codeOf, Failure } from "./failure.ts";
import { encodeNames } from "./name_list.ts";
import { openOwn } from "./open_directory.ts";
import { isProtected } from "./protection.ts";
import { type DirectoryAttributes, type Task, TaskFlag, TaskKind } from "./shared/task.ts";
import { AT_A_TIME, type Thread } from "./thread.ts";

/** Levels below a task's own directory: each holds a descriptor. What is deeper becomes a task. */
const LEVELS = 32;

interface Level {
  readonly above: Level | undefined;
  readonly depth: number;
  readonly name: RawName;
  readonly path: RawPath;
  readonly dir: Dir;
  /** Those at hand, from the one that is being removed to where another thread goes on. */
  names: Names | undefined;
  at: number;
  end: number;
  /** What others let go of when what they were given is done. */
  task: Task | undefined;
  /** Something in it stays, so it does too. */
  isKept: boolean;
  /** What it was before this user, whom it forbade to write, made it writable. */
  was: DirectoryAttributes | undefined;
}

export class Doomed {
  readonly #thread: Thread;
  readonly #task: Task;
  readonly #root: number;
  readonly #countOnly: boolean;
  /** Nobody wants to know of each entry, and none is protected. */
  readonly #isPlain: boolean;

  constructor(thread: Thread, task: Task, countOnly: boolean) {
    this.#thread = thread;
    this.#task = task;
    this.#root = thread.tasks.root(task);
    this.#countOnly = countOnly;
    this.#isPlain = !countOnly && thread.filter === undefined && !thread.options.reportEntries;
  }

  /** Everything in the directory of a task. Throws Failure where it cannot be listed. */
  empty(parent: Task, dir: Dir, path: RawPath): void {
    const level = topLevel(parent, dir, path);
    this.emptyLevel(level);
    if (level.isKept) this.#thread.tasks.setFlag(parent, TaskFlag.failed);
  }

  /** These entries of the directory of a task. */
  removeEntries(parent: Task, dir: Dir, path: RawPath, names: Names): void {
    const level = topLevel(parent, dir, path);
    this.remove(level, names);
    if (level.isKept) this.#thread.tasks.setFlag(parent, TaskFlag.failed);
  }

  private emptyLevel(level: Level): void {
    const { platform, tasks } = this.#thread;
    const listing = this.listing(level.depth);
    while (!tasks.stopped) {
      const count = platform.readDir(level.dir, listing);
      if (count < 0) throw new Failure("destination", "list", count);
      if (count === 0) return;
      this.remove(level, listing);
    }
    level.isKept = true;
  }

  /** A level's names are needed until those below it are gone. */
  private listing(depth: number): Listing {
    const { platform, levelListings } = this.#thread;
    return (levelListings[depth] ??= platform.newListing());
  }

  private remove(level: Level, names: Names): void {
    const { platform, tasks, tally } = this.#thread;
    level.names = names;
    level.end = names.count;
    for (let index = 0; index < level.end; index++) {
      level.at = index;
      if (tasks.stopped) {
        level.isKept = true;
        return;
      }
      const name = names.names[index] as EntryName;
      const kind = names.kinds[index] as number;
      const isEntry = kind !== Kind.directory && kind !== Kind.unknown;
      if ((index % AT_A_TIME === 0 || !isEntry) && this.#thread.shouldShare) this.share(level);
      if (isEntry && this.#isPlain && platform.unlink(level.dir, name) >= 0)
        tally.add(Count.entriesDeleted);
      else this.removeOne(level, names.text(index), kind);
    }
  }

  private removeOne(level: Level, name: RawName, kind: number): void {
    const { platform, otherStat } = this.#thread;
    if (isProtected(this.#thread, level.dir, level.path, name)) {
      level.isKept = true;
      return;
    }
    let found = kind;
    if (found === Kind.unknown) {
      if (platform.stat(level.dir, name, otherStat) < 0) return;
      found = otherStat.kind;
    }
    if (found === Kind.directory) this.removeBelow(level, name);
    else if (this.#countOnly) this.count(level, name);
    else {
      const removed = platform.unlink(level.dir, name);
      if (removed >= 0) this.count(level, name);
      else if (removed === -Errno.EISDIR) this.removeBelow(level, name);
      else if (removed !== -Errno.ENOENT) this.fail(level, name, "delete", removed);
    }
  }

  private removeBelow(above: Level, name: RawName): void {
    const { platform, activity } = this.#thread;
    if (above.depth === LEVELS || this.#thread.isDue) {
      this.giveAway(above, name);
      return;
    }
    const path = joinRaw(above.path, name);
    activity.enter(path);
    const dir = (
      this.#countOnly
        ? platform.openBeneath(above.dir, joinRaw(ROOT_PATH, name))
        : openOwn(platform, above.dir, name)
    ) as Dir;
    if (dir < 0) {
      if (dir !== -Errno.ENOENT) this.fail(above, name, "open", dir);
      return;
    }
    const depth = above.depth + 1;
    const level = newLevel(above, depth, name, path, dir, undefined);
    try {
      level.was = prepareDoomed(this.#thread, this.#root, dir, this.#countOnly);
      this.emptyLevel(level);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.fail(above, name, error.operation, error.result);
      level.isKept = true;
    } finally {
      if (level.was !== undefined && level.isKept && level.task === undefined)
        platform.setDirMode(dir, level.was.mode);
      platform.closeDir(dir);
    }
    this.leave(above, level);
  }

  private leave(above: Level, { name, task, isKept }: Level): void {
    const { platform, tasks } = this.#thread;
    if (task !== undefined) {
      if (isKept) tasks.setFlag(task, TaskFlag.failed);
      finishDeletion(this.#thread, task);
    } else if (isKept) above.isKept = true;
    else {
      const removed = this.#countOnly ? 0 : platform.removeDir(above.dir, name);
      if (removed >= 0) this.count(above, name);
      else if (removed !== -Errno.ENOENT) this.fail(above, name, "delete", removed);
    }
  }

  private giveAway(above: Level, name: RawName): void {
    const parent = this.taskOf(above);
    this.#thread.tasks.push([this.newTask(parent, name)]);
  }

  /** Of the highest level with names left: the second half of them, or all where this thread must be free. */
  private share(lowest: Level): void {
    const level = highestWithNames(lowest);
    if (level?.names === undefined) return;
    const left = level.end - level.at - 1;
    const middle = level.end - (this.#thread.isDue ? left : Math.ceil(left / 2));
    this.#thread.tasks.push([
      {
        ...this.newTask(this.taskOf(level), "" as RawName),
        kind: TaskKind.deletion,
        text: encodeNames(level.names, middle, level.end),
      },
    ]);
    level.end = middle;
  }

  private taskOf(level: Level): Task {
    if (level.task === undefined) {
      const parent = level.above === undefined ? this.#task : this.taskOf(level.above);
      level.task = this.#thread.tasks.createHeld(this.newTask(parent, level.name));
      if (level.was !== undefined) this.#thread.tasks.setAttributes(level.task, level.was);
    }
    return level.task;
  }

  private newTask(parent: Task, name: RawName) {
    const flags = this.#countOnly ? TaskFlag.countOnly : 0;
    return { kind: TaskKind.doomedDirectory, parent, root: this.#root, flags, text: name };
  }

  private fail(level: Level, name: RawName, operation: string, result: number): void {
    level.isKept = true;
    const path = joinRaw(level.path, name);
    this.#thread.problem(this.#task, path, "destination", operation, codeOf(result));
  }

  private count(level: Level, name: RawName): void {
    countDeleted(this.#thread, () => joinRaw(level.path, name), this.#countOnly);
  }
}

function topLevel(task: Task, dir: Dir, path: RawPath): Level {
  return newLevel(undefined, 0, "" as RawName, path, dir, task);
}

function newLevel(
  above: Level | undefined,
  depth: number,
  name: RawName,
  path: RawPath,
  dir: Dir,
  task: Task | undefined,
): Level {
  return {
    above,
    depth,
    name,
    path,
    dir,
    names: undefined,
    at: 0,
    end: 0,
    task,
    isKept: false,
    was: undefined,
  };
}

/** The highest that has names left beside the one that is being removed. */
function highestWithNames(lowest: Level): Level | undefined {
  let highest: Level | undefined;
  for (let level: Level | undefined = lowest; level !== undefined; level = level.above)
    if (level.end - level.at > 1) highest = level;
  return highest;
}

compileMethodsOnce(Doomed);
