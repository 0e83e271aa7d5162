// The ways on which a directory is handled as a whole, by the fewest system calls and in few functions, because every thread
// compiles each function for itself. Such a directory never becomes a task of its own (descent.ts). Whatever is not so plain
// is left to directory.ts.

import type { RawName } from "#model/name.ts";
import type { RunOptions } from "#model/options.ts";
import { compileMethodsOnce } from "#platform/compiler.ts";
import type { Dir } from "#platform/platform.ts";
import { TextNames } from "#platform/text_names.ts";
import type { Place, QuickWay } from "./quick_way.ts";
import { type Task, TaskFlag } from "./shared/task.ts";
import { AT_A_TIME, type Thread } from "./thread.ts";

/** Such a directory is in the middle of something. */
const BEGUN = TaskFlag.seen | TaskFlag.retried;

/** One a thread; it is about the directory that it was last asked for. */
export abstract class WholeWay implements Place {
  /** Its directories are made in this run. */
  abstract readonly fresh: boolean;
  readonly thread: Thread;
  source = -1 as Dir;
  target = -1 as Dir;
  /** The entries that need another look, in a directory of which all others are done; undefined where none is. */
  left: TextNames | undefined;
  /** Of those that are done: names of the destination that they account for, and subdirectories still to be gone into. */
  matched = 0;
  children: RawName[] = [];

  constructor(thread: Thread) {
    this.thread = thread;
  }

  /** True in a run of one of these verbs, if it may handle directories so. */
  static suits({ options, filter }: Thread, ...verbs: readonly RunOptions["verb"][]): boolean {
    const { verb, oneFileSystem } = options;
    return verbs.includes(verb) && filter === undefined && !oneFileSystem;
  }

  /** True where nothing is left to do in a directory but to go into its `children`. Reports and throws nothing. Blocks. */
  abstract handles(source: Dir, target: Dir): boolean;

  /** It may begin at the directory of this task. */
  mayBegin(task: Task): boolean {
    const { tasks, openRoots } = this.thread;
    const roots = openRoots[tasks.root(task)];
    if (roots?.destination === undefined || roots.single !== undefined) return false;
    const flags = tasks.flags(task);
    return (flags & BEGUN) === 0 && ((flags & TaskFlag.fresh) !== 0) === this.fresh;
  }

  descend(name: RawName): void {
    this.children.push(name);
  }

  /** The place is this directory now. Reads it into the thread's listing; false where that fails, or does not hold all. */
  protected enters(source: Dir, target: Dir): boolean {
    this.source = source;
    this.target = target;
    this.matched = 0;
    this.children = [];
    const { platform, listing, nextListing } = this.thread;
    const count = platform.readDir(source, listing);
    // More than one chunk is for several threads.
    return count === 0 || (count > 0 && platform.readDir(source, nextListing) === 0);
  }

  /** True where nothing is left of the thread's listing, and it accounts for all that the destination holds. */
  protected passesAll(quick: QuickWay, held: number): boolean {
    const left = this.passAll(quick);
    if (left === undefined && held === this.matched) return true;
    this.left = left ?? new TextNames();
    return false;
  }

  /**
   * Handles the entries of the thread's listing that are plain; returns those that are not, or that others should share,
   * undefined where none is.
   */
  protected passAll(quick: QuickWay): TextNames | undefined {
    const { thread } = this;
    const names = thread.listing;
    const { count } = names;
    let left: TextNames | undefined;
    for (let index = 0; index < count;) {
      const isOver = thread.shouldPause(count - index);
      const end = Math.min(index + AT_A_TIME, count);
      if (!isOver) index = quick.pass(names, index, end);
      if (index === end) continue;
      left ??= new TextNames();
      for (const last = isOver ? count : index + 1; index < last; index++)
        left.add(names.text(index), names.kinds[index] as number);
    }
    return left;
  }
}

compileMethodsOnce(WholeWay);
