// How much of a run is left, in time. Pure. Work is weighed by what the predictor says each part of it costs, so that
// ten thousand small files and one large one count for what they take, not for their number or their bytes.

import { type Model, predict, type Work } from "./predictor.ts";

/** What the last run between the same paths did in all. */
export interface LastTotals {
  readonly work: Work;
  readonly totalMs: number;
  /** By the main thread alone. */
  readonly wasAlone: boolean;
}

/** What this run has found and done so far. */
export interface Progress {
  readonly done: Work;
  /** Files and bytes known to need copying, among the entries looked at. */
  readonly planned: Pick<Work, "files" | "bytes">;
  /** The whole source was looked at: what is planned is all there is. */
  readonly totalsFinal: boolean;
}

/** What the last run says about how many entries need copying weighs as much as this share of the entries. */
const PRIOR_SHARE = 0.005;

/**
 * What the run will come to in all: the entries of the last run, and files and bytes at the rate at which this run
 * finds them, since a nightly mirror copies little of what the first copy did. Never less than is known already.
 * Undefined while nothing tells where the end is: small files are planned and copied in one go, so what is planned says
 * nothing about what is still to be found.
 */
export function expectedTotals(last: LastTotals | undefined, progress: Progress): Work | undefined {
  const { done, planned, totalsFinal } = progress;
  if (!totalsFinal && (last === undefined || done.entries >= last.work.entries)) return undefined;
  const entries = Math.max(done.entries, totalsFinal ? 0 : (last?.work.entries ?? 0));
  const expected = (found: number, before: number): number => {
    if (entries === done.entries || last === undefined || last.work.entries === 0) return found;
    const priorEntries = PRIOR_SHARE * entries;
    const rate =
      (found + (priorEntries * before) / last.work.entries) / (done.entries + priorEntries);
    return found + rate * (entries - done.entries);
  };
  return {
    entries,
    files: expected(Math.max(planned.files, done.files), last?.work.files ?? 0),
    bytes: expected(Math.max(planned.bytes, done.bytes), last?.work.bytes ?? 0),
  };
}

/** How much the prediction weighs against the pace of this run, as a share of the predicted whole. */
const TRUST_SHARE = 0.02;

/**
 * The time left: what remains takes as long, in proportion to its predicted time, as what is done has taken. Before
 * anything is done it is the prediction alone; undefined where there is none.
 */
export function remainingMs(
  model: Model,
  done: Work,
  total: Work,
  elapsedMs: number,
): number | undefined {
  const startMs = model.costs.startMs;
  const doneMs = predict(model, done) - startMs;
  const totalMs = predict(model, total) - startMs;
  const trustMs = model.lessons.length === 0 ? 0 : TRUST_SHARE * totalMs;
  if (doneMs + trustMs <= 0) return undefined;
  const pace = (Math.max(0, elapsedMs - startMs) + trustMs) / (doneMs + trustMs);
  return pace * Math.max(0, totalMs - doneMs);
}
