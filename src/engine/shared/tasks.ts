// The tasks of a run, as blocks of the shared heap, and the queue of those that are ready. The queue is a stack: the
// deepest directory comes first, so the tasks waiting are few, whatever the size of the tree. Large files have a stack of
// their own, which comes before, and shares of large files one that comes after.
//
// A task stays alive until everything below it is done: `pending` counts itself, its unfinished children and whatever
// else holds it. Who takes it to zero finishes it, frees it and goes on with its parent.

import { isListing, type NewTask, NO_TASK, type Task, TaskFlag, TaskKind } from "./task.ts";
import { compileMethodsOnce } from "#platform/compiler.ts";
import { allocate, release } from "./heap.ts";
import { textWords } from "./heap_text.ts";
import { lock, unlock, withLock } from "./lock.ts";
import { Control, type SharedMemory, StopReason } from "./memory.ts";
import { TaskRecords, Word } from "./task_records.ts";

/** In the order in which tasks are taken. */
const STACKS = [Control.largeTop, Control.queueTop, Control.shareTop] as const;

function stackOf(kind: TaskKind): (typeof STACKS)[number] {
  if (kind === TaskKind.largeFile) return Control.largeTop;
  return kind === TaskKind.pieces ? Control.shareTop : Control.queueTop;
}

export class Tasks extends TaskRecords {
  readonly #memory: SharedMemory;
  readonly #control: Int32Array;
  /** Something was made, queued or let go of since this was last set to false: the task at hand cannot begin anew. */
  hasEffects = false;

  constructor(memory: SharedMemory) {
    super(memory);
    this.#memory = memory;
    this.#control = memory.control;
  }

  // Making and queueing

  /** Queues new tasks, the last on top. Their parents are held until they are done. */
  push(newTasks: readonly NewTask[]): void {
    const control = this.#control;
    const count = newTasks.length;
    if (count === 0) return;
    Atomics.add(control, Control.outstanding, count);
    lock(control, Control.lock);
    try {
      for (let i = 0; i < count; i++) {
        const newTask = newTasks[i] as NewTask;
        // Before anybody can take it.
        if (isListing(newTask.kind)) Atomics.add(control, Control.unlisted, 1);
        this.link(this.create(newTask));
      }
    } finally {
      unlock(control, Control.lock);
    }
    this.wake();
  }

  /** Makes a task that is not queued: it waits for requeue(). It counts as outstanding. */
  createWaiting(newTask: NewTask): Task {
    Atomics.add(this.#control, Control.outstanding, 1);
    return withLock(this.#control, Control.lock, () => this.create(newTask));
  }

  /** Makes a task that is no work by itself: a parent for others, until they let go of it. */
  createHeld(newTask: NewTask): Task {
    return withLock(this.#control, Control.lock, () => this.create(newTask));
  }

  /**
   * What stands for a directory in the phase after its own, made when it is first asked for: one for all threads, so that the
   * last to be done finishes it. It must get tasks to hold it before the directory is left.
   */
  followUp(task: Task, kind: TaskKind, flags = 0): Task {
    return withLock(this.#control, Control.lock, () => {
      const known = this.heap[task + Word.payload] as Task;
      if (known !== NO_TASK) return known;
      const made = this.create({ kind, root: this.root(task), flags, text: this.path(task) });
      this.setAttributes(made, this.attributes(task));
      this.heap[task + Word.payload] = made;
      return made;
    });
  }

  /** Puts a task that is already outstanding on the queue. */
  requeue(task: Task): void {
    withLock(this.#control, Control.lock, () => this.link(task));
    this.wake();
  }

  /** Puts one task before another in a list that is not the queue. The lock must be held. */
  chain(task: Task, next: Task): void {
    this.heap[task + Word.next] = next;
  }

  /** Queues a whole list of tasks that are already outstanding. */
  requeueChain(first: Task): void {
    if (first === NO_TASK) return;
    withLock(this.#control, Control.lock, () => {
      for (let task = first; task !== NO_TASK;) {
        const next = this.heap[task + Word.next] as Task;
        this.link(task);
        task = next;
      }
    });
    this.wake();
  }

  /** Takes back a waiting task that is not needed. Its parent must be held by the caller. */
  abandon(task: Task): void {
    const kind = this.kind(task);
    this.letGo(this.parent(task));
    this.free(task);
    this.worked(kind);
  }

  /** Makes a task for a later phase, at the head of the list in that control word. */
  defer(list: number, newTask: NewTask): void {
    withLock(this.#control, Control.lock, () => {
      const task = this.create(newTask);
      this.heap[task + Word.next] = this.#control[list] as number;
      this.#control[list] = task;
    });
  }

  /** The tasks of a list, the latest first. */
  deferred(list: number): readonly Task[] {
    const found: Task[] = [];
    for (
      let task = this.#control[list] as Task;
      task !== NO_TASK;
      task = this.heap[task + Word.next] as Task
    ) {
      found.push(task);
    }
    return found;
  }

  /** Queues the tasks of a list: the phase for which they waited begins. */
  release(list: number): void {
    const tasks = this.deferred(list);
    this.#control[list] = NO_TASK;
    const unlisted = tasks.filter((task) => isListing(this.kind(task)));
    Atomics.add(this.#control, Control.unlisted, unlisted.length);
    Atomics.add(this.#control, Control.outstanding, tasks.length);
    this.requeueChain(tasks[0] ?? NO_TASK);
  }

  private create(from: NewTask): Task {
    this.hasEffects = true;
    const heap = this.heap;
    const { parent = NO_TASK, text = "" } = from;
    const task = allocate(this.#memory, Word.text + textWords(text.length));
    heap.fill(0, task, task + Word.text);
    heap[task + Word.kind] = from.kind;
    heap[task + Word.parent] = parent;
    heap[task + Word.root] = from.root ?? 0;
    heap[task + Word.flags] = from.flags ?? 0;
    heap[task + Word.payload] = from.payload ?? 0;
    heap[task + Word.pending] = 1;
    heap[task + Word.textBytes] = text.length;
    this.heapText.write(task + Word.text, text);
    if (parent !== NO_TASK) Atomics.add(heap, parent + Word.pending, 1);
    return task as Task;
  }

  private link(task: Task): void {
    const top = stackOf(this.kind(task));
    this.heap[task + Word.next] = this.#control[top] as number;
    this.#control[top] = task;
  }

  private wake(): void {
    if (Atomics.load(this.#control, Control.waiting) === 0) return;
    Atomics.add(this.#control, Control.wake, 1);
    Atomics.notify(this.#control, Control.wake);
  }

  // Taking and finishing

  /** The task on top, or NO_TASK when none is queued just now. */
  take(): Task {
    const control = this.#control;
    lock(control, Control.lock);
    const top = STACKS.find((stack) => control[stack] !== NO_TASK) ?? Control.queueTop;
    const task = control[top] as Task;
    if (task !== NO_TASK) control[top] = this.heap[task + Word.next] as number;
    unlock(control, Control.lock);
    return task;
  }

  /** Sleeps until something is queued or the phase is over; true while there may be more to take. */
  wait(): boolean {
    const control = this.#control;
    Atomics.add(control, Control.waiting, 1);
    const wake = Atomics.load(control, Control.wake);
    if (this.isEmpty && Atomics.load(control, Control.outstanding) > 0) {
      Atomics.wait(control, Control.wake, wake, 100);
    }
    Atomics.sub(control, Control.waiting, 1);
    return Atomics.load(control, Control.outstanding) > 0 && !(this.stopped && this.isEmpty);
  }

  /** A task taken from the queue has been worked on; one of a listing kind is looked through. */
  worked(kind: TaskKind): void {
    if (isListing(kind)) Atomics.sub(this.#control, Control.unlisted, 1);
    if (Atomics.sub(this.#control, Control.outstanding, 1) !== 1) return;
    Atomics.add(this.#control, Control.wake, 1);
    Atomics.notify(this.#control, Control.wake);
  }

  hold(task: Task): void {
    Atomics.add(this.heap, task + Word.pending, 1);
  }

  /** Lets go of a task; true for the one who must finish it and then free it. */
  letGo(task: Task): boolean {
    this.hasEffects = true;
    return Atomics.sub(this.heap, task + Word.pending, 1) === 1;
  }

  free(task: Task): void {
    this.hasEffects = true;
    const words = Word.text + textWords(this.heap[task + Word.textBytes] as number);
    lock(this.#control, Control.lock);
    release(this.#memory, task, words);
    unlock(this.#control, Control.lock);
  }

  /** Frees a directory that is done. Returns its parent, which has failed where this one has. */
  leave(task: Task): Task {
    const heap = this.heap;
    const parent = heap[task + Word.parent] as Task;
    const followUp = heap[task + Word.payload] as Task;
    if (followUp !== NO_TASK) this.letGo(followUp);
    const failed = (heap[task + Word.flags] as number) & TaskFlag.failed;
    if (failed !== 0 && parent !== NO_TASK) Atomics.or(heap, parent + Word.flags, failed);
    this.free(task);
    return parent;
  }

  get outstanding(): number {
    return Atomics.load(this.#control, Control.outstanding);
  }
  get waitingThreads(): number {
    return Atomics.load(this.#control, Control.waiting);
  }
  /** Threads wait, and nothing is queued for them. */
  get isHungry(): boolean {
    return Atomics.load(this.#control, Control.waiting) > 0 && this.isEmpty;
  }
  private get isEmpty(): boolean {
    return STACKS.every((stack) => Atomics.load(this.#control, stack) === NO_TASK);
  }
  /** A large file waits for a thread. */
  get hasLarge(): boolean {
    return Atomics.load(this.#control, Control.largeTop) !== 0;
  }
  get stopped(): boolean {
    return this.#control[Control.stop] !== StopReason.none;
  }
}

compileMethodsOnce(Tasks);
