// The sweep. Most directories of most runs hold nothing that has changed: such a one is recognised as a whole, by the fewest
// system calls and in few functions, because every thread compiles each function for itself. What a sweep finds changed is
// left to directory.ts, and so is a directory that is not so plain.

import { areAlike } from "#model/entry.ts";
import type { RawName } from "#model/name.ts";
import { compileMethodsOnce } from "#platform/compiler.ts";
import type { Dir, Names } from "#platform/platform.ts";
import { TextNames } from "#platform/text_names.ts";
import type { Place } from "./quick_way.ts";
import { type NewTask, NO_TASK, type Task, TaskFlag, TaskKind } from "./shared/task.ts";
import { Skim } from "./skim.ts";
import { AT_A_TIME, type Thread } from "./thread.ts";

/** Such a directory is in the middle of something. */
const BEGUN = TaskFlag.fresh | TaskFlag.seen | TaskFlag.retried;

/** One a thread; it is about the directory that it was last asked for. */
export class Sweep implements Place {
  readonly thread: Thread;
  readonly #skim = new Skim(this);
  #task = NO_TASK;
  #root = 0;
  source = -1 as Dir;
  target = -1 as Dir;

  /** The entries that need another look, in a directory of which all others are done; undefined where none is. */
  left: TextNames | undefined;
  /** Of those that are done: names of the destination that they account for, and subdirectories still to be queued. */
  matched = 0;
  children: NewTask[] = [];

  /** Undefined in a run that wants another look at every entry. */
  static of(thread: Thread): Sweep | undefined {
    const { verb, oneFileSystem } = thread.options;
    const isPlain = (verb === "copy" || verb === "mirror") && thread.filter === undefined;
    return isPlain && !oneFileSystem && thread.trustsLikeness ? new Sweep(thread) : undefined;
  }

  private constructor(thread: Thread) {
    this.thread = thread;
  }

  /**
   * True where the directory of a task is the same on both sides; its subdirectories are queued then. Reports and throws
   * nothing. Blocks.
   */
  isUnchanged(task: Task): boolean {
    const { tasks, platform, activity, openRoots } = this.thread;
    this.left = undefined;
    this.#task = task;
    this.#root = tasks.root(task);
    const roots = openRoots[this.#root];
    if (roots?.destination === undefined || roots.single !== undefined) return false;
    if ((tasks.flags(task) & BEGUN) !== 0) return false;
    const path = tasks.path(task);
    activity.enter(path);
    const source = platform.openBeneath(roots.source, path) as Dir;
    if (source < 0) return false;
    const target = platform.openBeneath(roots.destination, path) as Dir;
    try {
      return target >= 0 && this.isSame(source, target);
    } finally {
      if (target >= 0) platform.closeDir(target);
      platform.closeDir(source);
    }
  }

  private isSame(source: Dir, target: Dir): boolean {
    const { thread } = this;
    const { platform, sourceStat, targetStat, listing } = thread;
    if (platform.statDir(source, sourceStat) < 0 || platform.statDir(target, targetStat) < 0)
      return false;
    if (!areAlike(sourceStat, targetStat)) return false;
    if (thread.route(source, sourceStat, target, targetStat).foldsNames) return false;
    const count = platform.readDir(source, listing);
    // More than one chunk is for several threads.
    if (count < 0 || (count > 0 && platform.readDir(source, thread.nextListing) !== 0))
      return false;
    this.source = source;
    this.target = target;
    const left = this.skimAll(listing);
    if (left === undefined && platform.countEntries(target) === this.matched) {
      thread.tasks.push(this.children);
      return true;
    }
    this.left = left ?? new TextNames();
    return false;
  }

  /** The entries that are left; undefined where none is. */
  private skimAll(names: Names): TextNames | undefined {
    this.matched = 0;
    this.children = [];
    this.#skim.begin();
    let left: TextNames | undefined;
    let isOver = false;
    for (let index = 0; index < names.count; index++) {
      if (index % AT_A_TIME === 0) isOver ||= this.thread.shouldPause(names.count - index);
      if (!isOver && this.#skim.handles(names, index)) continue;
      left ??= new TextNames();
      left.add(names.text(index), names.kinds[index] as number);
    }
    return left;
  }

  descend(name: RawName): void {
    const root = this.#root;
    const parent = this.#task;
    this.children.push({ kind: TaskKind.directory, parent, root, flags: 0, text: name });
  }
}

compileMethodsOnce(Sweep);
