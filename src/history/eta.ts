// How much of a run is left, in time. Pure. Work is weighed by what the predictor says each part of it costs, so that
// ten thousand small files and one large one count for what they take, not for their number or their bytes.

import { type Course, standingOn, worthOf } from "./course.ts";
import { type Model, predict, type Work } from "./predictor.ts";

/** What the last run between the same paths did in all. */
export interface LastTotals {
  readonly work: Work;
  readonly totalMs: number;
  /** By the main thread alone. */
  readonly wasAlone: boolean;
  /** Undefined where it was too short to have one. */
  readonly course: Course | undefined;
}

/** What this run has found and done so far. */
export interface Progress {
  readonly done: Work;
  /** Files and bytes known to need copying, among the entries looked at. */
  readonly planned: Pick<Work, "files" | "bytes">;
  /** The whole source was looked at: what is planned is all there is. */
  readonly totalsFinal: boolean;
}

/** How often the last run found a file to copy weighs as much as this share of its entries. */
const PRIOR_SHARE = 0.005;

/**
 * What the run will come to in all: the entries of the last run, and files and bytes as far as this run goes the same way
 * as the last did, for the large files of a tree are seldom spread evenly over it. A nightly mirror copies little of what the
 * first copy did: as far as it goes another way, the rest is like what it has found. Never less than is known already.
 * Undefined while nothing tells where the end is: small files are planned and copied in one go, so what is planned says
 * nothing about what is still to be found.
 */
export function expectedTotals(last: LastTotals | undefined, progress: Progress): Work | undefined {
  const { done, planned, totalsFinal } = progress;
  const known = {
    entries: done.entries,
    files: Math.max(planned.files, done.files),
    bytes: Math.max(planned.bytes, done.bytes),
  };
  if (totalsFinal) return known;
  if (last === undefined || known.entries >= last.work.entries) return undefined;
  const { entries } = last.work;
  const alike = likeness(last.work, known);
  const rest = (found: number, before: number): number => {
    const pace = found / Math.max(1, known.entries);
    return alike * Math.max(0, before - found) + (1 - alike) * pace * (entries - known.entries);
  };
  return {
    entries,
    files: known.files + rest(known.files, last.work.files),
    bytes: known.bytes + rest(known.bytes, last.work.bytes),
  };
}

/** From 0 to 1: how close this run comes to finding a file to copy as often as the last did. */
function likeness(last: Work, known: Work): number {
  const before = last.files / last.entries;
  const priorEntries = PRIOR_SHARE * last.entries;
  const now = (known.files + priorEntries * before) / (known.entries + priorEntries);
  return Math.min(before, now) / Math.max(before, now, Number.MIN_VALUE);
}

/** How much the prediction weighs against the pace of this run, as a share of the predicted whole. */
const TRUST_SHARE = 0.02;

/**
 * The time left: what remains takes as long, in proportion to its predicted time, as what is done has taken. Before
 * anything is done it is the prediction alone; undefined where there is none that is a number.
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
  const leftMs = atPace(doneMs, totalMs, Math.max(0, elapsedMs - startMs), trustMs);
  return Number.isFinite(leftMs) ? leftMs : undefined;
}

/** The same by the course of the last run, as far as this one keeps to it; `otherwiseMs` as far as it does not. */
export function remainingOnCourseMs(
  course: Course,
  done: Work,
  elapsedMs: number,
  otherwiseMs: number,
): number {
  const { share, astray } = standingOn(course, done);
  const { tookMs } = course;
  const onCourseMs = atPace(share * tookMs, tookMs, elapsedMs, TRUST_SHARE * tookMs);
  const worth = worthOf(astray);
  return worth * onCourseMs + (1 - worth) * otherwiseMs;
}

function atPace(doneMs: number, totalMs: number, elapsedMs: number, trustMs: number): number {
  const pace = (elapsedMs + trustMs) / (doneMs + trustMs);
  return pace * Math.max(0, totalMs - doneMs);
}
