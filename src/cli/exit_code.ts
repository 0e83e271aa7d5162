// The exit codes, and what they mean: `blit help exit-codes` and the manual print this table.

import type { Outcome, Signal, Summary } from "#model/summary.ts";

export const ExitCode = {
  done: 0,
  differences: 1,
  usage: 2,
  failedEntries: 3,
  refused: 4,
  stalled: 5,
  couldNotRun: 6,
  hangup: 129,
  interrupted: 130,
  terminated: 143,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

export const EXIT_CODE_MEANINGS: readonly (readonly [ExitCode, string])[] = [
  [ExitCode.done, "all done, or identical"],
  [ExitCode.differences, "verify found differences"],
  [ExitCode.usage, "wrong usage; nothing was touched"],
  [ExitCode.failedEntries, "finished, but some entries failed, or the report could not be written"],
  [
    ExitCode.refused,
    "refused by a safety rule (overlap, empty source, unrelated destination, --max-delete), or by you when mirror asked; nothing was deleted",
  ],
  [ExitCode.stalled, "stalled: nothing moved for ten seconds"],
  [ExitCode.couldNotRun, "could not run at all (source missing, destination not writable)"],
  [ExitCode.hangup, "hung up (SIGHUP); the destination is consistent"],
  [ExitCode.interrupted, "interrupted (SIGINT); the destination is consistent"],
  [ExitCode.terminated, "terminated (SIGTERM); the destination is consistent"],
];

const OF_OUTCOME: Readonly<Record<Exclude<Outcome, "interrupted">, ExitCode>> = {
  done: ExitCode.done,
  differences: ExitCode.differences,
  "failed-entries": ExitCode.failedEntries,
  usage: ExitCode.usage,
  refused: ExitCode.refused,
  stalled: ExitCode.stalled,
  "could-not-run": ExitCode.couldNotRun,
};

const OF_SIGNAL: Readonly<Record<Signal, ExitCode>> = {
  SIGHUP: ExitCode.hangup,
  SIGINT: ExitCode.interrupted,
  SIGTERM: ExitCode.terminated,
};

export function exitCode(summary: Pick<Summary, "outcome" | "signal">): ExitCode {
  if (summary.outcome === "interrupted") return OF_SIGNAL[summary.signal ?? "SIGINT"];
  return OF_OUTCOME[summary.outcome];
}

/** The code where the result could not be written: a success that nobody was told of is none. */
export function unreported(code: ExitCode): ExitCode {
  return code === ExitCode.done || code === ExitCode.differences ? ExitCode.failedEntries : code;
}
