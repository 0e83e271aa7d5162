// What the comparison of one directory leaves to decide besides its entries: what only the destination has, and
// how an entry gives way to one of another kind. Pure.

import { Kind } from "#model/entry.ts";
import type { RawName } from "#model/name.ts";
import type { Verb } from "#model/options.ts";

/**
 * The names that only the destination has, in its order. The engine asks where the counts of both directories do
 * not already say that there is none. What a filter protects must be taken out of the answer, not of the names.
 */
export function extras(
  sourceNames: Iterable<RawName>,
  destinationNames: readonly RawName[],
): RawName[] {
  const kept = new Set(sourceNames);
  return destinationNames.filter((name) => !kept.has(name));
}

/**
 * How the destination's entry makes room where Change.create is asked and something is there. "replace": by rename.
 * "remove-if-empty": a directory that holds anything is a conflict, the entry fails. "remove-tree": a deletion, with
 * all that holds for deletions.
 */
export type MakeRoom = "replace" | "remove-if-empty" | "remove-tree";

export function makeRoom(verb: Verb, targetKind: Kind): MakeRoom {
  if (targetKind !== Kind.directory) return "replace";
  return verb === "mirror" ? "remove-tree" : "remove-if-empty";
}
