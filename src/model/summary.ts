// What a run has done, as counted.

import type { RunVerb } from "./options.ts";

/**
 * The counters of a run, in the order they lie in a row of shared memory: numbers, because one is added to several times
 * an entry.
 */
export enum Count {
  /** Entries of the source that were looked at, directories among them. */
  entriesScanned,
  directoriesScanned,
  filesCopied,
  bytesCopied,
  /** Of bytesCopied, those shared by reflink instead of copied. */
  bytesReflinked,
  /** Bytes of holes kept as holes. */
  bytesSparse,
  filesUnchanged,
  bytesUnchanged,
  /** Bytes that were read on both sides to compare them. */
  bytesCompared,
  /** verify: entries that are not the same on both sides. */
  entriesDiffering,
  directoriesMade,
  symlinksMade,
  specialsMade,
  hardLinksMade,
  /** Entries whose metadata alone was mended. */
  entriesMended,
  entriesDeleted,
  entriesMoved,
  /** Of entriesMoved, those that were copied and then removed from the source; the others were renamed. */
  sourcesRemoved,
  /** Source files that vanished between listing and reading. */
  notesVanished,
  /** Owners, device nodes and the like that this user may not set. */
  notesNotPermitted,
  /** Metadata that the destination's file system cannot hold. */
  notesUnsupported,
  problems,
  /** Files and bytes known so far to need copying: the honest, growing total. */
  filesPlanned,
  bytesPlanned,
}
export type Counter = keyof typeof Count;
export const COUNTERS = Object.keys(Count).filter((key) => !/^\d/.test(key)) as readonly Counter[];

export type Counts = Readonly<Record<Counter, number>>;

/** How a run ended. The exit code follows from it alone (cli/exit_code.ts). */
export type Outcome =
  | "done"
  | "differences"
  | "failed-entries"
  /** The arguments contradict what is there, found before anything was touched. */
  | "usage"
  | "refused"
  | "stalled"
  | "could-not-run"
  | "interrupted";

/** What a run that ended before its time leaves undone, as far as it is known. */
export interface Unreached {
  readonly files: number;
  readonly bytes: number;
  /** The whole source is known to have been looked at: there is no more than this. */
  readonly totalsFinal: boolean;
}

/** One that ends a run in order. */
export type Signal = "SIGINT" | "SIGTERM" | "SIGHUP";

export interface Summary {
  readonly verb: RunVerb;
  readonly outcome: Outcome;
  readonly dryRun: boolean;
  readonly counts: Counts;
  /** Without the time that the user took to answer. */
  readonly elapsedMs: number;
  readonly workers: number;
  /** Why nothing was deleted though something was to be; undefined where deletions went ahead. */
  readonly deletionsWithheld: string | undefined;
  /** Undefined where everything was tried. */
  readonly unreached: Unreached | undefined;
  /** What interrupted the run, for the exit code. */
  readonly signal: Signal | undefined;
}
