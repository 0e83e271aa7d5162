// The threads of a run. A phase begins with tasks on the shared queue and ends when none is outstanding; the first moments
// of the first phase may be worked by the main thread itself, which for a small tree is the whole run.

import type { EmitEvent } from "#model/event.ts";
import type { Job } from "#engine/job.ts";
import type { FromWorker, ToWorker } from "#engine/messages.ts";
import { workFor } from "#engine/perform.ts";
import { Reporter, reportRead } from "#engine/reporter.ts";
import { Control, type SharedMemory, StopReason } from "#engine/shared/memory.ts";
import { Tasks } from "#engine/shared/tasks.ts";
import { Thread } from "#engine/thread.ts";
import type { Platform } from "#platform/platform.ts";

/** As long as it takes to start workers, the main thread has work done alone. */
const ALONE_MS = 6;

type JobForAll = Omit<Job, "threadIndex">;

export class Crew {
  readonly #job: JobForAll;
  readonly #memory: SharedMemory;
  readonly #emit: EmitEvent;
  readonly #workerCount: number;
  readonly #workers: Worker[] = [];
  readonly #main: Thread | undefined;
  #death: string | undefined;

  /** `platform` lets the main thread take part: given only where the file systems are local. */
  constructor(
    job: JobForAll,
    workerCount: number,
    platform: Platform | undefined,
    emit: EmitEvent,
  ) {
    this.#job = job;
    this.#memory = job.memory;
    this.#workerCount = workerCount;
    this.#emit = emit;
    if (platform !== undefined) {
      const reporter = new Reporter(job.memory, (events) => this.#receive(events));
      this.#main = new Thread(platform, { ...job, threadIndex: 0 }, undefined, reporter);
    }
  }

  /** How many workers were started. */
  get size(): number {
    return this.#workers.length;
  }
  /** What a worker said as it died of a bug. */
  get death(): string | undefined {
    return this.#death;
  }

  /** Works until no task is outstanding. */
  async work(): Promise<void> {
    if (this.#workers.length === 0 && this.#main !== undefined && workFor(this.#main, ALONE_MS))
      return;
    this.#memory.control[Control.workers] = this.#workerCount;
    while (this.#workers.length < this.#workerCount) this.#workers.push(this.#start());
    await Promise.all(this.#workers.map((worker, index) => this.#phase(worker, index + 1)));
  }

  /** Asks every thread to stop; they do so within one piece of a file. */
  stop(): void {
    const { control } = this.#memory;
    Atomics.compareExchange(control, Control.stop, StopReason.none, StopReason.cancelled);
    Atomics.add(control, Control.wake, 1);
    Atomics.notify(control, Control.wake);
  }

  get tasks(): Tasks {
    return new Tasks(this.#memory);
  }

  #start(): Worker {
    // The executable is its own worker: main.ts sees that it is not on the main thread.
    return new Worker(Bun.main);
  }

  #phase(worker: Worker, threadIndex: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const died = (reason: string) => {
      this.#death ??= reason;
      this.stop();
      resolve();
    };
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if (data.type === "events") this.#receive(data.events);
      else if (data.type === "died") died(data.reason);
      else resolve();
    };
    worker.onerror = (event) => died(event.message);
    worker.addEventListener("close", () => died("a worker ended before its work was done"));
    const message: ToWorker = { type: "work", job: { ...this.#job, threadIndex } };
    worker.postMessage(message);
    return promise;
  }

  #receive(events: readonly Parameters<EmitEvent>[0][]): void {
    for (const event of events) this.#emit(event);
    reportRead(this.#memory);
  }
}
