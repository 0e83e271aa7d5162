// How far a run had come after each eighth of its time. The next run from the same sources meets their large files and their
// small ones in much the same order, so that where it stands on that course says how much of its time is left, which no cost
// of a file and of a byte can say. Pure.

import type { Lesson, Work } from "./predictor.ts";
import { minus, NOTHING, plus } from "./work.ts";

const EIGHTHS = 8;
/** A run of fewer stretches is as good as even. */
const FEWEST_STRETCHES = 2;
/** So far beside the course, as a share of the whole, a run has nothing to do with it any more. */
const ASTRAY = 0.2;

export interface Course {
  /** After one eighth of the time, two, and so on; the last is the end. */
  readonly points: readonly Work[];
  /** All of it, without deletions. */
  readonly tookMs: number;
}

/** Of a run that has ended, from its complete stretches; undefined where it was too short to have a course. */
export function courseOf(
  stretches: readonly Lesson[],
  total: Work,
  tookMs: number,
): Course | undefined {
  if (stretches.length < FEWEST_STRETCHES) return undefined;
  let [atMs, work] = [0, NOTHING];
  const passed = [{ atMs, work }];
  for (const stretch of stretches) {
    atMs += stretch.tookMs;
    work = plus(work, stretch.work);
    passed.push({ atMs, work });
  }
  passed.push({ atMs: tookMs, work: total });
  const points = Array.from({ length: EIGHTHS - 1 }, (_, index) => {
    const pointMs = (tookMs * (index + 1)) / EIGHTHS;
    const after = passed.findIndex((point) => point.atMs >= pointMs);
    const [from, to] = [passed[after - 1], passed[after]];
    if (from === undefined || to === undefined) return total;
    const share = (pointMs - from.atMs) / (to.atMs - from.atMs);
    return plus(from.work, minus(to.work, from.work), share);
  });
  return { points: [...points, total], tookMs };
}

/** How many numbers a course is in a row: three for each point but the last, which is the whole run. */
export const ROW_NUMBERS = 3 * (EIGHTHS - 1);

/** As a record keeps it, which has the whole run already. */
export function rowOf({ points }: Course): readonly number[] {
  return points.slice(0, -1).flatMap(({ entries, files, bytes }) => [entries, files, bytes]);
}

export function courseFromRow(row: readonly number[], total: Work, tookMs: number): Course {
  const points = Array.from({ length: row.length / 3 }, (_, index) => {
    const [entries = 0, files = 0, bytes = 0] = row.slice(3 * index);
    return { entries, files, bytes };
  });
  return { points: [...points, total], tookMs };
}

/** Where on the course a run stands that has done so much: the share of the time, and how far beside it that is. */
export function standingOn(
  { points }: Course,
  done: Work,
): { readonly share: number; readonly astray: number } {
  const whole = points.at(-1) ?? NOTHING;
  let nearest = { share: 0, astray: Infinity };
  let from = NOTHING;
  for (const [index, to] of points.entries()) {
    const leg = inShares(minus(to, from), whole);
    const gone = inShares(minus(done, from), whole);
    const length = product(leg, leg);
    const along = length === 0 ? 0 : Math.min(1, Math.max(0, product(gone, leg) / length));
    const off = gone.map((value, part) => value - along * (leg[part] ?? 0));
    const astray = Math.sqrt(product(off, off));
    if (astray < nearest.astray) nearest = { share: (index + along) / points.length, astray };
    from = to;
  }
  return nearest;
}

/** From 0 to 1: what the course is worth to a run that is so far beside it. */
export function worthOf(astray: number): number {
  return Math.max(0, 1 - astray / ASTRAY);
}

/** Each part as a share of the whole run's, so that a file and a byte can be compared. */
function inShares(work: Work, whole: Work): number[] {
  return [
    work.entries / Math.max(1, whole.entries),
    work.files / Math.max(1, whole.files),
    work.bytes / Math.max(1, whole.bytes),
  ];
}

function product(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, part) => sum + value * (b[part] ?? 0), 0);
}
