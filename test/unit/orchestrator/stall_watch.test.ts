// When a run is stuck, and when it only looks so.

import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Operation } from "#engine/shared/activity.ts";
import { type Sighting, StallWatch } from "#orchestrator/stall_watch.ts";

const COPYING = { operation: Operation.copying, sizeMebibytes: 0 };

function sighting(atMs: number, change: Partial<Sighting> = {}): Sighting {
  return {
    atMs,
    isWorking: true,
    isStopping: false,
    pulse: "still",
    doing: [COPYING],
    ...change,
  };
}

/** The second at which the watch first says that the run is stuck; undefined if not within so many. */
function stuckAfter(seconds: number, change: (second: number) => Partial<Sighting>) {
  const watch = new StallWatch();
  for (let second = 0; second <= seconds; second++) {
    const stillMs = watch.observe(sighting(second * 1000, change(second)));
    if (stillMs !== undefined) return second;
  }
  return undefined;
}

describe("StallWatch", () => {
  test("waits ten seconds for a copy", () => {
    expect(stuckAfter(60, () => ({}))).toBe(10);
  });

  test("begins anew with each movement", () => {
    expect(stuckAfter(60, (second) => ({ pulse: second < 7 ? "a" : "b" }))).toBe(17);
  });

  test("waits longer for a deletion, and for all data to be written out", () => {
    const doing = (operation: Operation, sizeMebibytes = 0) => ({
      doing: [COPYING, { operation, sizeMebibytes }],
    });
    expect(stuckAfter(100, () => doing(Operation.deleting))).toBe(60);
    expect(stuckAfter(100, () => doing(Operation.flushing, 20))).toBe(30);
    expect(stuckAfter(599, () => doing(Operation.syncing))).toBeUndefined();
  });

  test("is never about a run that waits for its user", () => {
    expect(stuckAfter(60, () => ({ isWorking: false }))).toBeUndefined();
  });

  test("does not wait long once the run is asked to stop", () => {
    const doing = [{ operation: Operation.syncing, sizeMebibytes: 0 }];
    expect(stuckAfter(60, () => ({ isStopping: true, doing }))).toBe(5);
  });

  test("takes a late beat for blit's own absence", () => {
    const watch = new StallWatch();
    expect(watch.observe(sighting(0))).toBeUndefined();
    expect(watch.observe(sighting(60_000))).toBeUndefined();
    expect(watch.observe(sighting(61_000))).toBeUndefined();
  });

  test("speaks only of stretches in which every beat came and nothing moved", () => {
    const beat = fc.record({
      gapMs: fc.integer({ min: 1, max: 4000 }),
      pulse: fc.constantFrom("a", "b"),
      isWorking: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(beat, { maxLength: 100 }), (beats) => {
        const watch = new StallWatch();
        let atMs = 0;
        let pulse = "";
        let stillSinceMs = 0;
        for (const next of beats) {
          atMs += next.gapMs;
          const isBroken = next.gapMs > 2500 || !next.isWorking || next.pulse !== pulse;
          if (isBroken) stillSinceMs = atMs;
          pulse = next.pulse;
          const { gapMs: _, ...change } = next;
          const said = watch.observe(sighting(atMs, change));
          if (said !== undefined) expect(atMs - stillSinceMs).toBeGreaterThanOrEqual(10_000);
        }
      }),
    );
  });
});
