import { describe, expect, test } from "bun:test";
import {
  type Interval,
  medianInterval,
  middleInterval,
  pairMeans,
  ratioInterval,
} from "#bench/rank_intervals.ts";
import { type Random, seededRandom } from "#bench/random.ts";

const TRIALS = 600;

/** How often the interval holds what is true. */
function coverage(true_: number, intervalOf: (random: Random) => Interval | null): number {
  const random = seededRandom("coverage");
  const intervals = Array.from({ length: TRIALS }, () => intervalOf(random));
  return (
    intervals.filter((each) => each !== null && each.low <= true_ && each.high >= true_).length /
    TRIALS
  );
}

function sample(random: Random, count: number): number[] {
  return Array.from({ length: count }, () => 10 + random.normal());
}

describe.each([6, 7, 11, 20])("of %p values", (count) => {
  test("the median is held in at least 95 of 100 samples, about", () => {
    const share = coverage(10, (random) => medianInterval(sample(random, count)));
    expect(share).toBeGreaterThan(0.93);
  });

  test("the middle is", () => {
    const share = coverage(10, (random) => middleInterval(pairMeans(sample(random, count)), count));
    expect(share).toBeGreaterThan(0.93);
    expect(share).toBeLessThan(0.99);
  });

  test("the ratio to another sample is", () => {
    const share = coverage(3, (random) =>
      ratioInterval(
        sample(random, count).map((value) => 3 * value),
        sample(random, count + 2),
      ),
    );
    expect(share).toBeGreaterThan(0.93);
    expect(share).toBeLessThan(0.98);
  });
});

test("five values are too few for any, and no fault", () => {
  const five = [1, 2, 3, 4, 5];
  expect(medianInterval(five)).toBeNull();
  expect(middleInterval(pairMeans(five), 5)).toBeNull();
  expect(ratioInterval([1, 2, 3], [4, 5, 6])).toBeNull();
  expect([medianInterval([]), middleInterval(pairMeans([]), 0), ratioInterval([], [])]).toEqual([
    null,
    null,
    null,
  ]);
});

test("critical values are those of the tables", () => {
  // Hollander and Wolfe, "Nonparametric Statistical Methods": of the order statistics, which one is the lower bound.
  const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);
  expect(medianInterval(upTo(20))).toEqual({ low: 6, high: 15 });
  expect(middleInterval(Float64Array.from(upTo(55)), 10)).toEqual({ low: 9, high: 47 });
  // Eight against eight: 13 pairs and fewer the wrong way round are improbable.
  const [above, below] = [upTo(8).map((i) => 2 ** i), upTo(8).map((i) => 2 ** (i / 100))];
  const ratios = above.flatMap((a) => below.map((b) => a / b)).toSorted((a, b) => a - b);
  expect(ratioInterval(above, below)?.low).toBe(ratios[13]);
});
