// Amounts of work, added and taken apart. Pure.

import type { Work } from "./predictor.ts";

export const NOTHING: Work = { entries: 0, files: 0, bytes: 0 };

/** `work` and a share of `more`; -1 takes it away. */
export function plus(work: Work, more: Work, share = 1): Work {
  return {
    entries: work.entries + more.entries * share,
    files: work.files + more.files * share,
    bytes: work.bytes + more.bytes * share,
  };
}

export function minus(work: Work, less: Work): Work {
  return plus(work, less, -1);
}
