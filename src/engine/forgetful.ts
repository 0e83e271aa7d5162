// File systems that say a mode or an owner is set, and forget it: FAT, exFAT and NTFS as they are mostly mounted. What one
// makes of a mode is learned on the first entry that lacks it, so that the same is not mended again in every run.

import type { Stat } from "#model/entry.ts";
import { Change } from "#planner/compare.ts";
import type { Route } from "./route.ts";
import type { Thread } from "./thread.ts";

type Attributes = Pick<Stat, "kind" | "mode" | "uid" | "gid">;

/** An entry of the destination, by handle or by name; all return -errno. */
export interface Holder {
  setMode(mode: number): number;
  setOwner(uid: number, gid: number): number;
  /** Into the thread's otherStat. */
  look(): number;
}

/** The changes without those that would leave the entry as it is `held` now; these are noted. Blocks. */
export function withoutForgotten(
  thread: Thread,
  route: Route,
  changes: number,
  wanted: Attributes,
  held: Attributes,
  entry: Holder,
): number {
  if (!route.mayForget || thread.options.dryRun) return changes;
  let left = changes;
  if ((left & Change.mode) !== 0 && forgetsMode(thread, route, wanted, held, entry))
    left &= ~Change.mode;
  if ((left & Change.owner) !== 0 && forgetsOwner(thread, route, wanted, held, entry))
    left &= ~Change.owner;
  if (left !== changes) thread.note("notesUnsupported");
  return left;
}

/** Notes where a new entry, whose attributes are all set, has not got its mode. */
export function noteForgotten(
  thread: Thread,
  route: Route,
  mode: number,
  look: Holder["look"],
): void {
  if (route.mayForget && look() >= 0 && thread.otherStat.mode !== mode)
    thread.note("notesUnsupported");
}

function forgetsMode(
  { otherStat }: Thread,
  { modesMade }: Route,
  wanted: Attributes,
  held: Attributes,
  entry: Holder,
): boolean {
  const key = (wanted.kind << 12) | wanted.mode;
  let made = modesMade.get(key);
  if (made === undefined) {
    // What is refused is reported where it is to be set.
    if (entry.setMode(wanted.mode) < 0 || entry.look() < 0) return false;
    made = otherStat.mode;
    modesMade.set(key, made);
    if (made !== held.mode) entry.setMode(held.mode);
  }
  return made !== wanted.mode && made === held.mode;
}

function forgetsOwner(
  { otherStat, isPrivileged }: Thread,
  route: Route,
  wanted: Attributes,
  held: Attributes,
  entry: Holder,
): boolean {
  if (!isPrivileged) return false;
  if (route.forgetsOwners === undefined) {
    if (entry.setOwner(wanted.uid, wanted.gid) < 0 || entry.look() < 0) return false;
    route.forgetsOwners = otherStat.uid === held.uid && otherStat.gid === held.gid;
    if (!route.forgetsOwners) entry.setOwner(held.uid, held.gid);
  }
  return route.forgetsOwners;
}
