// What a run is asked to do, resolved from the command line: plain data that crosses threads, and later the
// network. Nothing here makes a run faster or slower but `workers`, which is a limit for debugging.

import type { RawPath } from "./name.ts";

export type Verb = "copy" | "mirror" | "move";

/** How it is decided that a file's content must be copied. */
export interface ComparePolicy {
  /** Compare content byte by byte instead of trusting size and mtime. */
  readonly checksum: boolean;
  readonly sizeOnly: boolean;
  /** Copy every file, even where size and mtime agree. */
  readonly ignoreTimes: boolean;
  /** Never touch what the destination already has. */
  readonly ignoreExisting: boolean;
  /** Never overwrite a file that is newer at the destination. */
  readonly update: boolean;
  readonly preserveOwner: boolean;
  readonly preserveXattrs: boolean;
}

/** One source and the place in the destination that it goes to (planner/destination.ts). */
export interface Mapping {
  readonly source: RawPath;
  readonly destination: RawPath;
}

export interface RunOptions {
  readonly verb: Verb;
  readonly sources: readonly RawPath[];
  readonly destination: RawPath;
  readonly compare: ComparePolicy;
  readonly dryRun: boolean;
  /** Do not ask before deleting; accept a destination that looks unrelated. */
  readonly yes: boolean;
  /** Delete at most so many entries; undefined is no limit. */
  readonly maxDelete: number | undefined;
  readonly allowEmptySource: boolean;
  readonly durable: boolean;
  readonly oneFileSystem: boolean;
  /** Every entry and decision is reported as an event. */
  readonly reportEntries: boolean;
  /** A cap for debugging; undefined lets blit decide. */
  readonly workers: number | undefined;
}
