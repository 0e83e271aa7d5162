// The way down a tree in which most directories can be handled as a whole: a thread keeps the paths that it has still to go
// to, and none of them becomes a task unless something is left to do there, or another thread has nothing to do.

import { joinRaw, type RawPath } from "#model/name.ts";
import { compileMethodsOnce } from "#platform/compiler.ts";
import { isBatchFull } from "./commits.ts";
import { finishUpwards, processDirectory } from "./directory.ts";
import type { Dir } from "#platform/platform.ts";
import { type NewTask, type Task, TaskFlag, TaskKind } from "./shared/task.ts";
import type { Thread } from "./thread.ts";
import type { WholeWay } from "./whole_way.ts";

class Descent {
  readonly #thread: Thread;
  readonly #way: WholeWay;
  /** Where it began. Everything below that becomes a task has this for its parent, which is thereby held. */
  readonly #task: Task;
  readonly #root: number;
  readonly #top: RawPath;
  /** Paths below the root; the last comes first. */
  readonly #waiting: RawPath[] = [];

  constructor(thread: Thread, task: Task, way: WholeWay) {
    this.#thread = thread;
    this.#way = way;
    this.#task = task;
    this.#root = thread.tasks.root(task);
    this.#top = thread.tasks.path(task);
  }

  run(): void {
    const thread = this.#thread;
    if (!this.isDone(this.#top)) {
      processDirectory(thread, this.#task, this.#way);
      return;
    }
    for (;;) {
      if (thread.shouldShare || this.isOver) this.share();
      const path = this.#waiting.pop();
      if (path === undefined || thread.tasks.stopped) break;
      thread.countDirectory();
      if (this.isDone(path)) continue;
      const unfinished = thread.tasks.createHeld(this.newTask(path));
      processDirectory(thread, unfinished, this.#way);
    }
    finishUpwards(thread, this.#task, undefined);
  }

  /** Its subdirectories wait, then. */
  private isDone(path: RawPath): boolean {
    const way = this.#way;
    way.left = undefined;
    if (!this.isHandled(path)) return false;
    for (const name of way.children) this.#waiting.push(joinRaw(path, name));
    return true;
  }

  private isHandled(path: RawPath): boolean {
    const { platform, activity, openRoots } = this.#thread;
    const roots = openRoots[this.#root];
    if (roots?.destination === undefined) return false;
    activity.enter(path);
    const source = platform.openBeneath(roots.source, path) as Dir;
    if (source < 0) return false;
    const target = platform.openBeneath(roots.destination, path) as Dir;
    const isHandled = target >= 0 && this.#way.handles(source, target);
    if (target >= 0) platform.closeDir(target);
    platform.closeDir(source);
    return isHandled;
  }

  /**
   * The thread is wanted elsewhere, as between two tasks: for a large file, to rest, or to bring what it has written to stable
   * storage.
   */
  private get isOver(): boolean {
    const thread = this.#thread;
    return thread.tasks.hasLarge || thread.mayRest || isBatchFull(thread);
  }

  /** Leaves to others what waits longest, which has the most below it: half of all, or all where this thread must end. */
  private share(): void {
    const waiting = this.#waiting;
    const mustEnd = this.#thread.isDue || this.isOver;
    const count = mustEnd ? waiting.length : waiting.length >> 1;
    this.#thread.tasks.push(waiting.splice(0, count).map((path) => this.newTask(path)));
  }

  private newTask(path: RawPath): NewTask {
    const text = this.#top === "" ? path : path.slice(this.#top.length + 1);
    const [root, parent] = [this.#root, this.#task];
    const flags = this.#way.fresh ? TaskFlag.fresh : 0;
    return { kind: TaskKind.directory, parent, root, flags, text };
  }
}

/** A directory task, with all that is below it as far as that can be handled in this way. Blocks. */
export function descend(thread: Thread, task: Task, way: WholeWay): void {
  new Descent(thread, task, way).run();
}

compileMethodsOnce(Descent);
