// Watches over a run from the main thread, which has nothing else to do while workers work: tells how it stands, notices
// when it is stuck, and finds out how many workers pay.

import type { EmitEvent } from "#model/event.ts";
import type { RunOptions } from "#model/options.ts";
import { busyThreads } from "#engine/shared/activity.ts";
import { sumCounters } from "#engine/shared/counters.ts";
import { Control, type SharedMemory } from "#engine/shared/memory.ts";
import type { Platform } from "#platform/platform.ts";
import { type Crew, MOST_WORKERS } from "./crew.ts";
import type { Ground } from "./ground.ts";
import { Heartbeat } from "./heartbeat.ts";
import { Outlook } from "./outlook.ts";
import { progressOf } from "./progress.ts";
import { Scaler } from "./scaler.ts";
import { StallWatch } from "./stall_watch.ts";
import { describeStanding } from "./standing.ts";
import type { Stopwatch } from "./stopwatch.ts";
import { lifeOf } from "./thread_life.ts";
import { awaitedBy } from "./thread_place.ts";

export interface Subject {
  readonly options: RunOptions;
  readonly memory: SharedMemory;
  readonly crew: Crew;
  readonly platform: Platform;
  readonly ground: Ground;
  readonly stopwatch: Stopwatch;
  readonly emit: EmitEvent;
  /** Undefined where the history has not been asked yet. */
  readonly outlook: Outlook | undefined;
  /** Somebody looks at a live line: progress comes with every tick, not with every beat. */
  readonly isWatched: boolean;
}

export class Monitor {
  readonly outlook: Outlook;
  readonly #subject: Subject;
  readonly #heartbeat: Heartbeat;
  readonly #stallWatch = new StallWatch();
  readonly #scaler: Scaler;

  constructor(subject: Subject) {
    const { platform, options, ground } = subject;
    this.outlook = subject.outlook ?? new Outlook(platform, { verb: options.verb, ground });
    // While the workers are busy: the end of the run needs it.
    this.outlook.learn();
    this.#subject = subject;
    const { crew, emit } = subject;
    const most = Math.min(options.workers ?? MOST_WORKERS, MOST_WORKERS);
    this.#scaler = new Scaler({ crew, ground, outlook: this.outlook, emit, most });
    this.#heartbeat = new Heartbeat({
      onTick: (nowMs) => this.#tick(nowMs),
      onBeat: (nowMs) => this.#beat(nowMs),
      isStarving: () => subject.crew.tasks.waitingThreads > 0,
    });
  }

  end(): void {
    this.#heartbeat.end();
  }

  #tick(nowMs: number): void {
    const { isWatched, stopwatch, memory } = this.#subject;
    const counts = sumCounters(memory);
    this.outlook.observe(counts, stopwatch.workedMs);
    if (isWatched) this.#showProgress();
    const { user, system } = process.cpuUsage();
    this.#scaler.observe(counts, (user + system) / 1000, nowMs);
  }

  #beat(nowMs: number): void {
    if (!this.#subject.isWatched) this.#showProgress();
    this.#lookForStall(nowMs);
  }

  #showProgress(): void {
    const { memory, options, stopwatch, emit } = this.#subject;
    // Under --checksum files turn out to differ only when they are read.
    const mayGrow = options.compare.checksum;
    emit(progressOf(memory, this.outlook, { mayGrow, stopwatch }));
  }

  #lookForStall(atMs: number): void {
    const { memory, crew, emit, platform } = this.#subject;
    const doing = busyThreads(memory);
    const stillMs = this.#stallWatch.observe({
      atMs,
      isWorking: crew.isWorking,
      isStopping: crew.tasks.stopped,
      pulse: JSON.stringify([
        Object.values(sumCounters(memory)),
        memory.control[Control.countedEntries],
        doing.map(({ kernelThread, operation, path }) => [
          lifeOf(platform, kernelThread),
          operation,
          path,
        ]),
      ]),
      doing,
    });
    if (stillMs === undefined) return;
    const seconds = Math.round(stillMs / 1000);
    const workers = doing.map((each) =>
      describeStanding(each, awaitedBy(platform, each.kernelThread)),
    );
    emit({ type: "stall", seconds, workers });
    crew.abandon();
  }
}
