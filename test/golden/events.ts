// The events of a made-up run, one of every type, with the awkward things in them.

import type { RunEvent } from "#model/event.ts";
import type { RawPath } from "#model/name.ts";
import { COUNTERS, type Counts, type Summary } from "#model/summary.ts";

export function counts(some: Partial<Counts> = {}): Counts {
  const zeros = Object.fromEntries(COUNTERS.map((counter) => [counter, 0])) as unknown as Counts;
  return { ...zeros, ...some };
}

export function summary(some: Partial<Summary> = {}): Summary {
  return {
    verb: "mirror",
    outcome: "done",
    dryRun: false,
    counts: counts({ entriesScanned: 1 }),
    elapsedMs: 1500,
    workers: 2,
    deletionsWithheld: undefined,
    unreached: undefined,
    signal: undefined,
    ...some,
  };
}

const raw = (text: string): RawPath => text as RawPath;

export const EVENTS: readonly RunEvent[] = [
  {
    type: "resolved",
    verb: "mirror",
    mappings: [{ source: raw("/a/src"), destination: raw("/b/dst"), asDirectory: true }],
  },
  { type: "phase", phase: "copying" },
  { type: "note", message: "capped at 1 worker by --workers: blit may be slower" },
  { type: "detail", message: "2 workers: the first run between these file systems" },
  { type: "entry", action: "copy", path: raw("new\nline"), sizeBytes: 12, reason: "new" },
  { type: "entry", action: "skip", path: raw("same"), sizeBytes: 3, reason: "up to date" },
  { type: "entry", action: "replace", path: raw("caf\xe9"), sizeBytes: 2048, reason: "size" },
  {
    type: "progress",
    counts: counts({ filesCopied: 10, filesPlanned: 20, bytesCopied: 1000, bytesPlanned: 4000 }),
    totalsFinal: false,
    elapsedMs: 500,
    remainingMs: undefined,
    path: raw("caf\xe9"),
  },
  {
    type: "problem",
    root: raw("/a/src"),
    problem: {
      side: "source",
      path: raw("secret"),
      operation: "open",
      code: "EACCES",
      severity: "failed",
    },
  },
  {
    type: "problem",
    root: raw("/b/dst"),
    problem: {
      side: "destination",
      path: raw(""),
      operation: "write",
      code: "errno 200",
      severity: "fatal",
    },
  },
  { type: "difference", path: raw("caf\xc3\xa9"), what: ["content", "mode"] },
  { type: "stall", seconds: 10, workers: ["worker 1: reading /a/src/x"] },
  { type: "refused", message: "5 entries would be deleted", hint: undefined },
  {
    type: "summary",
    summary: summary({
      outcome: "failed-entries",
      counts: counts({ entriesScanned: 31, filesCopied: 10, bytesCopied: 1000, problems: 2 }),
      deletionsWithheld: "2 entries failed before",
    }),
  },
];
