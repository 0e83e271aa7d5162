// One worker thread as the main thread sees it. It is never terminated: that would freeze the main thread too where the
// worker hangs in a system call.

import type { RunEvent } from "#model/event.ts";
import type { Job } from "#engine/job.ts";
import type { FromWorker, ToWorker } from "#engine/messages.ts";
import type { Preparation, PrepareRequest } from "#engine/prepare.ts";
import type { SharedMemory } from "#engine/shared/memory.ts";

export interface MemberListener {
  readonly onEvents: (events: readonly RunEvent[]) => void;
  readonly onPrepared: (preparation: Preparation) => void;
  readonly onIdle: (member: Member) => void;
  readonly onDeath: (member: Member, reason: string, isTaskLost: boolean) => void;
}

export class Member {
  /** Unique for the life of the run; the main thread has 0. */
  readonly threadIndex: number;
  readonly #worker: Worker;
  readonly #listener: MemberListener;
  #state: "idle" | "working" | "dead" = "idle";
  #hasJob = false;

  constructor(threadIndex: number, worker: Worker, listener: MemberListener) {
    this.threadIndex = threadIndex;
    this.#worker = worker;
    this.#listener = listener;
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.#receive(data);
    worker.onerror = (event) => this.#die(event.message, true);
    // A promise that rejects, or process.exit(), ends a worker without an error event.
    worker.addEventListener("close", () =>
      this.#die("it ended before its work was done", this.isWorking),
    );
  }

  get isWorking(): boolean {
    return this.#state === "working";
  }
  get isAlive(): boolean {
    return this.#state !== "dead";
  }

  prepare(request: PrepareRequest, memory: SharedMemory): void {
    this.#state = "working";
    this.#send({ type: "prepare", request, memory, threadIndex: this.threadIndex });
  }

  work(job: Omit<Job, "threadIndex">): void {
    if (!this.#hasJob) this.#send({ type: "job", job: { ...job, threadIndex: this.threadIndex } });
    this.#hasJob = true;
    this.#state = "working";
    this.#send({ type: "work" });
  }

  #send(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  #receive(message: FromWorker): void {
    switch (message.type) {
      case "events":
        return this.#listener.onEvents(message.events);
      case "prepared":
        this.#state = "idle";
        return this.#listener.onPrepared(message.preparation);
      case "idle":
        this.#state = "idle";
        return this.#listener.onIdle(this);
      case "died":
        return this.#die(message.reason, message.isTaskLost);
    }
  }

  #die(reason: string, isTaskLost: boolean): void {
    if (!this.isAlive) return;
    this.#state = "dead";
    this.#listener.onDeath(this, reason, isTaskLost);
  }
}
