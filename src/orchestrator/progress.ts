// How a run stands, as an event: the sum of all counters, what is left, and a path that is being worked on.

import type { RunEvent } from "#model/event.ts";
import type { RawPath } from "#model/name.ts";
import type { Counts } from "#model/summary.ts";
import { busyThreads } from "#engine/shared/activity.ts";
import { sumCounters } from "#engine/shared/counters.ts";
import { Control, type SharedMemory } from "#engine/shared/memory.ts";
import type { Outlook } from "./outlook.ts";

export type Progress = Extract<RunEvent, { readonly type: "progress" }>;

/** The live line never waits longer for the ETA than this: then it asks the history. */
const ASK_AFTER_MS = 300;

export function progressOf(
  memory: SharedMemory,
  outlook: Outlook,
  mayGrow: boolean,
  elapsedMs: number,
): Progress {
  const counts = sumCounters(memory);
  const totalsFinal = !mayGrow && counts.entriesScanned > 0 && isListed(memory);
  const path = currentPath(memory);
  return {
    type: "progress",
    counts,
    totalsFinal,
    elapsedMs,
    remainingMs: remaining(outlook, counts, totalsFinal, elapsedMs),
    path,
  };
}

/** Every directory has been looked through: what is to be copied is known. */
function isListed({ control }: SharedMemory): boolean {
  return Atomics.load(control, Control.unlisted) === 0;
}

function remaining(
  outlook: Outlook,
  counts: Counts,
  totalsFinal: boolean,
  elapsedMs: number,
): number | undefined {
  if (elapsedMs < ASK_AFTER_MS) return undefined;
  return outlook.remainingMs(counts, totalsFinal, elapsedMs);
}

function currentPath(memory: SharedMemory): RawPath | undefined {
  return busyThreads(memory).find(({ path }) => path !== "")?.path;
}
