import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import type { LastTotals } from "#history/eta.ts";
import {
  ALONE_MS_UNKNOWN,
  aloneLimitMs,
  aloneMs,
  firstWorkers,
  expectedMs,
  type PairModel,
  pairModelOf,
} from "#history/pair_model.ts";
import { type Costs, predict, UNTRAINED, type Work } from "#history/predictor.ts";
import type { RunRecord } from "#history/record.ts";
import { recordOf } from "./records.ts";

/** Of runs that nothing is known about. */
const UNKNOWN = pairModelOf([]);
const FAST: Costs = { entryMs: 0.005, fileMs: 0.03, byteMs: 1e-6, startMs: 1 };
const WORKERS: Costs = { entryMs: 0.003, fileMs: 0.015, byteMs: 8e-7, startMs: 9 };
const WORKS: readonly Work[] = [1, 3, 10, 40, 200, 1000].flatMap((files) =>
  [0, 1000, 1_000_000].map((bytes) => ({ entries: files + 1, files, bytes: files * bytes })),
);

function runs(costs: Costs, fastPath: boolean): RunRecord[] {
  return WORKS.map((work) =>
    recordOf({
      entriesScanned: work.entries,
      filesCopied: work.files,
      bytesCopied: work.bytes,
      totalMs: predict({ costs, lessons: [] }, work),
      deletingMs: 0,
      workers: fastPath ? 0 : 2,
      fastPath,
    }),
  );
}

const pairOf = (alone: Costs, workers: Costs): PairModel =>
  pairModelOf([...runs(alone, true), ...runs(workers, false)]);

const UNCHANGED: Work = { entries: 2000, files: 0, bytes: 0 };
const lastOf = (work: Work, totalMs: number, wasAlone: boolean): LastTotals => ({
  work,
  totalMs,
  wasAlone,
  course: undefined,
});

describe("aloneMs()", () => {
  const tried = 1.5 * aloneLimitMs(UNKNOWN);

  test("is short for a run that was never made before", () => {
    expect(aloneMs(UNKNOWN, undefined)).toBe(ALONE_MS_UNKNOWN);
    expect(aloneMs(pairOf(FAST, WORKERS), undefined)).toBe(ALONE_MS_UNKNOWN);
  });

  test("is short for what workers took long for, or the predictor says is long", () => {
    const byWorkers = (work: Work, totalMs: number) => lastOf(work, totalMs, false);
    expect(aloneMs(UNKNOWN, byWorkers(UNCHANGED, 70))).toBe(ALONE_MS_UNKNOWN);
    expect(aloneMs(UNKNOWN, byWorkers({ ...UNCHANGED, entries: 50_000 }, 40))).toBe(
      ALONE_MS_UNKNOWN,
    );
    expect(aloneMs(UNKNOWN, byWorkers(UNCHANGED, 50))).toBe(tried);
  });

  test("is long again for what was done alone in time, and no more where it was not", () => {
    const alone = (totalMs: number) => lastOf(UNCHANGED, totalMs, true);
    expect(aloneMs(UNKNOWN, alone(tried - 1))).toBe(tried);
    expect(aloneMs(UNKNOWN, alone(tried + 1))).toBe(ALONE_MS_UNKNOWN);
  });

  test("follows what the start of workers is found to cost", () => {
    const slowStart = { ...WORKERS, startMs: FAST.startMs + 25 };
    expect(aloneLimitMs(pairOf(FAST, slowStart))).toBeCloseTo(50, -1);
    expect(aloneLimitMs(pairOf(FAST, { ...WORKERS, startMs: 0 }))).toBe(ALONE_MS_UNKNOWN);
    expect(aloneLimitMs(pairModelOf(runs(slowStart, false)))).toBe(aloneLimitMs(UNKNOWN));
  });

  test("keeps the main thread busy for a tenth of a second at most, whatever was learned", () => {
    const cost = fc.double({ min: 0, max: 1e6, noNaN: true });
    const costs = fc.record({ entryMs: cost, fileMs: cost, byteMs: cost, startMs: cost });
    const lessons = WORKS.map((work) => ({ work, tookMs: 1 }));
    const totals = fc.record({
      work: fc.constantFrom(...WORKS, UNCHANGED),
      totalMs: cost,
      wasAlone: fc.boolean(),
      course: fc.constant(undefined),
    });
    fc.assert(
      fc.property(costs, costs, totals, (alone, workers, last) => {
        const pair = {
          alone: { costs: alone, lessons },
          workers: { costs: workers, lessons },
          settledWorkers: 0,
        };
        expect(aloneMs(pair, last)).toBeWithin(ALONE_MS_UNKNOWN, 100);
      }),
    );
  });
});

const settled = (...counts: number[]): PairModel =>
  pairModelOf(counts.map((workers) => recordOf({ workers, totalMs: 5000 })));

describe("firstWorkers()", () => {
  test("is the default until a longer run has shown better", () => {
    expect(firstWorkers(UNKNOWN, 2, 64)).toBe(2);
    expect(firstWorkers(pairModelOf([recordOf({ workers: 32, totalMs: 50 })]), 2, 64)).toBe(2);
    expect(firstWorkers(settled(32), 2, 64)).toBe(32);
  });

  test("follows what runs settle at, and keeps to the limit", () => {
    expect(firstWorkers(settled(32, 4, 4, 4, 4, 4, 4), 2, 64)).toBe(4);
    expect(firstWorkers(settled(32), 2, 8)).toBe(8);
    expect(firstWorkers(settled(1), 4, 8)).toBe(1);
    expect(firstWorkers(UNKNOWN, 0, 8)).toBe(1);
  });

  test("learns nothing from runs that were not whole", () => {
    const stalled = pairModelOf([recordOf({ workers: 32, totalMs: 12_000, stalls: 1 })]);
    expect(firstWorkers(stalled, 2, 64)).toBe(2);
  });
});

test("expectedMs() is undefined while nothing is known, and that of the way asked for", () => {
  const work = { entries: 10, files: 9, bytes: 0 };
  expect(expectedMs(UNKNOWN, work, true)).toBeUndefined();
  expect(UNTRAINED.lessons).toEqual([]);
  const pair = pairOf(FAST, WORKERS);
  expect(expectedMs(pair, work, true)).toBeCloseTo(1.32, 1);
  expect(expectedMs(pair, work, false)).toBeCloseTo(9.16, 1);
});

describe("pairModelOf()", () => {
  test("learns from a verify that found differences, by what it compared", () => {
    const verified = recordOf({ bytesCopied: 0, bytesCompared: 5e8, outcome: "differences" });
    const [lesson] = pairModelOf([verified]).workers.lessons;
    expect(lesson?.work.bytes).toBe(5e8);
  });
});
