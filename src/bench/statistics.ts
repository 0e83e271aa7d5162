// The arithmetic behind every figure that is reported. Pure: numbers in, numbers out.
//
// Medians, because a run is disturbed in one direction only: something else can make it slower, nothing can make it
// faster than it is. For ratios the middle of all pairs of runs (Hodges and Lehmann), because some tools have two speeds, as
// their processes come to lie on the cores: the median of a few runs is the one or the other, as chance has it.

import {
  type Interval,
  medianInterval,
  middleInterval,
  pairMeans,
  sorted,
} from "#bench/rank_intervals.ts";

export interface Summary {
  readonly count: number;
  readonly median: number;
  /** Median absolute deviation from the median, unscaled. */
  readonly deviation: number;
  readonly min: number;
  readonly max: number;
  /** Of the median, 95%; null of too few values. */
  readonly interval: Interval | null;
}

export interface Ratio {
  /** How many times as long as the reference: the middle of the ratios within each round. */
  readonly ratio: number;
  /** 95%; null of too few rounds. */
  readonly interval: Interval | null;
  readonly pairs: number;
  readonly verdict: Verdict;
}

/** What may be said of a contender against the reference. */
export type Verdict = "slower" | "faster" | "within-noise" | "too-few-runs";

/** Of fewer rounds there is no interval: five coins show the same side by chance in one case of sixteen. */
export const MIN_ROUNDS_FOR_VERDICT = 6;

/** Iglewicz and Hoaglin, "How to Detect and Handle Outliers" (1993): their constant and their threshold. */
const Z_SCALE = 0.6745;
const Z_THRESHOLD = 3.5;
/** With few, close runs a trifle reaches the threshold; less than this share of the median is never an outlier. */
const OUTLIER_MIN_SHARE = 0.05;
/** Of fewer runs it cannot be told which is the odd one. */
const MIN_RUNS_FOR_OUTLIERS = 5;

export function median(values: ArrayLike<number>): number {
  return quantile(sorted(values), 0.5);
}

export function medianAbsoluteDeviation(values: readonly number[]): number {
  const middle = median(values);
  return median(values.map((value) => Math.abs(value - middle)));
}

export function summarise(values: readonly number[]): Summary {
  const order = sorted(values);
  return {
    count: values.length,
    median: quantile(order, 0.5),
    deviation: medianAbsoluteDeviation(values),
    min: order[0] ?? Number.NaN,
    max: order.at(-1) ?? Number.NaN,
    interval: medianInterval(values),
  };
}

/**
 * Hodges and Lehmann's estimate (1963) of where the values lie, as factors: the median of the geometric means of all pairs
 * of them, each value with itself too. As little moved by wild values as they are fewer than 29%. Positive values.
 */
export function middleFactor(values: ArrayLike<number>): number {
  return Math.exp(median(pairMeans(Float64Array.from(values, Math.log))));
}

/**
 * The ratio of a contender's times to the reference's, paired by round so that drift of the machine cancels.
 * `noise` is the machine's own relative spread: a ratio that close to 1, or to which the rounds themselves do not agree
 * better, gets no verdict. Both arrays are in the order of the rounds and of one length.
 */
export function compareRounds(
  times: readonly number[],
  reference: readonly number[],
  noise: number,
): Ratio {
  const ratios = times.map((time, round) => time / (reference[round] ?? Number.NaN));
  const ratio = middleFactor(ratios);
  const logs = middleInterval(pairMeans(ratios.map(Math.log)), ratios.length);
  const interval = logs && { low: Math.exp(logs.low), high: Math.exp(logs.high) };
  const spread = Math.max(noise, relativeSpread(ratios));
  return {
    ratio,
    interval,
    pairs: ratios.length,
    verdict: verdictOf(ratio, interval, ratios.length, spread),
  };
}

export function verdictOf(
  ratio: number,
  interval: Interval | null,
  rounds: number,
  noise: number,
): Verdict {
  if (rounds < MIN_ROUNDS_FOR_VERDICT || interval === null) return "too-few-runs";
  const differs = Math.abs(Math.log(ratio)) > Math.log1p(noise);
  if (differs && interval.low > 1) return "slower";
  if (differs && interval.high < 1) return "faster";
  return "within-noise";
}

/** Which values stand apart (modified z-score). They are marked in reports and kept in every figure. */
export function outliers(values: readonly number[]): boolean[] {
  const middle = median(values);
  const deviation = medianAbsoluteDeviation(values);
  if (values.length < MIN_RUNS_FOR_OUTLIERS) return values.map(() => false);
  return values.map((value) => {
    const distance = Math.abs(value - middle);
    if (distance <= OUTLIER_MIN_SHARE * Math.abs(middle)) return false;
    return deviation === 0 || (Z_SCALE * distance) / deviation > Z_THRESHOLD;
  });
}

/** The spread of repeated equal work, relative to its median, scaled to read like a standard deviation. */
export function relativeSpread(values: readonly number[]): number {
  const toStandardDeviation = 1.4826;
  return (toStandardDeviation * medianAbsoluteDeviation(values)) / median(values);
}

/** Linear between neighbours; NaN of nothing. */
function quantile(order: Float64Array, at: number): number {
  const position = (order.length - 1) * at;
  const below = order[Math.floor(position)] ?? Number.NaN;
  const above = order[Math.ceil(position)] ?? Number.NaN;
  return below + (above - below) * (position - Math.floor(position));
}
