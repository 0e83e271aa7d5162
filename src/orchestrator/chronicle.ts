// What a run leaves in the history: one record at its end, if it was a real one.

import type { Summary } from "#model/summary.ts";
import { VERSION } from "#model/version.ts";
import { rowOf } from "#history/course.ts";
import { formatLine, RECORD_SCHEMA, type RunRecord } from "#history/record.ts";
import { Store } from "#history/store.ts";
import { firstByteMs } from "#engine/shared/first_byte.ts";
import type { SharedMemory } from "#engine/shared/memory.ts";
import type { Platform } from "#platform/platform.ts";
import type { Ground } from "./ground.ts";
import type { Outlook } from "./outlook.ts";
import type { Stopwatch } from "./stopwatch.ts";

/**
 * Never fails: a history that cannot be written is none. `outlook` is there where the run took long enough to have one: a
 * tiny run writes its line and loads nothing of what learns from it.
 */
export function keepRecord(
  platform: Platform,
  ground: Ground,
  outlook: Outlook | undefined,
  summary: Summary,
  memory: SharedMemory,
  watch: Stopwatch,
): void {
  const store = new Store(platform, process.env);
  if (store.off !== undefined) return;
  store.append(formatLine(recordOf(ground, outlook, summary, memory, watch)));
}

function recordOf(
  ground: Ground,
  outlook: Outlook | undefined,
  { counts, outcome, verb, workers }: Summary,
  memory: SharedMemory,
  watch: Stopwatch,
): RunRecord {
  const isAlone = workers === 0;
  const totalMs = watch.workedMs;
  const deletingMs = watch.of("deleting");
  const course = outlook?.course(counts, totalMs - deletingMs);
  return {
    schema: RECORD_SCHEMA,
    at: new Date().toISOString(),
    version: VERSION,
    verb,
    source: ground.sourceKind,
    destination: ground.destinationKind,
    paths: outlook?.pathsKey ?? null,
    entriesScanned: counts.entriesScanned,
    filesCopied: counts.filesCopied,
    bytesCopied: counts.bytesCopied,
    workers,
    firstByteMs: firstByteMs(memory, watch.startedMicros) ?? null,
    planningMs: watch.of("preparing"),
    copyingMs: watch.of("copying") + watch.of("finishing"),
    deletingMs,
    totalMs,
    fastPath: isAlone,
    stalls: outcome === "stalled" ? 1 : 0,
    errors: counts.problems,
    outcome,
    predictedMs: outlook?.expectedMs(counts, isAlone) ?? null,
    ...(counts.bytesCompared === 0 ? {} : { bytesCompared: counts.bytesCompared }),
    ...(course === undefined ? {} : { course: rowOf(course) }),
  };
}
