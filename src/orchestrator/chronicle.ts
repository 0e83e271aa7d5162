// What a run leaves in the history: one record at its end, if it was a real one.

import type { RunOptions } from "#model/options.ts";
import type { Summary } from "#model/summary.ts";
import { VERSION } from "#model/version.ts";
import { RECORD_SCHEMA, type RunRecord } from "#history/record.ts";
import type { Ground } from "./ground.ts";
import type { Outlook } from "./outlook.ts";
import type { Stopwatch } from "./stopwatch.ts";

/** Runs made to be slow and those that changed nothing teach nothing. */
export function isWorthKeeping(options: RunOptions, { outcome }: Summary): boolean {
  return !options.dryRun && options.workers === undefined && !UNTYPICAL.has(outcome);
}

/** Over before anything was done. */
const UNTYPICAL: ReadonlySet<Summary["outcome"]> = new Set(["usage", "refused", "could-not-run"]);

/** Never fails: a history that cannot be written is none. */
export function keepRecord(
  outlook: Outlook,
  ground: Ground,
  summary: Summary,
  watch: Stopwatch,
): void {
  const { counts, outcome, verb, workers } = summary;
  const isAlone = workers === 0;
  const record: RunRecord = {
    schema: RECORD_SCHEMA,
    at: new Date().toISOString(),
    version: VERSION,
    verb,
    source: ground.sourceKind,
    destination: ground.destinationKind,
    paths: outlook.pathsKey ?? null,
    entriesScanned: counts.entriesScanned,
    filesCopied: counts.filesCopied,
    bytesCopied: counts.bytesCopied,
    workers,
    firstByteMs: watch.firstByteMs ?? null,
    planningMs: watch.of("preparing"),
    copyingMs: watch.of("copying") + watch.of("finishing"),
    deletingMs: watch.of("deleting"),
    totalMs: watch.totalMs - watch.of("confirming"),
    fastPath: isAlone,
    stalls: outcome === "stalled" ? 1 : 0,
    errors: counts.problems,
    outcome,
    predictedMs: outlook.expectedMs(counts, isAlone),
  };
  outlook.history.append(record);
}
