// How long a run will take, learned from the runs before it: time ≈ entries looked at + files copied + bytes copied +
// start-up, each with its own cost. Pure. Files have a cost of their own beside entries, because looking at a file
// that is unchanged takes a quarter of the time of making a small one: with one cost for both, the first copy of a
// tree and its nightly mirror could not both be predicted.
//
// The model keeps its last lessons and fits them anew with each: least squares on relative errors (a run of 5 ms
// teaches as much as one of an hour), reweighted so that an outlier counts little, with older lessons counting less
// and no cost below zero. Recursive least squares, which keeps a matrix instead of the lessons, was tried: it cannot
// judge a lesson again once later ones have shown it to be an outlier, or the first of a new kind.
// What the lessons do not tell apart (all of them equal, files and bytes growing together) follows the proportions of
// a typical machine.

/** What a run has to do, or has done. */
export interface Work {
  /** Source entries looked at, directories among them. */
  readonly entries: number;
  /** Files whose data is copied. */
  readonly files: number;
  readonly bytes: number;
}

/** One number for each part of a run's time. */
export interface Costs {
  readonly entryMs: number;
  readonly fileMs: number;
  readonly byteMs: number;
  readonly startMs: number;
}

/** A run that was whole. */
export interface Lesson {
  readonly work: Work;
  readonly tookMs: number;
}

/** An immutable value: learn() returns a new one. */
export interface Model {
  readonly costs: Costs;
  /** The last lessons, oldest first. */
  readonly lessons: readonly Lesson[];
}

/** Older lessons are forgotten: by then they would count for less than a tenth. */
export const MAX_LESSONS = 16;
/** Off by more than a quarter is a miss, and two misses in a row on the same side are learned from faster. */
export const MISS = 1.25;
/** What a lesson counts compared to the one after it. */
const KEEP = 0.85;
const KEEP_AFTER_MISSES = 0.3;
/** A cost may be so many times the typical one, beyond what makes the whole machine faster or slower. */
const PLAUSIBLE_MULTIPLE = 10;
/** The square of a quarter: how far off a run may be and still count half. */
const OUTLIER = (MISS - 1) ** 2;
const MAX_PASSES = 10;
/** A pass that changes no cost by more than this share is the last. */
const SETTLED = 0.01;
/** Times are recorded to the microsecond. */
const RESOLUTION_MS = 0.001;
const PARTS = [0, 1, 2, 3] as const;
const SIZE = PARTS.length;

/** Two cores and a warm cache. Only the proportions matter: the scale is learned from the first run. */
const TYPICAL: Costs = { entryMs: 0.003, fileMs: 0.01, byteMs: 6e-7, startMs: 5 };

export const UNTRAINED: Model = { costs: TYPICAL, lessons: [] };

/** The expected time in milliseconds: finite and never negative, whatever is asked. */
export function predict(model: Model, work: Work): number {
  return sum(partTimes(model.costs, work));
}

/** The model after one more run; the same model where tookMs cannot be the time of a run. */
export function learn(model: Model, work: Work, tookMs: number): Model {
  return train([...model.lessons, { work, tookMs }]);
}

/** The model that lessons make, oldest first. */
export function train(all: readonly Lesson[]): Model {
  const lessons = all.filter(isPossible).slice(-MAX_LESSONS);
  if (lessons.length === 0) return UNTRAINED;
  const costs = fit(lessons, KEEP);
  if (!missesAgain(costs, lessons)) return { costs, lessons };
  return { costs: fit(lessons, KEEP_AFTER_MISSES), lessons };
}

/** How far a time is off an expected one, as a share of the expected: -0.2 is a fifth faster. */
export function relativeError(tookMs: number, expectedMs: number): number {
  return expectedMs > 0 ? tookMs / expectedMs - 1 : 0;
}

function isPossible({ tookMs }: Lesson): boolean {
  return tookMs >= RESOLUTION_MS && tookMs <= Number.MAX_SAFE_INTEGER;
}

/** The machine has changed: the last two runs are off by more than a quarter, on the same side. */
function missesAgain(costs: Costs, lessons: readonly Lesson[]): boolean {
  const [before, last] = lessons.slice(-2).map(({ work, tookMs }) => {
    const ratio = tookMs / sum(partTimes(costs, work));
    return ratio > MISS ? 1 : ratio < 1 / MISS ? -1 : 0;
  });
  return last !== undefined && last !== 0 && last === before;
}

/** A lesson as an equation: the times of its parts on the typical machine, and what they should add up to. */
interface Equation {
  readonly typicalMs: readonly number[];
  readonly tookMs: number;
  readonly recency: number;
}

/**
 * The costs, found as multiples of the typical ones. Each pass weighs an equation by 1/(expected × actual), which makes
 * its error the same for k times too slow and k times too fast, and by less the further the pass before was off
 * (Cauchy's weights). The first pass knows only one multiple for all costs, the median.
 */
function fit(lessons: readonly Lesson[], keep: number): Costs {
  const equations = lessons.map(({ work, tookMs }, index) => ({
    typicalMs: partTimes(TYPICAL, work),
    tookMs,
    recency: keep ** (lessons.length - 1 - index),
  }));
  const scale = medianRatio(equations);
  const firstWeight = ({ typicalMs, tookMs, recency }: Equation) =>
    recency / Math.max(tookMs, scale * sum(typicalMs)) ** 2;
  let multiples = solve(equations, scale, firstWeight);
  for (let pass = 1; pass < MAX_PASSES; pass++) {
    const known = multiples;
    multiples = solve(equations, scale, ({ typicalMs, tookMs, recency }) => {
      const expectedMs = Math.max(dot(typicalMs, known), RESOLUTION_MS);
      const product = expectedMs * tookMs;
      return recency / (product + (expectedMs - tookMs) ** 2 / OUTLIER);
    });
    if (multiples.every((value, part) => Math.abs(value - known[part]!) <= SETTLED * value)) break;
  }
  return {
    entryMs: TYPICAL.entryMs * multiples[0]!,
    fileMs: TYPICAL.fileMs * multiples[1]!,
    byteMs: TYPICAL.byteMs * multiples[2]!,
    startMs: TYPICAL.startMs * multiples[3]!,
  };
}

/** How many times slower than the typical machine: the median over the lessons, recent ones counting more. */
function medianRatio(equations: readonly Equation[]): number {
  const ratios = equations
    .map(({ typicalMs, tookMs, recency }) => ({ ratio: tookMs / sum(typicalMs), recency }))
    .sort((a, b) => a.ratio - b.ratio);
  let left = sum(ratios.map(({ recency }) => recency)) / 2;
  return (ratios.find(({ recency }) => (left -= recency) <= 0) ?? ratios[0]!).ratio;
}

/**
 * The multiples that minimise the weighted squared errors, tied to `scale` as loosely as PLAUSIBLE_MULTIPLE allows. A
 * multiple that would be negative is 0, and the others are fitted without it.
 */
function solve(
  equations: readonly Equation[],
  scale: number,
  weightOf: (equation: Equation) => number,
): number[] {
  const ridge = ((MISS - 1) / (PLAUSIBLE_MULTIPLE * scale)) ** 2;
  const matrix = PARTS.map((row) => PARTS.map((column) => (row === column ? ridge : 0)));
  const right = PARTS.map(() => ridge * scale);
  for (const equation of equations) {
    const { typicalMs, tookMs } = equation;
    const weight = weightOf(equation);
    for (let row = 0; row < SIZE; row++) {
      const weighted = weight * typicalMs[row]!;
      right[row]! += weighted * tookMs;
      const sums = matrix[row]!;
      for (let column = 0; column < SIZE; column++) sums[column]! += weighted * typicalMs[column]!;
    }
  }
  const free: number[] = [...PARTS];
  const multiples = PARTS.map(() => 0);
  while (free.length > 0) {
    const found = solveLinear(matrix, right, free);
    const lowest = found.indexOf(Math.min(...found));
    if (found[lowest]! >= 0) {
      free.forEach((part, index) => (multiples[part] = found[index]!));
      break;
    }
    free.splice(lowest, 1);
  }
  return multiples;
}

/** Gauss elimination of some rows and columns; the ridge makes the matrix positive definite, so no pivots are sought. */
function solveLinear(
  matrix: readonly (readonly number[])[],
  right: readonly number[],
  parts: readonly number[],
): number[] {
  const rows = parts.map((i) => [...parts.map((j) => matrix[i]![j]!), right[i]!]);
  const size = parts.length;
  for (let i = 0; i < size; i++) {
    for (let k = i + 1; k < size; k++) {
      const factor = rows[k]![i]! / rows[i]![i]!;
      for (let j = i; j <= size; j++) rows[k]![j]! -= factor * rows[i]![j]!;
    }
  }
  const solution = new Array<number>(size).fill(0);
  for (let i = size - 1; i >= 0; i--) {
    let value = rows[i]![size]!;
    for (let j = i + 1; j < size; j++) value -= rows[i]![j]! * solution[j]!;
    solution[i] = value / rows[i]![i]!;
  }
  return solution;
}

/** The time of each part of a run. */
function partTimes(costs: Costs, work: Work): readonly number[] {
  return [
    costs.entryMs * amount(work.entries),
    costs.fileMs * amount(work.files),
    costs.byteMs * amount(work.bytes),
    costs.startMs,
  ];
}

function amount(value: number): number {
  return value > 0 ? Math.min(value, Number.MAX_SAFE_INTEGER) : 0;
}

function dot(a: readonly number[], b: readonly number[]): number {
  let total = 0;
  for (let i = 0; i < SIZE; i++) total += a[i]! * b[i]!;
  return total;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
