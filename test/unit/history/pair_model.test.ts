import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import {
  DEFAULT_FAST_PATH,
  fastPathLimit,
  firstWorkers,
  expectedMs,
  type PairModel,
  pairModelOf,
  UNKNOWN_PAIR,
} from "#history/pair_model.ts";
import { type Costs, predict, UNTRAINED, type Work } from "#history/predictor.ts";
import type { RunRecord } from "#history/record.ts";
import { recordOf } from "./records.ts";

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

describe("fastPathLimit()", () => {
  test("is the default while too little is known", () => {
    expect(fastPathLimit(UNKNOWN_PAIR, "ext4", "tmpfs")).toEqual(DEFAULT_FAST_PATH);
    expect(fastPathLimit(pairModelOf(runs(WORKERS, false)), "ext4", "ext4")).toEqual(
      DEFAULT_FAST_PATH,
    );
  });

  test("is nothing where a file system could hang", () => {
    for (const [source, destination] of [
      ["nfs", "ext4"],
      ["ext4", "fuse"],
      ["other", "tmpfs"],
    ] as const) {
      expect(fastPathLimit(UNKNOWN_PAIR, source, destination)).toEqual({ files: 0, bytes: 0 });
    }
  });

  test("is where both ways take the same time", () => {
    const { files } = fastPathLimit(pairOf(FAST, WORKERS), "ext4", "tmpfs");
    // 1 + 0.035 n = 9 + 0.018 n, but at most 128.
    expect(files).toBe(128);
    const slower = { ...FAST, fileMs: 0.4 };
    const near = fastPathLimit(pairOf(slower, WORKERS), "ext4", "tmpfs").files;
    expect(near).toBeGreaterThanOrEqual(18);
    expect(near).toBeLessThanOrEqual(22);
  });

  test("is narrow on a disk so slow that the main thread would be busy for long", () => {
    const slow = { ...FAST, byteMs: 1e-4, fileMs: 60 };
    const { files, bytes } = fastPathLimit(pairOf(slow, { ...slow, startMs: 9 }), "ext4", "ext4");
    expect(files).toBeLessThan(DEFAULT_FAST_PATH.files);
    expect(bytes).toBeLessThan(DEFAULT_FAST_PATH.bytes);
    expect(fastPathLimit(pairModelOf(runs(slow, true)), "ext4", "ext4").files).toBe(files);
  });

  test("is a whole number within bounds, whatever was learned", () => {
    const cost = fc.double({ min: 0, max: 1e6, noNaN: true });
    const costs = fc.record({ entryMs: cost, fileMs: cost, byteMs: cost, startMs: cost });
    const lessons = WORKS.map((work) => ({ work, tookMs: 1 }));
    fc.assert(
      fc.property(costs, costs, (alone, workers) => {
        const pair = {
          alone: { costs: alone, lessons },
          workers: { costs: workers, lessons },
          settledWorkers: 0,
        };
        const { files, bytes } = fastPathLimit(pair, "xfs", "btrfs");
        expect(Number.isInteger(files) && files >= 1 && files <= 128).toBe(true);
        expect(Number.isInteger(bytes) && bytes >= 1e6 && bytes <= 1e9).toBe(true);
      }),
    );
  });
});

const settled = (...counts: number[]): PairModel =>
  pairModelOf(counts.map((workers) => recordOf({ workers, totalMs: 5000 })));

describe("firstWorkers()", () => {
  test("is the default until a longer run has shown better", () => {
    expect(firstWorkers(UNKNOWN_PAIR, 2, 64)).toBe(2);
    expect(firstWorkers(pairModelOf([recordOf({ workers: 32, totalMs: 50 })]), 2, 64)).toBe(2);
    expect(firstWorkers(settled(32), 2, 64)).toBe(32);
  });

  test("follows what runs settle at, and keeps to the limit", () => {
    expect(firstWorkers(settled(32, 4, 4, 4, 4, 4, 4), 2, 64)).toBe(4);
    expect(firstWorkers(settled(32), 2, 8)).toBe(8);
    expect(firstWorkers(settled(1), 4, 8)).toBe(1);
    expect(firstWorkers(UNKNOWN_PAIR, 0, 8)).toBe(1);
  });

  test("learns nothing from runs that were not whole", () => {
    const stalled = pairModelOf([recordOf({ workers: 32, totalMs: 12_000, stalls: 1 })]);
    expect(firstWorkers(stalled, 2, 64)).toBe(2);
  });
});

test("expectedMs() is undefined while nothing is known, and that of the way asked for", () => {
  const work = { entries: 10, files: 9, bytes: 0 };
  expect(expectedMs(UNKNOWN_PAIR, work, true)).toBeUndefined();
  expect(UNTRAINED.lessons).toEqual([]);
  const pair = pairOf(FAST, WORKERS);
  expect(expectedMs(pair, work, true)).toBeCloseTo(1.32, 1);
  expect(expectedMs(pair, work, false)).toBeCloseTo(9.16, 1);
});
