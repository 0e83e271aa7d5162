// What the history has taught about one verb between one pair of file systems, and what follows from it: how much
// the main thread may copy by itself, how many workers to start with. Pure.

import type { FileSystemKind } from "#platform/platform.ts";
import { isLocal } from "#platform/file_system_kind.ts";
import { type Lesson, type Model, predict, train, UNTRAINED, type Work } from "./predictor.ts";
import type { RunRecord } from "./record.ts";

/** The fast path has its own model: it has no threads to start, and one thread to copy with. */
export interface PairModel {
  readonly alone: Model;
  readonly workers: Model;
  /** The number of workers that longer runs came to need; 0 while none is known. */
  readonly settledWorkers: number;
}

export const UNKNOWN_PAIR: PairModel = { alone: UNTRAINED, workers: UNTRAINED, settledWorkers: 0 };

/** What the main thread may copy by itself: both limits hold. */
export interface FastPathLimit {
  readonly files: number;
  readonly bytes: number;
}

export const DEFAULT_FAST_PATH: FastPathLimit = { files: 8, bytes: 100_000_000 };
const NO_FAST_PATH: FastPathLimit = { files: 0, bytes: 0 };
const WIDEST_FAST_PATH: FastPathLimit = { files: 128, bytes: 1_000_000_000 };
const NARROWEST_FAST_PATH: FastPathLimit = { files: 1, bytes: 1_000_000 };
/** While the main thread copies it answers no signal and draws nothing: no longer than this, by expectation. */
const BUSY_LIMIT_MS = 250;
/** Runs of each way that are needed before their times decide between the two. */
const RUNS_TO_DECIDE = 5;
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
    bytes: record.bytesCopied,
  };
}

/** A run that was cut short, stalled or failed in part tells nothing about the time of a whole one. */
export function isLesson(record: RunRecord): boolean {
  return record.outcome === "done" && record.stalls === 0 && record.errors === 0;
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

/** The number of workers to start with; scaling goes on from there. */
export function firstWorkers(pair: PairModel, defaultCount: number, maximum: number): number {
  const wanted = pair.settledWorkers > 0 ? Math.round(pair.settledWorkers) : defaultCount;
  return Math.max(1, Math.min(wanted, maximum));
}

/**
 * What the main thread may copy by itself: nothing where a file system could hang; otherwise up to where workers, in
 * spite of their start, would be done sooner, as far as enough runs of both ways are known.
 */
export function fastPathLimit(
  pair: PairModel,
  source: FileSystemKind,
  destination: FileSystemKind,
): FastPathLimit {
  if (!isLocal(source) || !isLocal(destination)) return NO_FAST_PATH;
  const { alone, workers } = pair;
  if (alone.lessons.length < RUNS_TO_DECIDE) return DEFAULT_FAST_PATH;
  const isComparable = workers.lessons.length >= RUNS_TO_DECIDE;
  const fileMs = alone.costs.entryMs + alone.costs.fileMs;
  const fileGainMs = fileMs - workers.costs.entryMs - workers.costs.fileMs;
  const byteGainMs = alone.costs.byteMs - workers.costs.byteMs;
  const headStartMs = workers.costs.startMs - alone.costs.startMs;
  const limit = (part: keyof FastPathLimit, costMs: number, gainMs: number) =>
    Math.floor(
      Math.max(
        NARROWEST_FAST_PATH[part],
        Math.min(
          BUSY_LIMIT_MS / costMs,
          isComparable ? breakEven(headStartMs, gainMs) : DEFAULT_FAST_PATH[part],
          WIDEST_FAST_PATH[part],
        ),
      ),
    );
  return {
    files: limit("files", fileMs, fileGainMs),
    bytes: limit("bytes", alone.costs.byteMs, byteGainMs),
  };
}

/** The amount at which what workers gain per unit has made up for their start. */
function breakEven(headStartMs: number, gainMs: number): number {
  if (headStartMs <= 0) return gainMs < 0 ? Number.POSITIVE_INFINITY : 0;
  return gainMs <= 0 ? Number.POSITIVE_INFINITY : headStartMs / gainMs;
}

/** The expected time of a run, undefined while nothing is known about such runs. */
export function expectedMs(pair: PairModel, work: Work, fastPath: boolean): number | undefined {
  const model = modelOf(pair, fastPath);
  return model.lessons.length === 0 ? undefined : predict(model, work);
}
