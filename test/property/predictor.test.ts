// The predictor against runs of machines made up by fast-check.

import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import {
  type Costs,
  type Lesson,
  type Model,
  predict,
  relativeError,
  train,
  UNTRAINED,
  type Work,
} from "#history/predictor.ts";

const proportion = fc.double({ min: 0.2, max: 5, noNaN: true });

/** A machine up to a hundred times slower than the typical one, each of its costs up to five times out of proportion. */
const costs: fc.Arbitrary<Costs> = fc
  .record({
    speed: fc.double({ min: -1, max: 2, noNaN: true }),
    entry: proportion,
    file: proportion,
    byte: proportion,
    start: proportion,
  })
  .map(({ speed, entry, file, byte, start }) => ({
    entryMs: UNTRAINED.costs.entryMs * entry * 10 ** speed,
    fileMs: UNTRAINED.costs.fileMs * file * 10 ** speed,
    byteMs: UNTRAINED.costs.byteMs * byte * 10 ** speed,
    startMs: UNTRAINED.costs.startMs * start * 10 ** speed,
  }));

/** Trees of every size, copied whole, in part or not at all. */
const work: fc.Arbitrary<Work> = fc
  .tuple(
    fc.double({ min: 0, max: 6, noNaN: true }),
    fc.constantFrom(0, 0, 0.01, 0.5, 1, 1),
    fc.double({ min: 0, max: 6, noNaN: true }),
  )
  .map(([magnitude, copied, fileMagnitude]) => {
    const entries = Math.round(10 ** magnitude);
    const files = Math.round(entries * copied);
    return { entries, files, bytes: Math.round(files * 10 ** fileMagnitude) };
  });

const works = (count: number) => fc.array(work, { minLength: count, maxLength: count });
const anyNumber = fc.oneof(
  fc.double(),
  fc.constantFrom(0, -0, -1, Number.NaN, Infinity, -Infinity, Number.MAX_VALUE, 5e-324),
);
const anyWork: fc.Arbitrary<Work> = fc.record({
  entries: anyNumber,
  files: anyNumber,
  bytes: anyNumber,
});

function timeOf(machine: Costs, done: Work): number {
  return predict({ lessons: [], costs: machine }, done);
}

function lessonsOf(machine: Costs, runs: readonly Work[]): Lesson[] {
  return runs.map((run) => ({ work: run, tookMs: timeOf(machine, run) }));
}

function learnAll(machine: Costs, runs: readonly Work[], before: readonly Lesson[] = []): Model {
  return train([...before, ...lessonsOf(machine, runs)]);
}

function repeated(run: Work, times: number): Work[] {
  return Array.from({ length: times }, () => run);
}

function errorOf(model: Model, machine: Costs, run: Work): number {
  return Math.abs(relativeError(predict(model, run), timeOf(machine, run)));
}

describe("train()", () => {
  test("knows a run after seeing it once, to 1%", () => {
    fc.assert(
      fc.property(costs, work, (machine, run) => {
        expect(errorOf(learnAll(machine, [run]), machine, run)).toBeLessThan(0.01);
      }),
    );
  });

  test("knows a nightly mirror that is always the same, to 1%", () => {
    fc.assert(
      fc.property(costs, work, (machine, run) => {
        const model = learnAll(machine, repeated(run, 12));
        expect(errorOf(model, machine, run)).toBeLessThan(0.01);
      }),
    );
  });

  test("converges on an exact machine: after 40 runs the median error of them is below 5%", () => {
    fc.assert(
      fc.property(costs, works(40), (machine, runs) => {
        const model = learnAll(machine, runs);
        const errors = runs.slice(-20).map((run) => errorOf(model, machine, run));
        expect(median(errors)).toBeLessThan(0.05);
      }),
    );
  });

  test("stays within 20% in the median under 15% noise", () => {
    const noise = fc.array(fc.double({ min: 0.85, max: 1.15, noNaN: true }), {
      minLength: 40,
      maxLength: 40,
    });
    fc.assert(
      fc.property(costs, works(40), noise, (machine, runs, factors) => {
        const lessons = lessonsOf(machine, runs).map(({ work: run, tookMs }, index) => ({
          work: run,
          tookMs: tookMs * (factors[index] ?? 1),
        }));
        const model = train(lessons);
        const errors = runs.slice(-20).map((run) => errorOf(model, machine, run));
        expect(median(errors)).toBeLessThan(0.2);
      }),
    );
  });

  test("survives an outlier: one run, however wrong, moves a settled prediction by less than a quarter", () => {
    const factor = fc.oneof(
      fc.double({ min: 1e-6, max: 0.5, noNaN: true }),
      fc.double({ min: 2, max: 1e6, noNaN: true }),
    );
    fc.assert(
      fc.property(costs, work, factor, (machine, run, wrong) => {
        const settled = learnAll(machine, repeated(run, 20));
        const outlier = { work: run, tookMs: timeOf(machine, run) * wrong };
        const shaken = train([...settled.lessons, outlier]);
        expect(errorOf(shaken, machine, run)).toBeLessThan(0.25);
      }),
    );
  });

  test("follows a machine that has become faster or slower for good, to 10% within 5 runs", () => {
    const factor = fc.constantFrom(0.01, 0.1, 0.5, 2, 10, 100);
    fc.assert(
      fc.property(costs, work, factor, (machine, run, change) => {
        const before = lessonsOf(machine, repeated(run, 30));
        const changed: Costs = {
          entryMs: machine.entryMs * change,
          fileMs: machine.fileMs * change,
          byteMs: machine.byteMs * change,
          startMs: machine.startMs * change,
        };
        const after = learnAll(changed, repeated(run, 5), before);
        expect(errorOf(after, changed, run)).toBeLessThan(0.1);
      }),
    );
  });

  test("corrects faster when off by more than a quarter", () => {
    fc.assert(
      fc.property(costs, work, (machine, run) => {
        const settled = learnAll(machine, repeated(run, 30));
        const corrected = (factor: number): number => {
          const lesson = { work: run, tookMs: timeOf(machine, run) * factor };
          const twice = train([...settled.lessons, lesson, lesson]);
          return (predict(twice, run) / timeOf(machine, run) - 1) / (factor - 1);
        };
        expect(corrected(1.5)).toBeGreaterThan(corrected(1.2));
      }),
    );
  });

  test("is scale invariant: a machine k times slower is predicted k times slower", () => {
    fc.assert(
      fc.property(
        costs,
        works(15),
        work,
        fc.constantFrom(0.5, 3, 50),
        (machine, runs, asked, k) => {
          const slower = lessonsOf(machine, runs).map(({ work: run, tookMs }) => ({
            work: run,
            tookMs: tookMs * k,
          }));
          const ratio = predict(train(slower), asked) / predict(learnAll(machine, runs), asked);
          expect(Math.abs(ratio / k - 1)).toBeLessThan(1e-6);
        },
      ),
    );
  });

  test("makes no prediction smaller when there is more to do", () => {
    fc.assert(
      fc.property(costs, works(15), work, work, (machine, runs, some, more) => {
        const model = learnAll(machine, runs);
        const all = {
          entries: some.entries + more.entries,
          files: some.files + more.files,
          bytes: some.bytes + more.bytes,
        };
        expect(predict(model, all)).toBeGreaterThanOrEqual(predict(model, some));
      }),
    );
  });

  test("never predicts a negative, infinite or undefined time, whatever it was told", () => {
    const lessons = fc.array(fc.tuple(anyWork, anyNumber), { maxLength: 30 });
    fc.assert(
      fc.property(lessons, anyWork, (told, asked) => {
        const model = train(told.map(([run, tookMs]) => ({ work: run, tookMs })));
        const expected = predict(model, asked);
        expect(Number.isFinite(expected)).toBe(true);
        expect(expected).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 1000 },
    );
  });

  test("recovers from nonsense: 20 true runs after it are known to 10% in the median", () => {
    const nonsense = fc.array(fc.tuple(anyWork, anyNumber), { maxLength: 10 });
    fc.assert(
      fc.property(nonsense, costs, works(30), (told, machine, runs) => {
        const misled = told.map(([run, tookMs]) => ({ work: run, tookMs }));
        const model = learnAll(machine, runs, misled);
        const errors = runs.slice(-15).map((run) => errorOf(model, machine, run));
        expect(median(errors)).toBeLessThan(0.1);
      }),
    );
  });

  test("takes nothing for a lesson that is no time", () => {
    const model = learnAll(UNTRAINED.costs, [{ entries: 10, files: 5, bytes: 1000 }]);
    for (const tookMs of [0, -1, Number.NaN, Infinity]) {
      const impossible = { work: { entries: 1, files: 1, bytes: 1 }, tookMs };
      expect(train([...model.lessons, impossible])).toEqual(model);
    }
  });
});

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
