// Owner and group: root gives any, anybody else a group of their own at most (chown(2)). What this user may not give stays
// as it is and is counted.

import { compileOnce } from "#platform/compiler.ts";
import { Change } from "#planner/compare.ts";
import type { Thread } from "./thread.ts";

export interface Owned {
  readonly uid: number;
  readonly gid: number;
}

/** What is to be done about an owner, as bits of one number. */
export enum OwnerStep {
  none = 0,
  give = 1,
  /** Something of it is out of this user's reach. */
  note = 2,
}

/** For chown(2): leave this id as it is. */
const KEEP_ID = 0xffffffff;

export function ownerSteps(thread: Thread, wanted: Owned, held: Owned): number {
  const isOtherUser = wanted.uid !== held.uid;
  const isOtherGroup = wanted.gid !== held.gid;
  if (!thread.options.compare.preserveOwner || !(isOtherUser || isOtherGroup))
    return OwnerStep.none;
  if (thread.isPrivileged) return OwnerStep.give;
  const isGiven = isOtherGroup && thread.ownGroups.has(wanted.gid);
  const group = isGiven ? OwnerStep.give : OwnerStep.none;
  return isOtherUser || !isGiven ? group | OwnerStep.note : group;
}

/** The changes without that of the owner, where this user could make nothing of it. */
export function withinReach(thread: Thread, changes: number, wanted: Owned, held: Owned): number {
  const isBeyond =
    (changes & Change.owner) !== 0 && ownerSteps(thread, wanted, held) === OwnerStep.note;
  return isBeyond ? changes & ~Change.owner : changes;
}

/** The user to ask chown for. */
export function givenUser({ isPrivileged }: Thread, wanted: Owned): number {
  return isPrivileged ? wanted.uid : KEEP_ID;
}

/**
 * The mode for a file before it gets another owner: those to whom it belongs until then, and to whom it will belong, may do
 * nothing with it that they may not do at the end.
 */
export function guardedMode(mode: number): number {
  const [group, others] = [(mode >> 3) & 7, mode & 7];
  return group === others ? mode : mode & 0o700;
}

compileOnce(ownerSteps, withinReach);
