// The threads of a run. A phase begins with tasks on the shared queue and ends when none is outstanding; the first moments
// of the first phase may be worked by the main thread itself, which for a small tree is the whole run.

import { counted } from "#model/count_text.ts";
import type { EmitEvent, RunEvent } from "#model/event.ts";
import type { Job } from "#engine/job.ts";
import { HandedBack, workFor } from "#engine/perform.ts";
import type { Preparation, PrepareRequest } from "#engine/prepare.ts";
import { Reporter, reportRead } from "#engine/reporter.ts";
import { Activity, Operation } from "#engine/shared/activity.ts";
import { Control, MAX_THREADS, type SharedMemory, StopReason } from "#engine/shared/memory.ts";
import { Tasks } from "#engine/shared/tasks.ts";
import { Thread } from "#engine/thread.ts";
import type { Platform } from "#platform/platform.ts";
import { Member } from "./member.ts";

export const MOST_WORKERS = MAX_THREADS - 1;
/** A mistake that comes up so often is not bad luck. */
const MOST_DEATHS = 3;

export interface Alone {
  readonly platform: Platform;
  readonly aloneMs: number;
}

export type JobForAll = Omit<Job, "threadIndex" | "memory">;

/** A file system does not answer, and what waits for it never will: nothing more can be done but to say so. */
export class Abandoned extends Error {}

/** The system starts no thread at all for this user. */
export class NoWorker extends Error {}

export class Crew {
  readonly tasks: Tasks;
  readonly #memory: SharedMemory;
  readonly #emit: EmitEvent;
  readonly #startWorker: () => Worker;
  readonly #members: Member[] = [];
  readonly #deaths: string[] = [];
  #job: JobForAll | undefined;
  #main: Thread | undefined;
  #aloneMs = 0;
  #size = 1;
  #most = MOST_WORKERS;
  #hadListed = false;
  #phase: PromiseWithResolvers<void> | undefined;
  #preparation: PromiseWithResolvers<Preparation> | undefined;

  /** The executable is its own worker: main.ts sees that it is not on the main thread. */
  constructor(memory: SharedMemory, emit: EmitEvent, startWorker = () => new Worker(Bun.main)) {
    this.#memory = memory;
    this.#emit = emit;
    this.#startWorker = startWorker;
    this.tasks = new Tasks(memory);
  }

  /** How many workers were started. */
  get started(): number {
    return this.#members.length;
  }
  /** How many workers may take tasks. */
  get size(): number {
    return this.#size;
  }
  /** As many as there can be: fewer where the system refused to start another. */
  get most(): number {
    return this.#most;
  }
  /** Everything had been looked through when stop() was called: afterwards the queue empties, whatever was in it. */
  get hadListed(): boolean {
    return this.#hadListed;
  }
  /** What workers said as they died of a bug. */
  get deaths(): readonly string[] {
    return this.#deaths;
  }
  /** Workers have work in hand: something should move. */
  get isWorking(): boolean {
    return this.#phase !== undefined || this.#preparation !== undefined;
  }

  /** Workers take tasks. */
  get isInPhase(): boolean {
    return this.#phase !== undefined;
  }

  /** Prepares the run in a worker. Rejects with Abandoned or NoWorker, or where the worker dies. */
  async prepare(request: PrepareRequest): Promise<Preparation> {
    const member = this.#enlist();
    if (member === undefined) throw new NoWorker();
    this.#preparation = Promise.withResolvers<Preparation>();
    member.prepare(request, this.#memory);
    try {
      return await this.#preparation.promise;
    } finally {
      this.#preparation = undefined;
    }
  }

  /** Takes in the job. `alone` lets the main thread begin: given only where the file systems are local. */
  begin(job: JobForAll, size: number, alone: Alone | undefined): void {
    this.#job = job;
    this.resize(size);
    if (alone === undefined) return;
    const memory = this.#memory;
    const reporter = new Reporter(memory, (events) => this.#receive(events));
    const own = { ...job, memory, threadIndex: 0 };
    this.#main = new Thread(alone.platform, own, undefined, reporter);
    this.#aloneMs = alone.aloneMs;
  }

  /** Works until no task is outstanding. Rejects with Abandoned or NoWorker. */
  async work(): Promise<void> {
    if (this.#main !== undefined && this.#workAlone(this.#main)) return;
    // From now on it is needed where it is.
    this.#main = undefined;
    this.#phase = Promise.withResolvers<void>();
    this.#engage();
    try {
      await this.#phase.promise;
    } finally {
      this.#phase = undefined;
    }
  }

  /** Lets so many workers take tasks: more are started, too many rest after the task they have in hand. */
  resize(size: number): void {
    this.#setSize(size);
    if (this.#phase !== undefined) this.#engage();
  }

  #setSize(size: number): void {
    this.#size = Math.max(1, Math.min(size, this.#most));
    this.#memory.control[Control.activeWorkers] = this.#size;
  }

  /** Asks every thread to stop; they do so within one piece of a file. */
  stop(): void {
    const { control } = this.#memory;
    const hasListed = Atomics.load(control, Control.unlisted) === 0;
    const { none, cancelled } = StopReason;
    if (Atomics.compareExchange(control, Control.stop, none, cancelled) === none)
      this.#hadListed = hasListed;
    Atomics.add(control, Control.wake, 1);
    Atomics.notify(control, Control.wake);
  }

  /** Waits no longer: threads hang in system calls from which nothing brings them back. */
  abandon(): void {
    this.#phase?.reject(new Abandoned());
    this.#preparation?.reject(new Abandoned());
  }

  #workAlone(main: Thread): boolean {
    try {
      return workFor(main, this.#aloneMs);
    } catch (error) {
      const isHandedBack = error instanceof HandedBack;
      const reason = isHandedBack ? error.cause : error;
      new Activity(this.#memory, 0).begin(Operation.idle);
      this.#note(reason instanceof Error ? (reason.stack ?? reason.message) : String(reason));
      if (isHandedBack) return false;
      this.stop();
      return true;
    }
  }

  /** Undefined where the system starts no more threads. */
  #enlist(): Member | undefined {
    const worker = this.#tryToStart();
    if (worker === undefined) return undefined;
    const member = new Member(this.#members.length + 1, worker, {
      onEvents: (events) => this.#receive(events),
      onPrepared: (preparation) => this.#preparation?.resolve(preparation),
      onIdle: () => this.#engage(),
      onDeath: (dead, reason, isTaskLost) => this.#bury(dead, reason, isTaskLost),
    });
    this.#members.push(member);
    return member;
  }

  #tryToStart(): Worker | undefined {
    try {
      return this.#startWorker();
    } catch {
      const { length } = this.#members;
      this.#most = Math.max(1, length);
      this.#setSize(this.#size);
      const message = `${counted(length, "worker")}: the system starts no more`;
      this.#emit({ type: "detail", message });
      return undefined;
    }
  }

  /** Puts all to work who may, starting those who are missing; ends the phase where nothing is left to do. */
  #engage(): void {
    if (this.#phase === undefined || this.#job === undefined) return;
    const { tasks } = this;
    if (tasks.outstanding > 0 && !tasks.stopped) {
      const job = { ...this.#job, memory: this.#memory };
      while (this.#members.length < this.#size && this.#enlist() !== undefined);
      if (this.#members.length === 0) return this.#phase.reject(new NoWorker());
      for (const member of this.#members.slice(0, this.#size)) {
        if (member.isAlive && !member.isWorking) member.work(job);
      }
    }
    if (this.#members.some((member) => member.isWorking)) return;
    // Whoever was left is dead.
    if (tasks.outstanding > 0) this.stop();
    this.#phase.resolve();
  }

  #bury(member: Member, reason: string, isTaskLost: boolean): void {
    this.#note(reason);
    new Activity(this.#memory, member.threadIndex).begin(Operation.idle);
    if (this.#preparation !== undefined) {
      this.#preparation.reject(new Error(`a worker died: ${reason}`));
      return;
    }
    const canGoOn = !isTaskLost && this.#deaths.length < MOST_DEATHS;
    // Another takes the place of the dead.
    if (canGoOn) this.resize(this.#size + 1);
    else this.stop();
    this.#engage();
  }

  #note(death: string): void {
    this.#deaths.push(death);
    this.#emit({ type: "note", message: `A worker died, which is a mistake in blit: ${death}` });
  }

  #receive(events: readonly RunEvent[]): void {
    for (const event of events) this.#emit(event);
    reportRead(this.#memory);
  }
}
