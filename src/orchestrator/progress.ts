// How a run stands, as an event: the sum of all counters, what is left, and a path that is being worked on.

import type { RunEvent } from "#model/event.ts";
import type { RawPath } from "#model/name.ts";
import { busyThreads, Operation } from "#engine/shared/activity.ts";
import { sumCounters } from "#engine/shared/counters.ts";
import { Control, type SharedMemory } from "#engine/shared/memory.ts";
import type { Outlook } from "./outlook.ts";
import type { Stopwatch } from "./stopwatch.ts";

export type Progress = Extract<RunEvent, { readonly type: "progress" }>;

/** The live line never waits longer for the ETA than this: then it asks the history. */
const ASK_AFTER_MS = 300;

export interface Stage {
  /** What must be copied turns out only when it is read. */
  readonly mayGrow: boolean;
  readonly stopwatch: Pick<Stopwatch, "phase" | "workedMs">;
}

export function progressOf(
  memory: SharedMemory,
  outlook: Pick<Outlook, "remainingMs">,
  { mayGrow, stopwatch }: Stage,
): Progress {
  const counts = sumCounters(memory);
  const totalsFinal = !mayGrow && counts.entriesScanned > 0 && isListed(memory);
  const elapsedMs = stopwatch.workedMs;
  // What comes after the copying is not predicted.
  const isPredicted = stopwatch.phase === "copying" && elapsedMs >= ASK_AFTER_MS;
  const remainingMs = isPredicted ? outlook.remainingMs(counts, totalsFinal, elapsedMs) : undefined;
  return {
    type: "progress",
    counts,
    totalsFinal,
    elapsedMs,
    remainingMs,
    path: currentPath(memory),
  };
}

/** Every directory has been looked through: what is to be copied is known. */
function isListed({ control }: SharedMemory): boolean {
  return Atomics.load(control, Control.unlisted) === 0;
}

/** Where nobody is anywhere below it, the root itself. */
function currentPath(memory: SharedMemory): RawPath | undefined {
  const busy = busyThreads(memory).filter(({ operation }) => operation !== Operation.syncing);
  return (busy.find(({ path }) => path !== "") ?? busy[0])?.path;
}
