import { afterEach, describe, expect, type Mock, spyOn, test } from "bun:test";
import { Stopwatch } from "#orchestrator/stopwatch.ts";

let clock: Mock<() => number> | undefined;

/** performance.now() says this from now on. */
function at(ms: number): void {
  clock ??= spyOn(performance, "now");
  clock.mockReturnValue(ms);
}

afterEach(() => {
  clock?.mockRestore();
  clock = undefined;
});

describe("a stopwatch", () => {
  test("does not count the time at the question as work, during it or afterwards", () => {
    at(1000);
    const watch = new Stopwatch();
    watch.enter("copying");
    at(1100);
    watch.enter("confirming");
    at(31_100);
    expect(watch.workedMs).toBe(100);
    watch.enter("deleting");
    at(31_150);
    expect(watch.workedMs).toBe(150);
    watch.end();
    at(99_999);
    expect(watch.workedMs).toBe(150);
    expect(watch.of("confirming")).toBe(30_000);
  });

  test("stands still where the run ends at the question", () => {
    at(0);
    const watch = new Stopwatch();
    at(10);
    watch.enter("confirming");
    at(500);
    watch.end();
    expect(watch.workedMs).toBe(10);
  });

  test("knows which phases a run has come to", () => {
    const watch = new Stopwatch();
    watch.enter("copying");
    expect(
      ["preparing", "copying", "deleting"].map((phase) => watch.has(phase as "copying")),
    ).toEqual([true, true, false]);
  });
});
