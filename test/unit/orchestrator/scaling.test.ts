// How many workers a run should have: on storage that answers slowly, on one that computing alone keeps busy, and on
// whatever else numbers can describe.

import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { initialScale, rescale, type Scale } from "#orchestrator/scaling.ts";

const LIMITS = { cores: 4, most: 63 };
const TICK_MS = 100;

/** A run in ticks: what a number of workers gets done in a second, and how much of the cores it uses meanwhile. */
function scaleOver(
  ticks: number,
  start: number,
  rateOf: (workers: number) => number,
  coresUsedBy: (workers: number) => number,
): number[] {
  let scale: Scale = initialScale(start);
  let done = 0;
  let cpuMs = 0;
  const counts: number[] = [];
  for (let tick = 0; tick < ticks; tick++) {
    scale = rescale(scale, { atMs: tick * TICK_MS, done, cpuMs, starving: 0 }, LIMITS);
    counts.push(scale.workers);
    done += (rateOf(scale.workers) * TICK_MS) / 1000;
    cpuMs += coresUsedBy(scale.workers) * TICK_MS;
  }
  return counts;
}

describe("rescale()", () => {
  test("grows to the most where every worker waits for the storage", () => {
    const counts = scaleOver(
      30,
      2,
      (workers) => workers * 300,
      () => 0.1,
    );
    expect(counts.at(-1)).toBe(LIMITS.most);
  });

  test("stays where the cores are busy", () => {
    const counts = scaleOver(
      100,
      4,
      () => 10_000,
      () => 3.5,
    );
    expect(new Set(counts)).toEqual(new Set([4]));
  });

  test("goes back to what the storage can take", () => {
    const counts = scaleOver(
      25,
      2,
      (workers) => Math.min(workers, 8) * 300,
      () => 0.2,
    );
    expect(Math.max(...counts)).toBe(16);
    expect(counts.at(-1)).toBe(8);
  });

  test("tries in vain more and more rarely", () => {
    const counts = scaleOver(
      3000,
      8,
      () => 2000,
      () => 0.2,
    );
    const trials = counts.flatMap((count, tick) =>
      count === 16 && counts[tick - 1] === 8 ? [tick] : [],
    );
    const pauses = trials.slice(1).map((tick, index) => tick - (trials[index] ?? 0));
    expect(trials.length).toBeGreaterThan(3);
    expect(trials.length).toBeLessThan(12);
    expect(pauses).toEqual(pauses.toSorted((a, b) => a - b));
  });

  test("is not fooled by a tree that has too few tasks for all", () => {
    const before = initialScale(4);
    const first = rescale(before, { atMs: 0, done: 0, cpuMs: 0, starving: 0 }, LIMITS);
    const next = rescale(first, { atMs: 1000, done: 5000, cpuMs: 1, starving: 3 }, LIMITS);
    expect(next.workers).toBe(4);
  });

  test("never leaves its bounds, and at most doubles, whatever is measured", () => {
    const step = fc.record({
      tookMs: fc.double({ min: 0, max: 5000, noNaN: true }),
      done: fc.double({ min: 0, max: 1e6, noNaN: true }),
      cpuMs: fc.double({ min: 0, max: 20_000, noNaN: true }),
      starving: fc.nat(64),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 63 }), fc.array(step), (start, steps) => {
        let scale = initialScale(start);
        let now = { atMs: 0, done: 0, cpuMs: 0, starving: 0 };
        for (const { tookMs, done, cpuMs, starving } of steps) {
          now = {
            atMs: now.atMs + tookMs,
            done: now.done + done,
            cpuMs: now.cpuMs + cpuMs,
            starving,
          };
          const next = rescale(scale, now, LIMITS);
          expect(next.workers).toBeGreaterThanOrEqual(1);
          expect(next.workers).toBeLessThanOrEqual(LIMITS.most);
          expect(next.workers).toBeLessThanOrEqual(scale.workers * 2);
          scale = next;
        }
      }),
    );
  });
});
