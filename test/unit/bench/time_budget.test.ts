import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { formatLeft, mayStartDelete, mayStartMain } from "#bench/time_budget.ts";

const ms = fc.integer({ min: 0, max: 100_000 });
describe("mayStartMain()", () => {
  test("lets the first round start, always", () => {
    expect(mayStartMain(0, -1, { mainMs: 1, deleteMs: 1, cleanUpMs: () => 1 })).toBe(true);
  });

  test("leaves room for the clean-up and at least one round of deletions", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), ms, ms, ms, ms, (round, left, main, del, up) => {
        const costs = { mainMs: main, deleteMs: del, cleanUpMs: () => up };
        if (mayStartMain(round, left, costs)) expect(main + del + up).toBeLessThanOrEqual(left);
      }),
    );
  });

  test("prefers six main rounds to more deletions, then keeps both alike", () => {
    const costs = { mainMs: 10, deleteMs: 10, cleanUpMs: () => 0 };
    expect(mayStartMain(5, 25, costs)).toBe(true);
    expect(mayStartMain(6, 25, costs)).toBe(false);
    expect(mayStartMain(6, 100, costs)).toBe(true);
  });

  test("does not clean up what the delete phase has removed", () => {
    const cleanUpMs = (deleteRounds: number): number => 200 - 20 * deleteRounds;
    expect(mayStartMain(7, 140, { mainMs: 10, deleteMs: 8, cleanUpMs })).toBe(true);
    expect(mayStartMain(7, 140, { mainMs: 10, deleteMs: 0, cleanUpMs })).toBe(false);
  });
});

test("mayStartDelete() keeps the clean-up within the limit", () => {
  expect(mayStartDelete(140, 10, 100)).toBe(true);
  expect(mayStartDelete(100, 10, 100)).toBe(false);
});

test("formatLeft() is coarse", () => {
  expect([-5, 0, 1, 42_000, 90_000, 125_000].map(formatLeft)).toEqual([
    "0 s",
    "0 s",
    "1 s",
    "42 s",
    "1:30 min",
    "2:05 min",
  ]);
});
