// How a run has ended, from what it leaves behind: its outcome, what it did not come to, and why nothing was deleted.

import type { RunOptions } from "#model/options.ts";
import type { Outcome, Signal, Summary, Unreached } from "#model/summary.ts";
import { sumCounters } from "#engine/shared/counters.ts";
import { Control, type SharedMemory, StopReason } from "#engine/shared/memory.ts";
import type { Crew } from "./crew.ts";
import type { Stopwatch } from "./stopwatch.ts";

/** What is known of the end of a run while it goes on. */
export interface RunState {
  outcome: Outcome;
  deletionsWithheld: string | undefined;
  signal: Signal | undefined;
}

/** Of a run that is over. */
export function summaryOf(
  options: RunOptions,
  state: RunState,
  crew: Crew,
  memory: SharedMemory,
  stopwatch: Stopwatch,
): Summary {
  const ended = { ...state, outcome: outcomeOf(state, crew, memory) };
  const unreached = unreachedOf(ended, crew, memory, stopwatch);
  return {
    verb: options.verb,
    // A verify changes nothing, but that is all it was asked to do.
    dryRun: options.dryRun && options.verb !== "verify",
    counts: sumCounters(memory),
    elapsedMs: stopwatch.workedMs,
    unreached,
    outcome: ended.outcome,
    workers: crew.started === 0 ? 0 : crew.size,
    deletionsWithheld: whyNotDeleted(options, ended, unreached, stopwatch),
    signal: ended.signal,
  };
}

function outcomeOf(state: RunState, crew: Crew, memory: SharedMemory): Outcome {
  if (state.signal !== undefined) return "interrupted";
  if (state.outcome === "stalled") return "stalled";
  const isCutShort = memory.control[Control.stop] !== StopReason.none || crew.deaths.length > 0;
  // What was in the way of an entry of the source has failed then, because nothing is deleted.
  if (state.outcome === "refused" && !isCutShort) return "refused";
  if (sumCounters(memory).problems > 0 || isCutShort) return "failed-entries";
  return sumCounters(memory).entriesDiffering > 0 ? "differences" : state.outcome;
}

/** Undefined where everything was tried. */
function unreachedOf(
  { outcome }: RunState,
  crew: Crew,
  memory: SharedMemory,
  stopwatch: Stopwatch,
): Unreached | undefined {
  const { control } = memory;
  const isStalled = outcome === "stalled";
  if (control[Control.stop] === StopReason.none && !isStalled) return undefined;
  const hasCopied = AFTER_COPYING.some((phase) => stopwatch.has(phase));
  const { filesPlanned, filesCopied, bytesPlanned, bytesCopied, bytesSparse } = sumCounters(memory);
  return {
    files: Math.max(0, filesPlanned - filesCopied),
    bytes: Math.max(0, bytesPlanned - bytesCopied - bytesSparse),
    totalsFinal: hasCopied || (isStalled ? control[Control.unlisted] === 0 : crew.hadListed),
  };
}

const AFTER_COPYING = ["confirming", "deleting", "finishing"] as const;

/** Why nothing was deleted; undefined where that needs no word. */
function whyNotDeleted(
  { verb, dryRun }: RunOptions,
  { deletionsWithheld, outcome, signal }: RunState,
  unreached: Unreached | undefined,
  stopwatch: Stopwatch,
): string | undefined {
  const isEarly = unreached !== undefined && !CAME_TO_DELETIONS.some((each) => stopwatch.has(each));
  if (verb === "mirror" && !dryRun && isEarly && stopwatch.has("copying")) {
    if (signal !== undefined) return "the run was interrupted before";
    return outcome === "stalled" ? "the run stalled before" : "the run was stopped before";
  }
  return deletionsWithheld;
}

/** Whatever was to be deleted was deleted by then. */
const CAME_TO_DELETIONS = ["deleting", "finishing"] as const;
