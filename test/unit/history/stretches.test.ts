import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { Stretches } from "#history/stretches.ts";
import type { Work } from "#history/predictor.ts";

const work = (amount: number): Work => ({ entries: amount, files: amount, bytes: 10 * amount });

test("a stretch ends when it is long enough, and not before", () => {
  const stretches = new Stretches();
  stretches.observe(work(1), 100);
  expect(stretches.all).toEqual([]);
  stretches.observe(work(5), 300);
  stretches.observe(work(6), 400);
  stretches.observe(work(9), 700);
  expect(stretches.all).toEqual([
    { work: work(5), tookMs: 300 },
    { work: work(4), tookMs: 400 },
  ]);
});

test("however long the run, they are few, and leave out nothing", () => {
  const steps = fc.array(fc.record({ ms: fc.nat(3000), amount: fc.nat(1000) }), {
    maxLength: 2000,
  });
  const property = fc.property(steps, (all) => {
    const stretches = new Stretches();
    let [elapsedMs, amount] = [0, 0];
    for (const step of [...all, { ms: 1e9, amount: 1 }]) {
      elapsedMs += step.ms;
      amount += step.amount;
      stretches.observe(work(amount), elapsedMs);
      expect(stretches.all.length).toBeLessThan(32);
    }
    const sum = (value: (stretch: (typeof stretches.all)[number]) => number) =>
      stretches.all.reduce((before, stretch) => before + value(stretch), 0);
    expect(sum(({ tookMs }) => tookMs)).toBe(elapsedMs);
    expect(sum(({ work: { bytes } }) => bytes)).toBe(10 * amount);
  });
  fc.assert(property, { numRuns: 50 });
});
