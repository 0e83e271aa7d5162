import { describe, expect, test } from "bun:test";
import { medianError, reviewPairs } from "#history/review.ts";
import { recordOf } from "./records.ts";

describe("reviewPairs()", () => {
  test("judges each run by what was known before it, each way by itself", () => {
    const run = { deletingMs: 0, predictedMs: null };
    const [pair] = reviewPairs([
      recordOf({ ...run, totalMs: 1000 }),
      recordOf({ ...run, totalMs: 3, fastPath: true }),
      recordOf({ ...run, totalMs: 2000 }),
      recordOf({ ...run, totalMs: 50, outcome: "interrupted" }),
      recordOf({ ...run, totalMs: 3, fastPath: true }),
    ]);
    expect(pair?.runs).toBe(5);
    expect(pair?.errors).toHaveLength(2);
    expect(pair?.errors[0]).toBeCloseTo(1);
    expect(pair?.errors[1]).toBeCloseTo(0);
    expect(pair?.model.alone.lessons).toHaveLength(2);
    expect(pair?.model.workers.lessons).toHaveLength(2);
  });

  test("keeps pairs and verbs apart", () => {
    const pairs = reviewPairs([
      recordOf({ verb: "copy" }),
      recordOf({ source: "xfs" }),
      recordOf({ destination: "nfs" }),
      recordOf({ verb: "copy" }),
    ]);
    expect(
      pairs.map(({ verb, source, destination, runs }) => [verb, source, destination, runs]),
    ).toEqual([
      ["copy", "ext4", "tmpfs", 2],
      ["mirror", "ext4", "nfs", 1],
      ["mirror", "xfs", "tmpfs", 1],
    ]);
  });

  test("of no records is nothing", () => {
    expect(reviewPairs([])).toEqual([]);
  });
});

test("medianError() is of the sizes, and undefined without any", () => {
  expect(medianError([-0.5, 0.1, 0.2])).toBe(0.2);
  expect(medianError([0.1, -0.2, 0.4, 0.9])).toBeCloseTo(0.3);
  expect(medianError([])).toBeUndefined();
});
