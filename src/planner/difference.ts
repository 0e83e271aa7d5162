// In what two entries of one name differ, in words: what verify reports. Judged by the rules of compare.ts, so that verify
// finds a difference where a mirror would find work. Pure.

import { Kind, type Stat } from "#model/entry.ts";
import type { ComparePolicy } from "#model/options.ts";
import { Change, compareEntry, type TimeLimits } from "./compare.ts";

export type Difference =
  | "kind"
  | "device number"
  | "size"
  | "content"
  | "target"
  | "mode"
  | "owner"
  | "group"
  | "time"
  | "attributes"
  | "hard links"
  | "only in the source"
  | "only in the destination";

const EQUAL: readonly Difference[] = [];
/** What their stats alone say. */
const JUDGED = ~(Change.verify | Change.target | Change.xattrs);

/** What the stats tell: content, symlink targets and attributes are for the caller to look at. */
export function statDifferences(
  source: Stat,
  target: Stat,
  policy: ComparePolicy,
  limits: TimeLimits,
): readonly Difference[] {
  const changes = compareEntry(source, target, policy, limits) & JUDGED;
  if (changes === Change.none) return EQUAL;
  if (source.kind !== target.kind) return ["kind"];
  if ((changes & Change.create) !== 0) return ["device number"];
  const found: Difference[] = [];
  if (source.kind === Kind.file && source.sizeBytes !== target.sizeBytes) found.push("size");
  if ((changes & Change.mode) !== 0) found.push("mode");
  if ((changes & Change.owner) !== 0) {
    if (source.uid !== target.uid) found.push("owner");
    if (source.gid !== target.gid) found.push("group");
  }
  if ((changes & Change.time) !== 0) found.push("time");
  if ((changes & Change.unshare) !== 0) found.push("hard links");
  return found;
}
