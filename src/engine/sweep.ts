// The sweep. Most directories of most runs hold nothing that has changed: such a one is recognised as a whole, by the fewest
// system calls and in few functions, because every thread compiles each function for itself. What a sweep finds changed is
// left to directory.ts, and so is a directory that is not so plain.

import { areAlike } from "#model/entry.ts";
import type { RawName, RawPath } from "#model/name.ts";
import { compileMethodsOnce } from "#platform/compiler.ts";
import type { Dir, Names } from "#platform/platform.ts";
import { TextNames } from "#platform/text_names.ts";
import { entryCount } from "./entry_count.ts";
import type { Place } from "./quick_way.ts";
import { type Task, TaskFlag } from "./shared/task.ts";
import { Skim } from "./skim.ts";
import { AT_A_TIME, type Thread } from "./thread.ts";

/** Such a directory is in the middle of something. */
const BEGUN = TaskFlag.fresh | TaskFlag.seen | TaskFlag.retried;

/** One a thread; it is about the directory that it was last asked for. */
export class Sweep implements Place {
  readonly thread: Thread;
  readonly #skim = new Skim(this);
  source = -1 as Dir;
  target = -1 as Dir;

  /** The entries that need another look, in a directory of which all others are done; undefined where none is. */
  left: TextNames | undefined;
  /** Of those that are done: names of the destination that they account for, and subdirectories still to be gone into. */
  matched = 0;
  children: RawName[] = [];

  /** Undefined in a run that wants another look at every entry. */
  static of(thread: Thread): Sweep | undefined {
    const { verb, oneFileSystem } = thread.options;
    const isPlain = (verb === "copy" || verb === "mirror") && thread.filter === undefined;
    return isPlain && !oneFileSystem && thread.trustsLikeness ? new Sweep(thread) : undefined;
  }

  private constructor(thread: Thread) {
    this.thread = thread;
  }

  /** A sweep may begin at the directory of this task. */
  mayBegin(task: Task): boolean {
    const { tasks, openRoots } = this.thread;
    const roots = openRoots[tasks.root(task)];
    if (roots?.destination === undefined || roots.single !== undefined) return false;
    return (tasks.flags(task) & BEGUN) === 0;
  }

  /** True where a directory is the same on both sides, but for what is in its `children`. Reports and throws nothing. Blocks. */
  isUnchanged(root: number, path: RawPath): boolean {
    const { platform, activity, openRoots } = this.thread;
    this.left = undefined;
    const roots = openRoots[root];
    if (roots?.destination === undefined) return false;
    activity.enter(path);
    const source = platform.openBeneath(roots.source, path) as Dir;
    if (source < 0) return false;
    const target = platform.openBeneath(roots.destination, path) as Dir;
    const isUnchanged = target >= 0 && this.isSame(source, target);
    if (target >= 0) platform.closeDir(target);
    platform.closeDir(source);
    return isUnchanged;
  }

  private isSame(source: Dir, target: Dir): boolean {
    const { thread } = this;
    const { platform, sourceStat, targetStat, listing } = thread;
    if (platform.statDir(source, sourceStat) < 0 || platform.statDir(target, targetStat) < 0)
      return false;
    if (!areAlike(sourceStat, targetStat)) return false;
    const route = thread.route(source, sourceStat, target, targetStat);
    if (route.foldsNames) return false;
    const count = platform.readDir(source, listing);
    // More than one chunk is for several threads.
    if (count < 0 || (count > 0 && platform.readDir(source, thread.nextListing) !== 0))
      return false;
    this.source = source;
    this.target = target;
    const held = entryCount(platform, route, target, targetStat);
    const left = this.skimAll(listing);
    if (left === undefined && held === this.matched) return true;
    this.left = left ?? new TextNames();
    return false;
  }

  /** The entries that are left; undefined where none is. */
  private skimAll(names: Names): TextNames | undefined {
    this.matched = 0;
    this.children = [];
    this.#skim.begin();
    const { count } = names;
    let left: TextNames | undefined;
    for (let index = 0; index < count;) {
      const isOver = this.thread.shouldPause(count - index);
      const end = Math.min(index + AT_A_TIME, count);
      if (!isOver) index = this.#skim.pass(names, index, end);
      if (index === end) continue;
      left ??= new TextNames();
      for (const last = isOver ? count : index + 1; index < last; index++)
        left.add(names.text(index), names.kinds[index] as number);
    }
    return left;
  }

  descend(name: RawName): void {
    this.children.push(name);
  }
}

compileMethodsOnce(Sweep);
