// What went wrong with one entry, as data: it never stops a run by itself.

import type { RawPath } from "./name.ts";

/** Which tree an error belongs to: an EIO means something else on each. */
export type Side = "source" | "destination";

/** The operation of a problem with a path that only --files-from names. */
export const FIND_LISTED = "find the listed";

export interface Problem {
  readonly side: Side;
  /** Relative to the side's root; "" is the root itself. */
  readonly path: RawPath;
  /** What was tried, as a verb phrase: "read", "create", "set the owner of". */
  readonly operation: string;
  /** The errno name ("ENOSPC"), or a word of blit's own ("CHANGED"). */
  readonly code: string;
  /** failed: the entry is not as it should be, the run exits 3. fatal: the destination takes nothing more, the run stops. */
  readonly severity: "failed" | "fatal";
}
