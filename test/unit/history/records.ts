// Records for the tests of the history.

import type { RunRecord } from "#history/record.ts";

export function recordOf(fields: Partial<RunRecord> = {}): RunRecord {
  return {
    schema: 1,
    at: "2026-11-20T08:30:00.000Z",
    version: "0.1.0",
    verb: "mirror",
    source: "ext4",
    destination: "tmpfs",
    paths: "00112233445566aa-778899bbccddeeff",
    entriesScanned: 47_000,
    filesCopied: 1200,
    bytesCopied: 572_000_000,
    workers: 2,
    firstByteMs: 8.25,
    planningMs: 100,
    copyingMs: 600,
    deletingMs: 20,
    totalMs: 640.5,
    fastPath: false,
    stalls: 0,
    errors: 0,
    outcome: "done",
    predictedMs: 600,
    ...fields,
  };
}
