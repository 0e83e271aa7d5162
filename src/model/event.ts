// The one stream of what happens in a run. The terminal display, --json, --log and the tests all read it;
// the orchestrator is its only writer.

import type { RawPath } from "./name.ts";
import type { Mapping, RunVerb } from "./options.ts";
import type { Problem } from "./problem.ts";
import type { Counts, Summary } from "./summary.ts";

/** What became of one entry, reported under -v, --json with entries, --log and --dry-run. */
export type EntryAction =
  | "copy"
  | "replace"
  | "make-directory"
  | "make-symlink"
  | "make-special"
  | "link"
  | "mend"
  | "delete"
  | "rename"
  | "skip";

export type Phase = "preparing" | "copying" | "confirming" | "deleting" | "finishing";

export type RunEvent =
  | {
      readonly type: "resolved";
      readonly verb: RunVerb;
      readonly mappings: readonly Mapping[];
    }
  | { readonly type: "phase"; readonly phase: Phase }
  | {
      readonly type: "entry";
      readonly action: EntryAction;
      /** Relative to the destination root, for delete too. */
      readonly path: RawPath;
      readonly sizeBytes: number;
      /** Why, in a few words: "new", "size differs", "mode". */
      readonly reason: string;
    }
  | {
      readonly type: "progress";
      readonly counts: Counts;
      /** False while directories are still being listed: the planned totals grow. */
      readonly totalsFinal: boolean;
      readonly elapsedMs: number;
      /** What the predictor expects to be left; undefined where nothing is known yet. */
      readonly remainingMs: number | undefined;
      readonly path: RawPath | undefined;
    }
  | { readonly type: "problem"; readonly problem: Problem; readonly root: RawPath }
  /** Said to the user in plain words, once. */
  | { readonly type: "note"; readonly message: string }
  /** A choice that was made and why: said under -v only. */
  | { readonly type: "detail"; readonly message: string }
  /** verify: one entry that differs, and in what ("content", "mode", "only in the source"). */
  | { readonly type: "difference"; readonly path: RawPath; readonly what: readonly string[] }
  | { readonly type: "refused"; readonly message: string; readonly hint: string | undefined }
  | { readonly type: "stall"; readonly seconds: number; readonly workers: readonly string[] }
  | { readonly type: "summary"; readonly summary: Summary };

export type EmitEvent = (event: RunEvent) => void;
