// The way down a tree in which most directories hold nothing new: a thread keeps the paths that it has still to go to, and
// none of them becomes a task unless something has changed there, or another thread has nothing to do.

import { joinRaw, type RawPath } from "#model/name.ts";
import { compileMethodsOnce } from "#platform/compiler.ts";
import { isBatchFull } from "./commits.ts";
import { finishUpwards, processDirectory } from "./directory.ts";
import { type NewTask, type Task, TaskKind } from "./shared/task.ts";
import type { Sweep } from "./sweep.ts";
import type { Thread } from "./thread.ts";

class Descent {
  readonly #thread: Thread;
  readonly #sweep: Sweep;
  /** Where it began. Everything below that becomes a task has this for its parent, which is thereby held. */
  readonly #task: Task;
  readonly #root: number;
  readonly #top: RawPath;
  /** Paths below the root; the last comes first. */
  readonly #waiting: RawPath[] = [];

  constructor(thread: Thread, task: Task, sweep: Sweep) {
    this.#thread = thread;
    this.#sweep = sweep;
    this.#task = task;
    this.#root = thread.tasks.root(task);
    this.#top = thread.tasks.path(task);
  }

  run(): void {
    const thread = this.#thread;
    if (!this.isUnchanged(this.#top)) {
      processDirectory(thread, this.#task, this.#sweep);
      return;
    }
    for (;;) {
      if (thread.shouldShare || this.isOver) this.share();
      const path = this.#waiting.pop();
      if (path === undefined || thread.tasks.stopped) break;
      thread.countDirectory();
      if (this.isUnchanged(path)) continue;
      const changed = thread.tasks.createHeld(this.newTask(path));
      processDirectory(thread, changed, this.#sweep);
    }
    finishUpwards(thread, this.#task, undefined);
  }

  /** Its subdirectories wait, then. */
  private isUnchanged(path: RawPath): boolean {
    const sweep = this.#sweep;
    if (!sweep.isUnchanged(this.#root, path)) return false;
    for (const name of sweep.children) this.#waiting.push(joinRaw(path, name));
    return true;
  }

  /** The thread is wanted elsewhere, as between two tasks: to rest, or to bring what it has written to stable storage. */
  private get isOver(): boolean {
    return this.#thread.mayRest || isBatchFull(this.#thread);
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
    return { kind: TaskKind.directory, parent, root, flags: 0, text };
  }
}

/** A directory task, with all that is below it as far as that is unchanged. Blocks. */
export function descend(thread: Thread, task: Task, sweep: Sweep): void {
  new Descent(thread, task, sweep).run();
}

compileMethodsOnce(Descent);
