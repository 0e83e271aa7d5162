// Watches over a run from the main thread, which has nothing else to do while workers work: tells how it stands, notices
// when it is stuck, and finds out how many workers pay.

import { isInMemory } from "#platform/file_system_kind.ts";
import type { EmitEvent } from "#model/event.ts";
import type { RunOptions } from "#model/options.ts";
import type { Counts } from "#model/summary.ts";
import { busyThreads } from "#engine/shared/activity.ts";
import { sumCounters } from "#engine/shared/counters.ts";
import { Control, type SharedMemory } from "#engine/shared/memory.ts";
import type { Platform } from "#platform/platform.ts";
import { type Crew, MOST_WORKERS } from "./crew.ts";
import type { Ground } from "./ground.ts";
import { Heartbeat } from "./heartbeat.ts";
import { Outlook } from "./outlook.ts";
import { progressOf } from "./progress.ts";
import { initialScale, rescale, type Scale } from "./scaling.ts";
import { StallWatch } from "./stall_watch.ts";
import { describeStanding } from "./standing.ts";
import type { Stopwatch } from "./stopwatch.ts";
import { lifeOf } from "./thread_life.ts";

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
  #scale: Scale | undefined;

  constructor(subject: Subject) {
    const { platform, options, ground } = subject;
    this.outlook = subject.outlook ?? new Outlook(platform, { verb: options.verb, ground });
    // While the workers are busy: the end of the run needs it.
    this.outlook.learn();
    this.#subject = subject;
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
    const { isWatched, stopwatch, memory, options } = this.#subject;
    const counts = sumCounters(memory);
    this.outlook.observe(counts, stopwatch.totalMs);
    if (isWatched) this.#showProgress();
    if (stopwatch.firstByteMs === undefined && counts.bytesCopied > 0)
      stopwatch.firstByteMs = stopwatch.totalMs;
    if (options.workers === undefined) this.#rescale(nowMs);
  }

  #beat(nowMs: number): void {
    if (!this.#subject.isWatched) this.#showProgress();
    this.#lookForStall(nowMs);
  }

  #showProgress(): void {
    const { memory, options, stopwatch, emit } = this.#subject;
    // Under --checksum files turn out to differ only when they are read.
    emit(progressOf(memory, this.outlook, options.compare.checksum, stopwatch.totalMs));
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
    emit({ type: "stall", seconds, workers: doing.map(describeStanding) });
    crew.abandon();
  }

  #rescale(atMs: number): void {
    const { memory, crew, emit } = this.#subject;
    if (!crew.isWorking || crew.started === 0 || this.#isNeverSlow()) return;
    this.#scale ??= this.#firstScale();
    const { user, system } = process.cpuUsage();
    const before = this.#scale.workers;
    const sample = {
      atMs,
      done: amountDone(sumCounters(memory)),
      cpuMs: (user + system) / 1000,
      starving: crew.tasks.waitingThreads,
    };
    const limits = { cores: navigator.hardwareConcurrency, most: MOST_WORKERS };
    this.#scale = rescale(this.#scale, sample, limits);
    const { workers, trial } = this.#scale;
    if (workers === before) return;
    crew.resize(workers);
    const why =
      trial === undefined
        ? "more got nothing more done"
        : "they wait for the storage most of the time";
    emit({ type: "detail", message: `${workers} workers instead of ${before}: ${why}` });
  }

  /** Memory makes nobody wait: threads that seem to sleep only want for a processor. */
  #isNeverSlow(): boolean {
    const { sourceKind, destinationKind } = this.#subject.ground;
    return isInMemory(sourceKind) && isInMemory(destinationKind);
  }

  /** What earlier runs found is taken up at once only where another machine may have to be waited for. */
  #firstScale(): Scale {
    const { crew, emit, ground } = this.#subject;
    const most = ground.foreign === undefined ? crew.size : MOST_WORKERS;
    const workers = this.outlook.firstWorkers(crew.size, most);
    if (workers > crew.size) {
      emit({ type: "detail", message: `${workers} workers: as many as paid in earlier runs` });
      crew.resize(workers);
    }
    return initialScale(crew.size);
  }
}

/** In entries looked at: a file made counts for three more, and so do 64 KiB for one. */
function amountDone(counts: Counts): number {
  const made = counts.filesCopied + counts.entriesDeleted + counts.entriesMoved;
  return counts.entriesScanned + 3 * made + counts.bytesCopied / 65536;
}
