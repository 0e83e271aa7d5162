// How far a run had come after each eighth of its time. The next run from the same sources meets their large files and their
// small ones in much the same order, so that where it stands on that course says how much of its time is left, which no cost
// of a file and of a byte can say. Pure.

import type { Lesson, Work } from "./predictor.ts";

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
  const passed = [{ atMs: 0, work: NOTHING }];
  for (const { work, tookMs: lengthMs } of stretches) {
    const before = passed.at(-1) ?? { atMs: 0, work: NOTHING };
    passed.push({ atMs: before.atMs + lengthMs, work: combined(before.work, work, 1) });
  }
  passed.push({ atMs: tookMs, work: total });
  const points = Array.from({ length: EIGHTHS }, (_, index) => {
    const atMs = (tookMs * (index + 1)) / EIGHTHS;
    const after = passed.findIndex((point) => point.atMs >= atMs);
    const [from, to] = [passed[after - 1], passed[after]];
    if (from === undefined || to === undefined) return total;
    const share = (atMs - from.atMs) / (to.atMs - from.atMs);
    return combined(from.work, between(from.work, to.work), share);
  });
  return { points: [...points.slice(0, -1), total], tookMs };
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
    const leg = inShares(between(from, to), whole);
    const gone = inShares(between(from, done), whole);
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

const NOTHING: Work = { entries: 0, files: 0, bytes: 0 };

function combined(work: Work, more: Work, share: number): Work {
  return {
    entries: work.entries + more.entries * share,
    files: work.files + more.files * share,
    bytes: work.bytes + more.bytes * share,
  };
}

function between(from: Work, to: Work): Work {
  return combined(to, from, -1);
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
