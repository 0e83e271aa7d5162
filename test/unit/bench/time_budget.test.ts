import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { formatLeft, mayStartDelete, mayStartMain } from "#bench/time_budget.ts";

const ms = fc.integer({ min: 0, max: 100_000 });
const costs = fc.record({ mainMs: ms, deleteMs: ms, cleanUpMs: ms });

describe("mayStartMain()", () => {
  test("lets the first round start, always", () => {
    expect(mayStartMain(0, -1, { mainMs: 1, deleteMs: 1, cleanUpMs: 1 })).toBe(true);
  });

  test("leaves room for the clean-up and at least one round of deletions", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), ms, costs, (round, leftMs, each) => {
        const fits = each.mainMs + each.deleteMs + each.cleanUpMs <= leftMs;
        if (mayStartMain(round, leftMs, each)) expect(fits).toBe(true);
      }),
    );
  });

  test("prefers three main rounds to more deletions, then keeps both alike", () => {
    const each = { mainMs: 10, deleteMs: 10, cleanUpMs: 0 };
    expect(mayStartMain(2, 25, each)).toBe(true);
    expect(mayStartMain(3, 25, each)).toBe(false);
    expect(mayStartMain(3, 60, each)).toBe(true);
  });
});

test("mayStartDelete() keeps the clean-up within the limit", () => {
  expect(mayStartDelete(140, { deleteMs: 10, cleanUpMs: 100 })).toBe(true);
  expect(mayStartDelete(100, { deleteMs: 10, cleanUpMs: 100 })).toBe(false);
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
