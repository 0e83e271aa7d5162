// The tight loops for what most entries of most runs are. Each handles an entry whole, or leaves it alone for entry.ts.

import { Kind } from "#model/entry.ts";
import type { RawName } from "#model/name.ts";
import { compileOnce } from "#platform/compiler.ts";
import type { Dir } from "#platform/platform.ts";
import type { DirectoryPair } from "./directory_pair.ts";

export interface QuickWay {
  /** True where nothing is left to do for the entry. Reports and throws nothing. Blocks. */
  handles(name: RawName, kind: number): boolean;
}

/** True where the destination has that subdirectory too: it is queued. */
export function hasDirectory(pair: DirectoryPair, target: Dir, name: RawName): boolean {
  const { platform, targetStat } = pair.thread;
  if (platform.stat(target, name, targetStat) < 0 || targetStat.kind !== Kind.directory)
    return false;
  pair.matched++;
  pair.descend(name, false);
  return true;
}

compileOnce(hasDirectory);
