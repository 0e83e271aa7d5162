import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { expectedTotals, type LastTotals, remainingMs } from "#history/eta.ts";
import { adapt, type Model, predict, train, UNTRAINED, type Work } from "#history/predictor.ts";
import { Stretches } from "#history/stretches.ts";

const LAST: LastTotals = {
  work: { entries: 10_000, files: 10_000, bytes: 1e9 },
  totalMs: 1000,
  wasAlone: false,
  course: undefined,
};
const work = (entries: number, files: number, bytes: number): Work => ({ entries, files, bytes });
const times = (all: Work, share: number) =>
  work(all.entries * share, all.files * share, all.bytes * share);

function totals(done: Work, planned: Work = done, totalsFinal = false): Work {
  const found = expectedTotals(LAST, { done, planned, totalsFinal });
  if (found === undefined) throw new Error("The end is not known");
  return found;
}

describe("expectedTotals()", () => {
  test("are those of the last run before anything is known", () => {
    const found = totals(work(0, 0, 0));
    expect(found.entries).toBe(10_000);
    expect(found.files).toBeCloseTo(10_000);
    expect(found.bytes).toBeCloseTo(1e9);
  });

  test("stay those of the last run while this one goes the same way", () => {
    const found = totals(times(LAST.work, 0.5));
    expect(found.files).toBeCloseTo(10_000);
    expect(found.bytes).toBeCloseTo(1e9);
  });

  test("stay those of the last run where the large files come last", () => {
    const found = totals(work(5000, 5000, 1e7));
    expect(found.files).toBeCloseTo(10_000);
    expect(found.bytes).toBeCloseTo(1e9, -7);
  });

  test("are those of the last run where files are found as often, wherever the bytes lie in the tree", () => {
    const share = fc.double({ min: 0, max: 0.99, noNaN: true });
    const amount = fc.integer({ min: 1, max: 1e9 });
    fc.assert(
      fc.property(amount, amount, amount, share, share, (entries, files, bytes, looked, copied) => {
        const all = work(entries, files, bytes);
        const done = { ...times(all, looked), bytes: bytes * copied };
        const progress = { done, planned: done, totalsFinal: false };
        const found = expectedTotals({ ...LAST, work: all }, progress);
        expect((found?.files ?? 0) / files).toBeCloseTo(1);
        expect((found?.bytes ?? 0) / bytes).toBeCloseTo(1);
      }),
    );
  });

  test("are what this run's own pace makes of them where the last one found next to nothing", () => {
    const last = { ...LAST, work: work(10_000, 10, 1e6) };
    const done = work(5000, 5000, 5e8);
    const found = expectedTotals(last, { done, planned: done, totalsFinal: false });
    expect(found?.files).toBeGreaterThan(9900);
    expect(found?.bytes).toBeGreaterThan(9.9e8);
  });

  test("of a mirror that finds nothing to copy have shrunk to under 1% of the last by half-way", () => {
    const found = totals(work(5000, 0, 0));
    expect(found.entries).toBe(10_000);
    expect(found.files).toBeLessThan(100);
    expect(found.bytes).toBeLessThan(1e7);
  });

  test("are what is planned once the whole source was looked at", () => {
    expect(totals(work(4000, 10, 500), work(0, 40, 2000), true)).toEqual(work(4000, 40, 2000));
  });

  test("without a last run are unknown until the whole source was looked at", () => {
    const progress = { done: work(50, 10, 100), planned: { files: 20, bytes: 300 } };
    expect(expectedTotals(undefined, { ...progress, totalsFinal: false })).toBeUndefined();
    expect(expectedTotals(undefined, { ...progress, totalsFinal: true })).toEqual(
      work(50, 20, 300),
    );
  });

  test("are unknown again in a tree that has outgrown the last run", () => {
    const done = times(LAST.work, 1.1);
    const progress = { done, planned: done, totalsFinal: false };
    expect(expectedTotals(LAST, progress)).toBeUndefined();
  });

  test("are never less than what is known", () => {
    const amount = fc.nat({ max: 1e6 });
    const some = fc.record({ entries: amount, files: amount, bytes: amount });
    fc.assert(
      fc.property(some, some, some, fc.boolean(), (last, done, planned, totalsFinal) => {
        const found = expectedTotals({ ...LAST, work: last }, { done, planned, totalsFinal });
        if (found === undefined) return;
        expect(found.entries).toBeGreaterThanOrEqual(done.entries);
        expect(found.files).toBeGreaterThanOrEqual(Math.max(done.files, planned.files));
        expect(found.bytes).toBeGreaterThanOrEqual(Math.max(done.bytes, planned.bytes));
      }),
    );
  });
});

describe("remainingMs()", () => {
  const trained = train([{ work: LAST.work, tookMs: 1000 }]);

  test("is the prediction at the start, and nothing without one", () => {
    expect(remainingMs(trained, work(0, 0, 0), LAST.work, 0)).toBeCloseTo(
      predict(trained, LAST.work) - trained.costs.startMs,
    );
    expect(remainingMs(UNTRAINED, work(0, 0, 0), work(0, 0, 0), 50)).toBeUndefined();
  });

  test("is within 20% of the truth at half-way, on a machine twice as fast or slow as before", () => {
    for (const speed of [0.5, 1, 2]) {
      const left = remainingMs(trained, times(LAST.work, 0.5), LAST.work, 500 * speed) ?? 0;
      expect(Math.abs(left / (500 * speed) - 1)).toBeLessThan(0.2);
    }
  });

  test("is within 20% of the truth at half-way where files cost more than the history can tell", () => {
    // All runs were of this tree, of which the large files come first.
    const total = work(60_000, 60_000, 4e9);
    const costs = { entryMs: 0.01, fileMs: 0.15, byteMs: 9e-7 };
    const timeOf = ({ entries, files, bytes }: Work) =>
      entries * costs.entryMs + files * costs.fileMs + bytes * costs.byteMs;
    const trained = train([{ work: total, tookMs: timeOf(total) }]);
    const stretches = new Stretches();
    let done = work(0, 0, 0);
    while (timeOf(done) < timeOf(total) / 2) {
      const bytes = Math.min(4e9, done.bytes + 4e8);
      const files = done.files + (bytes < 4e9 ? 400 : 2000);
      done = work(files, files, bytes);
      stretches.observe(done, timeOf(done));
    }
    const truth = timeOf(total) - timeOf(done);
    const left = (model: Model) => remainingMs(model, done, total, timeOf(done)) ?? 0;
    expect(Math.abs(left(trained) / truth - 1)).toBeGreaterThan(0.2);
    expect(Math.abs(left(adapt(trained, stretches.all)) / truth - 1)).toBeLessThan(0.2);
  });

  test("stays a number over a stretch in which nothing ended: a phase of deletions", () => {
    const done = times(LAST.work, 0.5);
    const stretches = new Stretches();
    stretches.observe(work(0, 0, 0), 250);
    stretches.observe(done, 500);
    stretches.observe(done, 750);
    for (const model of [UNTRAINED, trained]) {
      const adapted = adapt(model, stretches.all);
      expect(Object.values(adapted.costs).every(Number.isFinite)).toBe(true);
      expect(remainingMs(adapted, done, LAST.work, 750)).toBeGreaterThan(0);
    }
  });

  test("is undefined where costs are no numbers", () => {
    const costs = { entryMs: Number.NaN, fileMs: 1, byteMs: 1, startMs: 0 };
    expect(remainingMs({ costs, lessons: [] }, LAST.work, LAST.work, 50)).toBeUndefined();
  });

  test("weighs small files and large ones by what they take", () => {
    const costs = { entryMs: 0, fileMs: 1, byteMs: 1e-6, startMs: 0 };
    const model = { costs, lessons: [{ work: LAST.work, tookMs: 1 }] };
    // A second for a thousand small files done, a second for the large one that is left.
    const left = remainingMs(model, work(1000, 1000, 0), work(1000, 1000, 1e9), 1000);
    expect(left).toBeCloseTo(1000);
  });

  test("is never negative, infinite or undefined once something is done", () => {
    const amount = fc.nat({ max: 1e9 });
    const some = fc.record({
      entries: fc.integer({ min: 1, max: 1e9 }),
      files: amount,
      bytes: amount,
    });
    fc.assert(
      fc.property(some, some, fc.nat(), (done, total, elapsedMs) => {
        const left = remainingMs(UNTRAINED, done, total, elapsedMs);
        expect(Number.isFinite(left) && (left ?? -1) >= 0).toBe(true);
      }),
    );
  });
});
