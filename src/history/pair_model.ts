// What the history has taught about one verb between one pair of file systems, and what follows from it: for how long the
// main thread works by itself, how many workers to start with. Pure.

import type { LastTotals } from "./eta.ts";
import { type Lesson, type Model, predict, train, type Work } from "./predictor.ts";
import type { RunRecord } from "./record.ts";

/** The fast path has its own model: it has no threads to start, and one thread to copy with. */
export interface PairModel {
  readonly alone: Model;
  readonly workers: Model;
  /** The number of workers that longer runs came to need; 0 while none is known. */
  readonly settledWorkers: number;
}

/** A tiny run is over by then, and another has lost little: in that time workers would hardly have begun. */
export const ALONE_MS_UNKNOWN = 6;
/** While the main thread works it answers no signal and draws nothing: no longer than this. */
const ALONE_MS_MOST = 90;
/** What it takes to start workers, and for them to compile what the main thread has compiled, until that is learned. */
const HEAD_START_MS = 15;
/** Runs of each way that are needed before their times say what the head start is. */
const RUNS_TO_DECIDE = 5;
/** Outcomes of runs that did all but deletions. */
const WHOLE = ["done", "differences", "refused"];
/** The main thread goes on that much longer than would pay, because it may be about to finish. */
const PATIENCE = 1.5;
/** Shorter runs end before scaling has found out how many workers pay. */
const SETTLED_AFTER_MS = 200;

/** The time of a run that entries, files and bytes account for. Deletions come after it and are not predicted. */
export function copyingTimeMs(record: RunRecord): number {
  return record.totalMs - record.deletingMs;
}

export function workOf(record: RunRecord): Work {
  return {
    entries: record.entriesScanned,
    files: record.filesCopied,
    bytes: record.bytesCopied + (record.bytesCompared ?? 0),
  };
}

/** A run that was cut short, stalled or failed in part tells nothing about the time of a whole one. */
export function isLesson(record: RunRecord): boolean {
  const isWhole = WHOLE.includes(record.outcome);
  return isWhole && record.stalls === 0 && record.errors === 0;
}

/** What these records teach, oldest first, all of one verb and one pair of file systems. */
export function pairModelOf(records: readonly RunRecord[]): PairModel {
  const whole = records.filter(isLesson);
  const lessons = (fastPath: boolean): Lesson[] =>
    whole
      .filter((record) => record.fastPath === fastPath)
      .map((record) => ({ work: workOf(record), tookMs: copyingTimeMs(record) }));
  return {
    alone: train(lessons(true)),
    workers: train(lessons(false)),
    settledWorkers: whole.reduce(settle, 0),
  };
}

/** Half the new, half the old: a lasting change is followed within a few runs. */
function settle(settled: number, record: RunRecord): number {
  if (record.workers < 1 || record.totalMs < SETTLED_AFTER_MS) return settled;
  return settled === 0 ? record.workers : (settled + record.workers) / 2;
}

/** The model that predicts a run of this kind. */
export function modelOf(pair: PairModel, fastPath: boolean): Model {
  return fastPath ? pair.alone : pair.workers;
}

/** Of a run that took so long with workers aloneMs() says that it needs them again, whatever its pair has taught. */
const LONG_MS = (2 * ALONE_MS_MOST) / PATIENCE;

/** The same run as this one is known to be one for workers. */
export function isLong(last: LastTotals | undefined): boolean {
  return last !== undefined && !last.wasAlone && last.totalMs > LONG_MS;
}

/** The number of workers to start with; scaling goes on from there. */
export function firstWorkers(pair: PairModel, defaultCount: number, maximum: number): number {
  const wanted = pair.settledWorkers > 0 ? Math.round(pair.settledWorkers) : defaultCount;
  return Math.max(1, Math.min(wanted, maximum));
}

/**
 * A run that takes the main thread no longer than this, by itself, is done before workers would have done it: they halve
 * what is left of it after their start.
 */
export function aloneLimitMs({ alone, workers }: PairModel): number {
  const isLearned = Math.min(alone.lessons.length, workers.lessons.length) >= RUNS_TO_DECIDE;
  const headStartMs = isLearned ? workers.costs.startMs - alone.costs.startMs : HEAD_START_MS;
  return Math.max(ALONE_MS_UNKNOWN, Math.min(2 * headStartMs, ALONE_MS_MOST / PATIENCE));
}

/**
 * For how long the main thread works by itself before workers are started. `last` is what the same run did before: what was
 * done alone in time is done so again; what workers did is tried where they cannot have gained much, and where the predictor
 * does not say that it is too much.
 */
export function aloneMs(pair: PairModel, last: LastTotals | undefined): number {
  if (last === undefined) return ALONE_MS_UNKNOWN;
  const limitMs = aloneLimitMs(pair);
  const patienceMs = PATIENCE * limitMs;
  const { costs } = pair.alone;
  const isShort = last.wasAlone
    ? last.totalMs <= patienceMs
    : Math.max(last.totalMs - limitMs, predict(pair.alone, last.work) - costs.startMs) <= limitMs;
  return isShort ? patienceMs : ALONE_MS_UNKNOWN;
}

/** The expected time of a run, undefined while nothing is known about such runs. */
export function expectedMs(pair: PairModel, work: Work, fastPath: boolean): number | undefined {
  const model = modelOf(pair, fastPath);
  return model.lessons.length === 0 ? undefined : predict(model, work);
}
