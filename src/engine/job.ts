// What each thread of a run is given: plain data and shared memory.

import type { Moment } from "#model/entry.ts";
import type { RawName, RawPath } from "#model/name.ts";
import type { RunOptions } from "#model/options.ts";
import type { ProcessIdentity } from "#planner/temporary_name.ts";
import type { UsedRules } from "./filter_for.ts";
import type { SharedMemory } from "./shared/memory.ts";

/** A pair of directories between which entries are copied; made by the orchestrator from one mapping. */
export interface Root {
  /** Absolute paths of directories. The destination exists, but in a dry run. */
  readonly source: RawPath;
  readonly destination: RawPath;
  /** The source is this one entry of its directory, and goes to this name. */
  readonly single: { readonly source: RawName; readonly destination: RawName } | undefined;
  /** The destination was made by this run, or would be in a dry run. */
  readonly fresh: boolean;
}

export interface Job {
  readonly options: RunOptions;
  readonly roots: readonly Root[];
  readonly memory: SharedMemory;
  readonly threadIndex: number;
  readonly usedRules: UsedRules;
  /** Whose temporary names these are (planner/temporary_name.ts). */
  readonly owner: ProcessIdentity;
  /** No entry that the run changes gets an earlier ctime. */
  readonly begun: Moment;
}
