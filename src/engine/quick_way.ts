// The tight loops for what most entries of most runs are. Each handles an entry whole, or leaves it alone for entry.ts.

import type { RawName } from "#model/name.ts";

export interface QuickWay {
  /** True where nothing is left to do for the entry. Reports and throws nothing. Blocks. */
  handles(name: RawName, kind: number): boolean;
}
