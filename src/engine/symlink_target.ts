// Whether a symlink leads to the same place on both sides.

import type { RawName } from "#model/name.ts";
import type { DirectoryPair } from "./directory_pair.ts";
import { Failure } from "./failure.ts";

/** Throws Failure where the source's target cannot be read. */
export function sameTarget(pair: DirectoryPair, name: RawName, targetName: RawName): boolean {
  const { platform } = pair.thread;
  const wanted = platform.readLink(pair.source, name);
  if (typeof wanted === "number") throw new Failure("source", "read the target of", wanted);
  return platform.readLink(pair.written, targetName) === wanted;
}
