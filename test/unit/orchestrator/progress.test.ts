import { describe, expect, test } from "bun:test";
import type { Phase } from "#model/event.ts";
import type { RawName, RawPath } from "#model/name.ts";
import { Activity, Operation } from "#engine/shared/activity.ts";
import { createSharedMemory, type SharedMemory } from "#engine/shared/memory.ts";
import { progressOf } from "#orchestrator/progress.ts";

const outlook = { remainingMs: () => 5000 };

function progressIn(phase: Phase, memory: SharedMemory = createSharedMemory()) {
  return progressOf(memory, outlook, { mayGrow: false, stopwatch: { phase, workedMs: 1000 } });
}

describe("progressOf()", () => {
  test("says how much is left of the copying, and nothing of what comes after it", () => {
    expect(progressIn("copying").remainingMs).toBe(5000);
    for (const phase of ["preparing", "confirming", "deleting", "finishing"] as const)
      expect(progressIn(phase).remainingMs).toBeUndefined();
  });

  test("names a path that is being worked on, the deeper before the root", () => {
    const memory = createSharedMemory();
    const path = () => progressIn("copying", memory).path;
    expect(path()).toBeUndefined();
    const [first, second] = [new Activity(memory, 1), new Activity(memory, 2)];
    first.begin(Operation.syncing);
    expect(path()).toBeUndefined();
    first.begin(Operation.looking);
    first.enter("" as RawPath);
    expect(path()).toBe("" as RawPath);
    first.copy("large" as RawName, 1e9);
    expect(path()).toBe("large" as RawPath);
    first.leave();
    second.begin(Operation.copying);
    second.enter("sub" as RawPath);
    expect(path()).toBe("sub" as RawPath);
  });
});
