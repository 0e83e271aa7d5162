// The arithmetic behind every figure that is reported. Pure: numbers in, numbers out, the bootstrap seeded.
//
// Medians, because a run is disturbed in one direction only: something else can make it slower, nothing can make it
// faster than it is. For ratios the middle of all pairs of runs (Hodges and Lehmann), because some tools have two speeds, as
// their processes come to lie on the cores: the median of a few runs is the one or the other, as chance has it.

import { type Random, seededRandom } from "#bench/random.ts";

export interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface Summary {
  readonly count: number;
  readonly median: number;
  /** Median absolute deviation from the median, unscaled. */
  readonly deviation: number;
  readonly min: number;
  readonly max: number;
  /** 95% bootstrap interval of the median. */
  readonly interval: Interval;
}

export interface Ratio {
  /** How many times as long as the reference: the middle of the ratios within each round. */
  readonly ratio: number;
  readonly interval: Interval;
  readonly pairs: number;
  readonly verdict: Verdict;
}

/** What may be said of a contender against the reference. */
export type Verdict = "slower" | "faster" | "within-noise" | "too-few-runs";

/** Below this many rounds an interval says nothing. */
export const MIN_ROUNDS_FOR_VERDICT = 3;

const RESAMPLES = 2000;
const CONFIDENCE = 0.95;
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

export function summarise(values: readonly number[], seed: string): Summary {
  const order = sorted(values);
  return {
    count: values.length,
    median: quantile(order, 0.5),
    deviation: medianAbsoluteDeviation(values),
    min: order[0] ?? Number.NaN,
    max: order.at(-1) ?? Number.NaN,
    interval: bootstrapMedian(values, seededRandom(seed)),
  };
}

/**
 * Hodges and Lehmann's estimate (1963) of where the values lie, as factors: the median of the geometric means of all pairs
 * of them, each value with itself too. As little moved by wild values as they are fewer than 29%. Positive values.
 */
export function middleFactor(values: ArrayLike<number>): number {
  const logs = Float64Array.from(values, Math.log);
  const means = new Float64Array((logs.length * (logs.length + 1)) / 2);
  let at = 0;
  for (let i = 0; i < logs.length; i++) {
    for (let j = i; j < logs.length; j++)
      means[at++] = ((logs[i] as number) + (logs[j] as number)) / 2;
  }
  return Math.exp(median(means));
}

/** Percentile bootstrap of the median. A single value is its own interval. */
export function bootstrapMedian(values: readonly number[], random: Random): Interval {
  return bootstrap(() => median(resampled(values, random)));
}

/** Percentile bootstrap of median(a) / median(b), for samples that were not taken in pairs. */
export function bootstrapRatio(
  above: readonly number[],
  below: readonly number[],
  random: Random,
): Interval {
  return bootstrap(() => median(resampled(above, random)) / median(resampled(below, random)));
}

/**
 * The ratio of a contender's times to the reference's, paired by round so that drift of the machine cancels.
 * `noise` is the machine's own relative spread: a ratio that close to 1 gets no verdict.
 * Both arrays are in the order of the rounds and of one length.
 */
export function compareRounds(
  times: readonly number[],
  reference: readonly number[],
  noise: number,
  seed: string,
): Ratio {
  const ratios = times.map((time, round) => time / (reference[round] ?? Number.NaN));
  const ratio = middleFactor(ratios);
  const random = seededRandom(seed);
  const interval = bootstrap(() => middleFactor(resampled(ratios, random)));
  return {
    ratio,
    interval,
    pairs: ratios.length,
    verdict: verdictOf(ratio, interval, ratios.length, noise),
  };
}

export function verdictOf(
  ratio: number,
  interval: Interval,
  rounds: number,
  noise: number,
): Verdict {
  if (rounds < MIN_ROUNDS_FOR_VERDICT) return "too-few-runs";
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

/** So many values drawn from them, with replacement. */
function resampled(values: readonly number[], random: Random): Float64Array {
  const sample = new Float64Array(values.length);
  for (let i = 0; i < sample.length; i++) sample[i] = values[random.below(values.length)] ?? 0;
  return sample;
}

/** The interval that holds 95% of the estimates, as much left out below as above. */
function bootstrap(estimate: () => number): Interval {
  const estimates = Float64Array.from({ length: RESAMPLES }, estimate).sort();
  const tail = (1 - CONFIDENCE) / 2;
  return { low: quantile(estimates, tail), high: quantile(estimates, 1 - tail) };
}

function sorted(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values).toSorted();
}

/** Linear between neighbours; NaN of nothing. */
function quantile(order: Float64Array, at: number): number {
  const position = (order.length - 1) * at;
  const below = order[Math.floor(position)] ?? Number.NaN;
  const above = order[Math.ceil(position)] ?? Number.NaN;
  return below + (above - below) * (position - Math.floor(position));
}
