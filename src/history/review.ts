// The history looked back upon: what was learned about each pair, and how far off each prediction would have been had
// it been made with what was known then. Pure.

import { copyingTimeMs, isLesson, type PairModel, pairModelOf, workOf } from "./pair_model.ts";
import { type Lesson, MAX_LESSONS, predict, relativeError, train } from "./predictor.ts";
import type { RunRecord } from "./record.ts";

export interface PairReview {
  readonly verb: string;
  readonly source: string;
  readonly destination: string;
  readonly runs: number;
  readonly model: PairModel;
  /** For each whole run but the first of its way, oldest first: 0.25 took a quarter longer than expected. */
  readonly errors: readonly number[];
  readonly last: RunRecord;
}

/** Every pair in the records (oldest first), that with the newest run first. */
export function reviewPairs(records: readonly RunRecord[]): PairReview[] {
  const groups = Map.groupBy(records, ({ verb, source, destination }) =>
    [verb, source, destination].join(" "),
  );
  const reviews = [...groups.values()].flatMap((group) => {
    const last = group.at(-1);
    return last === undefined ? [] : [review(group, last)];
  });
  return reviews.toSorted((a, b) => records.lastIndexOf(b.last) - records.lastIndexOf(a.last));
}

function review(records: readonly RunRecord[], last: RunRecord): PairReview {
  return {
    verb: last.verb,
    source: last.source,
    destination: last.destination,
    runs: records.length,
    model: pairModelOf(records),
    errors: hindsightErrors(records),
    last,
  };
}

function hindsightErrors(records: readonly RunRecord[]): number[] {
  const known = new Map<boolean, Lesson[]>();
  return records.filter(isLesson).flatMap((record) => {
    const before = known.get(record.fastPath) ?? [];
    const lesson = { work: workOf(record), tookMs: copyingTimeMs(record) };
    known.set(record.fastPath, [...before, lesson].slice(-MAX_LESSONS));
    if (before.length === 0) return [];
    return [relativeError(lesson.tookMs, predict(train(before), lesson.work))];
  });
}

/** The median of how far off they were, on either side: the mean of two in the middle; undefined without any. */
export function medianError(errors: readonly number[]): number | undefined {
  const sizes = errors.map(Math.abs).toSorted((a, b) => a - b);
  const upper = sizes[Math.floor(sizes.length / 2)];
  const lower = sizes[Math.floor((sizes.length - 1) / 2)];
  return upper === undefined || lower === undefined ? undefined : (lower + upper) / 2;
}
