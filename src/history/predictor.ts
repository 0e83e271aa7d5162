// How long a run will take, learned from the runs before it: time ≈ entries looked at + files copied + bytes copied +
// start-up, each with its own cost. Pure. Files have a cost of their own beside entries, because looking at a file
// that is unchanged takes a quarter of the time of making a small one: with one cost for both, the first copy of a
// tree and its nightly mirror could not both be predicted. A cost of their own for the bytes of large files was tried as
// well and foresaw nothing better: what was wrong at half-way was how many bytes were still to come (eta.ts).
//
// The model keeps its last lessons and fits them anew with each: least squares on relative errors (a run of 5 ms
// teaches as much as one of an hour), reweighted so that an outlier counts little, with older lessons counting less
// and no cost below zero. Recursive least squares, which keeps a matrix instead of the lessons, was tried: it cannot
// judge a lesson again once later ones have shown it to be an outlier, or the first of a new kind.
// What the lessons do not tell apart (all of them equal, files and bytes growing together) follows the proportions of
// a typical machine.

import {
  dot,
  matrix,
  PARTS,
  solveNonNegative,
  total,
  type Vector,
  vector,
} from "./predictor_algebra.ts";

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

/** An immutable value: train() and adapt() make new ones. */
export interface Model {
  readonly costs: Costs;
  /** The last lessons, oldest first. */
  readonly lessons: readonly Lesson[];
}

/** Older lessons are forgotten: by then they would count for less than a tenth. */
export const MAX_LESSONS = 16;
/** Off by more than a quarter is a miss, and two misses in a row on the same side are learned from faster. */
const MISS = 1.25;
/** What a lesson counts compared to the one after it. */
const KEEP = 0.85;
const KEEP_AFTER_MISSES = 0.3;
/** Storage slows down when its caches are full: the last stretches say more of the next. */
const KEEP_WITHIN_RUN = 0.95;
/** A cost may be so many times the typical one, beyond what makes the whole machine faster or slower. */
const PLAUSIBLE_MULTIPLE = 10;
/** The square of a quarter: how far off a run may be and still count half. */
const OUTLIER = (MISS - 1) ** 2;
const MAX_PASSES = 10;
/** A pass that changes no cost by more than this share is the last. */
const SETTLED = 0.01;
/** Parts that are exactly in proportion in huge runs must not make the equations singular in double precision. */
const ROUNDING = 1e-9;
/** Times are recorded to the microsecond. */
const RESOLUTION_MS = 0.001;

/** Two cores and a warm cache. Only the proportions matter: the scale is learned from the first run. */
const TYPICAL: Costs = { entryMs: 0.003, fileMs: 0.01, byteMs: 6e-7, startMs: 5 };

export const UNTRAINED: Model = { costs: TYPICAL, lessons: [] };

/** The expected time in milliseconds: finite and never negative, whatever is asked. */
export function predict(model: Model, work: Work): number {
  return total(partTimes(model.costs, work));
}

/** The model that lessons make, oldest first; a time that cannot be that of a run is none. */
export function train(all: readonly Lesson[]): Model {
  const lessons = all.filter(isPossible).slice(-MAX_LESSONS);
  if (lessons.length === 0) return UNTRAINED;
  const costs = fit(equationsOf(lessons, KEEP));
  if (!missesAgain(costs, lessons)) return { costs, lessons };
  return { costs: fit(equationsOf(lessons, KEEP_AFTER_MISSES)), lessons };
}

/**
 * The model for a run that is going on, from its stretches so far: work that was done, without any start. They tell files
 * and bytes apart where the history, of runs that are all alike, cannot.
 */
export function adapt(model: Model, stretches: readonly Lesson[]): Model {
  // A stretch in which no work ended has no pace: deletions, a question, one call that takes long.
  const known = stretches.filter((each) => isPossible(each) && hasWork(each.work));
  if (known.length === 0) return model;
  const before = equationsOf(model.lessons, KEEP, KEEP ** known.length);
  const now = equationsOf(known, KEEP_WITHIN_RUN).map((equation) => ({
    ...equation,
    typicalMs: withoutStart(equation.typicalMs),
  }));
  const costs = fit([...before, ...now]);
  const { startMs } = model.costs;
  return { costs: { ...costs, startMs }, lessons: [...model.lessons, ...known] };
}

/** How far a time is off an expected one, as a share of the expected: -0.2 is a fifth faster. */
export function relativeError(tookMs: number, expectedMs: number): number {
  return expectedMs > 0 ? tookMs / expectedMs - 1 : 0;
}

function isPossible({ tookMs }: Lesson): boolean {
  return tookMs >= RESOLUTION_MS && tookMs <= Number.MAX_SAFE_INTEGER;
}

function hasWork(work: Work): boolean {
  return total(withoutStart(partTimes(TYPICAL, work))) > 0;
}

/** The machine has changed: the last two runs are off by more than a quarter, on the same side. */
function missesAgain(costs: Costs, lessons: readonly Lesson[]): boolean {
  const [before, last] = lessons.slice(-2).map(({ work, tookMs }) => {
    const ratio = tookMs / total(partTimes(costs, work));
    return ratio > MISS ? 1 : ratio < 1 / MISS ? -1 : 0;
  });
  return last !== undefined && last !== 0 && last === before;
}

/** A lesson as an equation: the times of its parts on the typical machine, and what they should add up to. */
interface Equation {
  readonly typicalMs: Readonly<Vector>;
  readonly tookMs: number;
  readonly recency: number;
}

function equationsOf(lessons: readonly Lesson[], keep: number, newest = 1): Equation[] {
  return lessons.map(({ work, tookMs }, index) => ({
    typicalMs: partTimes(TYPICAL, work),
    tookMs,
    recency: newest * keep ** (lessons.length - 1 - index),
  }));
}

function withoutStart([entry, file, byte]: Readonly<Vector>): Vector {
  return [entry, file, byte, 0];
}

/**
 * The costs, found as multiples of the typical ones. Each pass weighs an equation by 1/(expected × actual), which makes
 * its error the same for k times too slow and k times too fast, and by less the further the pass before was off
 * (Cauchy's weights). The first pass knows only one multiple for all costs, the median.
 */
function fit(equations: readonly Equation[]): Costs {
  const scale = medianRatio(equations);
  let multiples = solve(equations, scale, ({ typicalMs, tookMs, recency }) => {
    return recency / Math.max(tookMs, scale * total(typicalMs)) ** 2;
  });
  for (let pass = 1; pass < MAX_PASSES; pass++) {
    const known = multiples;
    multiples = solve(equations, scale, ({ typicalMs, tookMs, recency }) => {
      const expectedMs = Math.max(dot(typicalMs, known), RESOLUTION_MS);
      return recency / (expectedMs * tookMs + (expectedMs - tookMs) ** 2 / OUTLIER);
    });
    const isSettled = (value: number, before: number) =>
      Math.abs(value - before) <= SETTLED * value;
    if (PARTS.every((part) => isSettled(multiples[part], known[part]))) break;
  }
  const [entry, file, byte, start] = multiples;
  return {
    entryMs: TYPICAL.entryMs * entry,
    fileMs: TYPICAL.fileMs * file,
    byteMs: TYPICAL.byteMs * byte,
    startMs: TYPICAL.startMs * start,
  };
}

/** How many times slower than the typical machine: the median over the lessons, recent ones counting more. */
function medianRatio(equations: readonly Equation[]): number {
  const ratios = equations
    .map(({ typicalMs, tookMs, recency }) => ({ ratio: tookMs / total(typicalMs), recency }))
    .toSorted((a, b) => a.ratio - b.ratio);
  const half = ratios.reduce((sum, { recency }) => sum + recency, 0) / 2;
  let passed = 0;
  for (const { ratio, recency } of ratios) {
    passed += recency;
    if (passed >= half) return ratio;
  }
  return 1;
}

/**
 * The multiples that minimise the weighted squared errors, none of them negative, each tied to `scale` as loosely as
 * PLAUSIBLE_MULTIPLE allows.
 */
function solve(
  equations: readonly Equation[],
  scale: number,
  weightOf: (equation: Equation) => number,
): Vector {
  const ridge = ((MISS - 1) / (PLAUSIBLE_MULTIPLE * scale)) ** 2;
  const sums = matrix((row, column) => (row === column ? ridge : 0));
  const right = vector(() => ridge * scale);
  for (const equation of equations) {
    const { typicalMs, tookMs } = equation;
    const weight = weightOf(equation);
    for (const row of PARTS) {
      const weighted = weight * typicalMs[row];
      right[row] += weighted * tookMs;
      for (const column of PARTS) sums[row][column] += weighted * typicalMs[column];
    }
  }
  for (const part of PARTS) sums[part][part] *= 1 + ROUNDING;
  return solveNonNegative(sums, right);
}

/** The time of each part of a run. */
function partTimes(costs: Costs, work: Work): Vector {
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
