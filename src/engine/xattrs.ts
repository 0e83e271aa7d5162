// Extended attributes and ACLs from a source to a destination, in whatever way each of the two is reached.

import { compileOnce } from "#platform/compiler.ts";
import { Errno } from "#platform/errno.ts";
import type { Side } from "#model/problem.ts";
import { UNSUPPORTED } from "#platform/platform.ts";
import { Failure } from "./failure.ts";
import type { Thread } from "./thread.ts";

export const NO_XATTRS: readonly string[] = [];

/** The attributes of one entry, by descriptor or by name: made where they are needed. */
export interface XattrHolder {
  list(): readonly string[] | number;
  get(xattr: string): Uint8Array | number;
  set(xattr: string, value: Uint8Array): number;
  remove(xattr: string): number;
}

/** One whose attributes are to be changed. */
export interface ChangedHolder extends XattrHolder {
  /** Called when something is changed, if anything is: perhaps more than once. */
  readonly begin?: () => void;
  /** Called where this user may not write to it, which attributes in user.* need. */
  readonly open?: () => void;
  /** Nobody may change anything of it (chattr(1)): a refusal is a failure, and no matter of who asks. */
  readonly immutable?: boolean;
}

/**
 * What belongs to the data and can be set: what a user, an administrator or a security module put there, how btrfs is to
 * compress it, and ACLs. Other names in system.* are the file system's own views of the inode, and xfs shows an ACL again as
 * trusted.SGI_ACL_FILE or _DEFAULT (libattr's xattr.conf skips it too).
 */
function isPreserved(xattr: string): boolean {
  if (xattr.startsWith("trusted.SGI_ACL_")) return false;
  return (
    xattr.startsWith("user.") ||
    xattr.startsWith("security.") ||
    xattr.startsWith("trusted.") ||
    xattr.startsWith("btrfs.") ||
    isAcl(xattr)
  );
}

/** Whether two entries carry the same attributes. Throws Failure. */
export function sameXattrs(from: XattrHolder, to: XattrHolder): boolean {
  const wanted = listed(from.list(), "source").filter(isPreserved);
  const held = listed(to.list(), "destination").filter(isPreserved);
  if (wanted.length !== held.length) return false;
  return wanted.every((name) => {
    const value = valueOf(from, name, "source");
    if (value === undefined || !held.includes(name)) return false;
    const old = valueOf(to, name, "destination");
    return old !== undefined && Buffer.compare(value, old) === 0;
  });
}

/** Undefined where it has gone since it was listed. Throws Failure: what could not be read is not known to differ. */
function valueOf(holder: XattrHolder, xattr: string, side: Side): Uint8Array | undefined {
  const value = holder.get(xattr);
  if (typeof value !== "number") return value;
  if (value === -Errno.ENODATA) return undefined;
  throw new Failure(side, `read the attribute ${xattr} of`, value);
}

/** Makes an entry's attributes those of its source; true where anything was changed. Throws Failure. */
export function mendXattrs(thread: Thread, from: XattrHolder, to: ChangedHolder): boolean {
  const wanted = listed(from.list(), "source").filter(isPreserved);
  const names = to.list();
  if (names === UNSUPPORTED) {
    if (wanted.length > 0) thread.note("notesUnsupported");
    return false;
  }
  const held = listed(names, "destination");
  const change = changer(thread, to);
  for (const name of held) {
    if (!isPreserved(name) || wanted.includes(name)) continue;
    change.make(`remove the attribute ${name} of`, () => to.remove(name));
  }
  for (const name of aclsLast(wanted)) {
    const value = valueOf(from, name, "source");
    if (value === undefined) continue;
    const old = held.includes(name) ? to.get(name) : undefined;
    if (old instanceof Uint8Array && Buffer.compare(old, value) === 0) continue;
    change.make(`set the attribute ${name} of`, () => to.set(name, value));
  }
  return change.isDone;
}

/**
 * Root may change what there is, so that it begins before the first change. Who is refused must leave no trace of having tried:
 * the next run, as root, would take the entry for newer.
 */
function changer(thread: Thread, { begin, open, immutable = false }: ChangedHolder) {
  const change = {
    isDone: false,
    make(operation: string, attempt: () => number): void {
      if (thread.isPrivileged) begin?.();
      let result = attempt();
      if (result === -Errno.EACCES && open !== undefined) {
        open();
        result = attempt();
      }
      if (!isSettled(thread, result, immutable, operation)) return;
      begin?.();
      change.isDone = true;
    },
  };
  return change;
}

/** An ACL may take from the owner the right to write, which attributes in user.* need. */
function aclsLast(names: readonly string[]): readonly string[] {
  if (!names.some(isAcl)) return names;
  return [...names.filter((name) => !isAcl(name)), ...names.filter(isAcl)];
}

/** The names that a list call gave; none where there can be none. Throws Failure. */
export function listed(names: readonly string[] | number, side: Side): readonly string[] {
  if (typeof names !== "number") return names;
  if (names === UNSUPPORTED || names === -Errno.EACCES) return [];
  throw new Failure(side, "list the attributes of", names);
}

/** Of what a list call gave: true also where it could not be read. */
export function mayHoldAcl(names: readonly string[] | number): boolean {
  return typeof names === "number" ? !hasNone(names) : names.some(isAcl);
}

/** Either has attributes that a change of its owner could drop, or leave half mended. */
export function haveXattrs({ options }: Thread, one: XattrHolder, other: XattrHolder): boolean {
  return options.compare.preserveXattrs && !(hasNone(one.list()) && hasNone(other.list()));
}

/** For who reports nothing: false where what was tried failed. */
function succeeds(attempt: () => boolean): boolean {
  try {
    return attempt();
  } catch (error) {
    if (error instanceof Failure) return false;
    throw error;
  }
}

export function tryMendXattrs(thread: Thread, from: XattrHolder, to: XattrHolder): boolean {
  return succeeds(() => {
    mendXattrs(thread, from, to);
    return true;
  });
}

/** True where both are known to be the same. */
export function trySameXattrs(from: XattrHolder, to: XattrHolder): boolean {
  return succeeds(() => sameXattrs(from, to));
}

/** Such an attribute is a part of the mode: without it, the mode's bits for the group may allow too much. */
export function isAcl(xattr: string): boolean {
  return xattr.startsWith("system.posix_acl_");
}

/** True for what a list call gave where there are no attributes, or can be none. */
export function hasNone(names: readonly string[] | number): boolean {
  return typeof names === "number" ? names === UNSUPPORTED : names.length === 0;
}

/** What this user may not set, or this file system cannot hold, is counted; any other refusal is a failure. */
function isSettled(thread: Thread, result: number, immutable: boolean, operation: string): boolean {
  if (result >= 0) return true;
  const isRefused = result === -Errno.EPERM || result === -Errno.EACCES;
  if (result === UNSUPPORTED) thread.note("notesUnsupported");
  else if (isRefused && !immutable) thread.note("notesNotPermitted");
  else if (result !== -Errno.ENODATA) throw new Failure("destination", operation, result);
  return false;
}

compileOnce(sameXattrs, valueOf, listed, hasNone);
