import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { seededRandom } from "#bench/random.ts";
import {
  bootstrapMedian,
  compareRounds,
  median,
  medianAbsoluteDeviation,
  middleFactor,
  outliers,
  relativeSpread,
  summarise,
  verdictOf,
} from "#bench/statistics.ts";

const time = fc.double({ min: 0.001, max: 1e6, noNaN: true });
const times = fc.array(time, { minLength: 1, maxLength: 25 });

describe("median()", () => {
  test("is the middle, or halfway between the two middles", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([])).toBeNaN();
  });

  test("has as many values below it as above, whatever their order", () => {
    fc.assert(
      fc.property(times, (values) => {
        const middle = median(values);
        const below = values.filter((value) => value < middle).length;
        const above = values.filter((value) => value > middle).length;
        expect(Math.max(below, above)).toBeLessThanOrEqual(values.length / 2);
        expect(median(values.toReversed())).toBe(middle);
      }),
    );
  });
});

test("medianAbsoluteDeviation() ignores one wild value", () => {
  expect(medianAbsoluteDeviation([1, 2, 3, 4, 1000])).toBe(1);
  expect(medianAbsoluteDeviation([5, 5, 5])).toBe(0);
});

describe("bootstrapMedian()", () => {
  test("lies within the values, is ordered, and repeats for one seed", () => {
    fc.assert(
      fc.property(times, fc.string(), (values, seed) => {
        const interval = bootstrapMedian(values, seededRandom(seed));
        expect(interval.low).toBeLessThanOrEqual(interval.high);
        expect(interval.low).toBeGreaterThanOrEqual(Math.min(...values));
        expect(interval.high).toBeLessThanOrEqual(Math.max(...values));
        expect(bootstrapMedian(values, seededRandom(seed))).toEqual(interval);
      }),
      { numRuns: 25 },
    );
  });

  test("holds the true median in about 95 of 100 samples", () => {
    const random = seededRandom("coverage");
    let covered = 0;
    for (let trial = 0; trial < 200; trial++) {
      const sample = Array.from({ length: 15 }, () => 10 + random.normal());
      const interval = bootstrapMedian(sample, random.fork(`${trial}`));
      if (interval.low <= 10 && interval.high >= 10) covered++;
    }
    expect(covered / 200).toBeGreaterThan(0.88);
    expect(covered / 200).toBeLessThan(1);
  });
});

describe("middleFactor()", () => {
  test("lies between the two speeds of a tool that has two, however often it takes which", () => {
    const slow = (count: number) => [...Array(7 - count).fill(1), ...Array(count).fill(1.21)];
    expect(middleFactor(slow(3))).toBeCloseTo(1.1, 10);
    expect(middleFactor(slow(4))).toBeCloseTo(1.1, 10);
  });

  test("of the inverse is the inverse, and no wild value in four counts", () => {
    fc.assert(
      fc.property(times, (values) => {
        const inverse = middleFactor(values.map((value) => 1 / value));
        expect(inverse * middleFactor(values)).toBeCloseTo(1, 9);
        const calm = [1, 1, 1, 1, 1, 1, 1, 1];
        expect(middleFactor([...calm, ...values.slice(0, 2)])).toBe(1);
      }),
    );
  });
});

describe("compareRounds()", () => {
  test("cancels a drift that both share", () => {
    const drift = [1, 1.5, 2.25, 3.4, 5, 7.5];
    const result = compareRounds(
      drift.map((d) => 3 * d),
      drift,
      0.01,
      "s",
    );
    expect(result.ratio).toBeCloseTo(3, 10);
    expect(result.interval.low).toBeCloseTo(3, 10);
    expect(result.interval.high).toBeCloseTo(3, 10);
    expect(result.verdict).toBe("slower");
  });

  test("does not depend on the unit of time", () => {
    fc.assert(
      fc.property(times, fc.double({ min: 0.01, max: 100, noNaN: true }), (values, unit) => {
        const reference = values.toReversed();
        const one = compareRounds(values, reference, 0.01, "s");
        const other = compareRounds(
          values.map((v) => v * unit),
          reference.map((v) => v * unit),
          0.01,
          "s",
        );
        expect(other.ratio / one.ratio).toBeCloseTo(1, 9);
      }),
      { numRuns: 25 },
    );
  });

  test("a contender against itself gets no verdict", () => {
    fc.assert(
      fc.property(times, (values) => {
        const { ratio, verdict } = compareRounds(values, values, 0, "s");
        expect(ratio).toBe(1);
        expect(verdict).toBe(values.length < 3 ? "too-few-runs" : "within-noise");
      }),
      { numRuns: 25 },
    );
  });
});

test("verdictOf() speaks only where interval and machine allow it", () => {
  expect(verdictOf(3, { low: 2.9, high: 3.1 }, 5, 0.02)).toBe("slower");
  expect(verdictOf(0.5, { low: 0.4, high: 0.6 }, 5, 0.02)).toBe("faster");
  expect(verdictOf(1.3, { low: 0.9, high: 1.6 }, 5, 0.02)).toBe("within-noise");
  expect(verdictOf(1.01, { low: 1.005, high: 1.015 }, 5, 0.02)).toBe("within-noise");
  expect(verdictOf(3, { low: 2.9, high: 3.1 }, 2, 0.02)).toBe("too-few-runs");
});

describe("outliers()", () => {
  test("marks the run that stands apart, and no trifle", () => {
    expect(outliers([1, 1.01, 0.99, 1, 5])).toEqual([false, false, false, false, true]);
    expect(outliers([1, 1, 1, 1, 1.02])).toEqual([false, false, false, false, false]);
    expect(outliers([1, 1, 1, 9])).toEqual([false, false, false, false]);
  });

  test("never marks half of the runs or more", () => {
    fc.assert(
      fc.property(times, (values) => {
        expect(outliers(values).filter(Boolean).length).toBeLessThanOrEqual(values.length / 2);
      }),
    );
  });
});

test("summarise() and relativeSpread() of known values", () => {
  const summary = summarise([2, 4, 6], "s");
  expect(summary).toMatchObject({ count: 3, median: 4, deviation: 2, min: 2, max: 6 });
  expect(relativeSpread([1, 1, 1])).toBe(0);
  expect(relativeSpread([9, 10, 11])).toBeCloseTo(0.14826, 5);
});
