// What a run is asked to do, resolved from the command line: plain data that crosses threads, and later the
// network. Nothing here makes a run faster or slower but `workers`, which is a limit for debugging.

import type { RawPath } from "./name.ts";

export type Verb = "copy" | "mirror" | "move";
/** verify walks the trees as the others do, and brings nothing to the destination. */
export type RunVerb = Verb | "verify";

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
  /** An entry shares its inode with no name outside the tree: not asked for by move, whose source loses names by itself. */
  readonly unshare: boolean;
}

/** One line of gitignore's pattern language (gitignore(5)), without a leading "!": that is what `kind` says. */
export interface FilterRule {
  readonly kind: "exclude" | "include";
  /** As matchTextFromRaw() makes it. */
  readonly pattern: string;
  /** Where it was written, for messages: "--exclude", "patterns.txt:12". */
  readonly origin: string;
}

/** Which entries a run leaves alone (planner/filter.ts). */
export interface FilterOptions {
  /** In the order given; the last that matches decides. */
  readonly rules: readonly FilterRule[];
  readonly minSizeBytes: number | undefined;
  readonly maxSizeBytes: number | undefined;
  /** Only files modified at this time or later, in seconds since 1970. */
  readonly newerThanSec: number | undefined;
  /** Only files modified before this time. */
  readonly olderThanSec: number | undefined;
  /**
   * Only these, relative to the source root, and the directories they are in. A directory stands for itself,
   * one that ends in "/" for everything below it too.
   */
  readonly filesFrom: readonly RawPath[] | undefined;
  /** What is excluded is deleted from the destination instead of being protected. */
  readonly deleteExcluded: boolean;
}

/** One source and the place in the destination that it goes to (planner/destination.ts). */
export interface Mapping {
  readonly source: RawPath;
  readonly destination: RawPath;
  /** The source is a directory, or a symlink to follow to one; else it is one entry, never followed. */
  readonly asDirectory: boolean;
}

export interface RunOptions {
  readonly verb: RunVerb;
  readonly sources: readonly RawPath[];
  readonly destination: RawPath;
  readonly compare: ComparePolicy;
  /** Undefined where nothing is filtered: an unfiltered run pays nothing. */
  readonly filter: FilterOptions | undefined;
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
  /** The file that the report is appended to: a run must not destroy it. */
  readonly log: RawPath | undefined;
  /** A cap for debugging; undefined lets blit decide. */
  readonly workers: number | undefined;
}

/** As a file counts where no option says otherwise. */
export const PLAIN_POLICY: ComparePolicy = {
  checksum: false,
  sizeOnly: false,
  ignoreTimes: false,
  ignoreExisting: false,
  update: false,
  preserveOwner: true,
  preserveXattrs: true,
  unshare: true,
};

/** What a run is asked beside its verb and its ends, where no option says otherwise. */
export const PLAIN_RUN: Omit<RunOptions, "verb" | "sources" | "destination"> = {
  compare: PLAIN_POLICY,
  filter: undefined,
  dryRun: false,
  yes: false,
  maxDelete: undefined,
  allowEmptySource: false,
  durable: false,
  oneFileSystem: false,
  reportEntries: false,
  log: undefined,
  workers: undefined,
};
