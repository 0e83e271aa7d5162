import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { type Random, seededRandom } from "#bench/random.ts";
import {
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
    );
    expect(result.ratio).toBeCloseTo(3, 10);
    expect(result.interval?.low).toBeCloseTo(3, 10);
    expect(result.interval?.high).toBeCloseTo(3, 10);
    expect(result.verdict).toBe("slower");
  });

  test("does not depend on the unit of time", () => {
    fc.assert(
      fc.property(times, fc.double({ min: 0.01, max: 100, noNaN: true }), (values, unit) => {
        const reference = values.toReversed();
        const one = compareRounds(values, reference, 0.01);
        const other = compareRounds(
          values.map((v) => v * unit),
          reference.map((v) => v * unit),
          0.01,
        );
        expect(other.ratio / one.ratio).toBeCloseTo(1, 9);
      }),
      { numRuns: 25 },
    );
  });

  test("a contender against itself gets no verdict", () => {
    fc.assert(
      fc.property(times, (values) => {
        const { ratio, verdict } = compareRounds(values, values, 0);
        expect(ratio).toBe(1);
        expect(verdict).toBe(values.length < 6 ? "too-few-runs" : "within-noise");
      }),
      { numRuns: 25 },
    );
  });
});

/** How a tool's times may be spread: evenly, with wild runs, at two speeds, in one direction. */
const SPREADS: Readonly<Record<string, (random: Random) => number>> = {
  even: (random) => 100 + 2 * random.normal(),
  wild: (random) => 100 + random.normal() + (random.next() < 0.1 ? 200 * random.next() : 0),
  "of two speeds": (random) => (random.next() < 0.4 ? 121 : 100) + random.normal(),
  "one-sided": (random) => 100 - 20 * Math.log(1 - random.next()),
};

describe.each(Object.keys(SPREADS))("of a tool against itself, its times %s,", (name) => {
  test.each([3, 5, 6, 7, 9, 11, 15, 20])("%p rounds rarely give a verdict", (rounds) => {
    const TRIALS = 600;
    const random = seededRandom(`${name}/${rounds}`);
    const drawn = () => Array.from({ length: rounds }, () => SPREADS[name]?.(random) ?? 0);
    const results = Array.from({ length: TRIALS }, () => compareRounds(drawn(), drawn(), 0));
    const wrong = results.filter(({ verdict }) => verdict === "slower" || verdict === "faster");
    expect(wrong.length / TRIALS).toBeLessThan(rounds < 6 ? 1e-9 : 0.06);
    if (rounds < 6) return;
    const covers = results.filter(
      ({ interval }) => interval !== null && interval.low <= 1 && interval.high >= 1,
    );
    expect(covers.length / TRIALS).toBeGreaterThan(0.92);
  });
});

test("six rounds are enough for a difference of a tenth", () => {
  const random = seededRandom("power");
  const rounds = (ms: number) => Array.from({ length: 6 }, () => ms + random.normal());
  for (let trial = 0; trial < 50; trial++) {
    expect(compareRounds(rounds(110), rounds(100), 0.01).verdict).toBe("slower");
  }
});

test("rounds that do not agree among themselves give no verdict, though all are on one side", () => {
  const ratios = [1.01, 1.4, 1.01, 1.4, 1.01, 1.4, 1.01, 1.4];
  const { interval, verdict } = compareRounds(
    ratios,
    ratios.map(() => 1),
    0,
  );
  expect(interval?.low).toBeGreaterThan(1);
  expect(verdict).toBe("within-noise");
});

test("verdictOf() speaks only where interval and machine allow it", () => {
  expect(verdictOf(3, { low: 2.9, high: 3.1 }, 6, 0.02)).toBe("slower");
  expect(verdictOf(0.5, { low: 0.4, high: 0.6 }, 6, 0.02)).toBe("faster");
  expect(verdictOf(1.3, { low: 0.9, high: 1.6 }, 6, 0.02)).toBe("within-noise");
  expect(verdictOf(1.01, { low: 1.005, high: 1.015 }, 6, 0.02)).toBe("within-noise");
  expect(verdictOf(3, { low: 2.9, high: 3.1 }, 5, 0.02)).toBe("too-few-runs");
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
  const summary = summarise([2, 4, 6]);
  expect(summary).toMatchObject({ count: 3, median: 4, deviation: 2, min: 2, max: 6 });
  expect(relativeSpread([1, 1, 1])).toBe(0);
  expect(relativeSpread([9, 10, 11])).toBeCloseTo(0.14826, 5);
});
