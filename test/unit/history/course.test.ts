import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { type Course, courseOf, standingOn, worthOf } from "#history/course.ts";
import { remainingOnCourseMs } from "#history/eta.ts";
import type { Lesson, Work } from "#history/predictor.ts";

/** Stretches that all look at something; some copy, some do not. */
const stretches = fc.array(
  fc.record({
    work: fc.record({
      entries: fc.integer({ min: 1, max: 1e6 }),
      files: fc.nat(1e6),
      bytes: fc.nat({ max: 1e12 }),
    }),
    tookMs: fc.integer({ min: 250, max: 60_000 }),
  }),
  { minLength: 2, maxLength: 32 },
);
const works = fc.record({ entries: fc.nat(1e7), files: fc.nat(1e7), bytes: fc.nat({ max: 1e13 }) });

const NOTHING: Work = { entries: 0, files: 0, bytes: 0 };
const sum = (all: readonly Work[]): Work =>
  all.reduce(
    (a, b) => ({
      entries: a.entries + b.entries,
      files: a.files + b.files,
      bytes: a.bytes + b.bytes,
    }),
    NOTHING,
  );

/** A run that ends with its last stretch. */
function courseThrough(all: readonly Lesson[]): Course {
  const tookMs = all.reduce((total, lesson) => total + lesson.tookMs, 0);
  const course = courseOf(all, sum(all.map(({ work }) => work)), tookMs);
  if (course === undefined) throw new Error("No course");
  return course;
}

describe("courseOf()", () => {
  test("never goes back, and ends with the whole", () => {
    fc.assert(
      fc.property(stretches, (all) => {
        const { points } = courseThrough(all);
        expect(points).toHaveLength(8);
        expect(points.at(-1)).toEqual(sum(all.map(({ work }) => work)));
        for (const [index, point] of points.entries()) {
          const before = points[index - 1] ?? NOTHING;
          for (const part of ["entries", "files", "bytes"] as const)
            expect(point[part]).toBeGreaterThanOrEqual(before[part] - 1e-6 * before[part]);
        }
      }),
    );
  });

  test("is none of a run that was over at once", () => {
    expect(courseOf([], NOTHING, 100)).toBeUndefined();
    expect(courseOf([{ work: NOTHING, tookMs: 250 }], NOTHING, 300)).toBeUndefined();
  });

  test("has large files where they were met", () => {
    const small = { work: { entries: 1000, files: 1000, bytes: 1e6 }, tookMs: 1000 };
    const large = { work: { entries: 1, files: 1, bytes: 1e9 }, tookMs: 1000 };
    const { points } = courseThrough([large, small, small, small]);
    expect(points[0]?.bytes).toBeCloseTo(5e8);
    expect(points[1]?.bytes).toBeCloseTo(1e9);
    expect(points[3]?.files).toBeCloseTo(1001);
  });
});

describe("standingOn()", () => {
  test("is the time of each point of the course, for a run that is there", () => {
    fc.assert(
      fc.property(stretches, fc.integer({ min: 0, max: 7 }), (all, at) => {
        const course = courseThrough(all);
        const { share, astray } = standingOn(course, course.points[at] ?? NOTHING);
        expect(astray).toBeLessThan(1e-6);
        expect(share).toBeCloseTo((at + 1) / 8, 2);
      }),
    );
  });

  test("is somewhere between the beginning and the end, whatever has been done", () => {
    fc.assert(
      fc.property(stretches, works, (all, done) => {
        const { share, astray } = standingOn(courseThrough(all), done);
        expect(share).toBeWithin(0, 1 + 1e-9);
        expect(astray).toBeGreaterThanOrEqual(0);
        expect(worthOf(astray)).toBeWithin(0, 1 + 1e-9);
      }),
    );
  });
});

describe("remainingOnCourseMs()", () => {
  test("is the rest of the last run's time, at the pace of this one", () => {
    fc.assert(
      fc.property(
        stretches,
        fc.integer({ min: 1, max: 6 }),
        fc.double({ min: 0.2, max: 5, noNaN: true }),
        (all, at, pace) => {
          const course = courseThrough(all);
          const share = (at + 1) / 8;
          const elapsedMs = pace * share * course.tookMs;
          const done = course.points[at] ?? NOTHING;
          const leftMs = remainingOnCourseMs(course, done, elapsedMs, 1e15);
          const restMs = (1 - share) * course.tookMs;
          const truthMs = pace * restMs;
          const nearMs = 0.1 * Math.abs(restMs - truthMs) + 0.01 * truthMs;
          expect(Math.abs(leftMs - truthMs)).toBeLessThan(nearMs);
        },
      ),
    );
  });

  test("is what else is expected, of a run that goes another way", () => {
    const work = { entries: 1000, files: 1000, bytes: 1e6 };
    const course = courseThrough(Array.from({ length: 8 }, () => ({ work, tookMs: 1000 })));
    const unchanged = { entries: 7000, files: 0, bytes: 0 };
    expect(remainingOnCourseMs(course, unchanged, 400, 50)).toBe(50);
  });
});
