// Owner, extended attributes, mode and times, in the one order that keeps them all: chown clears set-id bits and
// capabilities, so it comes first; attributes need a file that may be written to, and an ACL is part of the mode, so they
// come before it; the time comes last, so that an interrupted copy never passes for a complete one.

import { compileOnce } from "#platform/compiler.ts";
import { Kind, type Stat } from "#model/entry.ts";
import type { RawName } from "#model/name.ts";
import { Change, sameTime } from "#planner/compare.ts";
import { Errno } from "#platform/errno.ts";
import { type Dir, type File, type StatSlot, UNSUPPORTED } from "#platform/platform.ts";
import type { CreatedDefaults, DirectoryPair } from "./directory_pair.ts";
import { must } from "./failure.ts";
import { noteForgotten } from "./forgetful.ts";
import { givenUser, type Owned, OwnerStep, ownerSteps } from "./owner.ts";
import type { Route } from "./route.ts";
import type { DirectoryAttributes } from "./shared/task.ts";
import type { Thread } from "./thread.ts";
import { haveXattrs, isAcl, mendXattrs, sameXattrs, type XattrHolder } from "./xattrs.ts";

const OWNER_WRITES = 0o200;
const SPECIAL_BITS = 0o7000;

/** An entry as calls by name take it. */
export interface NamedEntry {
  readonly dir: Dir;
  readonly name: RawName;
}

/**
 * The mode a new file is made with, whose source has these attributes. Where the owner will change, or an ACL will narrow what
 * the mode says, nobody but this user may open it before; set-id bits come last of all.
 */
export function creationMode(
  thread: Thread,
  source: Stat,
  xattrs: readonly string[],
  defaults: CreatedDefaults | undefined,
): number {
  const mode = source.mode & ~SPECIAL_BITS;
  const isOurs = defaults !== undefined && ownerSteps(thread, source, defaults) === OwnerStep.none;
  return isOurs && !xattrs.some(isAcl) ? mode : mode & 0o700;
}

/** Everything but the time, for a file just written under `createdMode`. Throws Failure. */
export function dressNewFile(
  thread: Thread,
  route: Route,
  from: File,
  to: File,
  source: Stat,
  xattrs: readonly string[],
  createdMode: number,
  defaults: CreatedDefaults,
): void {
  const { platform } = thread;
  const owned = ownerSteps(thread, source, defaults) !== OwnerStep.none;
  if (owned) {
    setOwner(thread, source, defaults, (uid, gid) => platform.setFileOwner(to, uid, gid));
  }
  let mode = createdMode;
  const isOthers = defaults.inheritsXattrs || xattrs.length > 0;
  if (isOthers && thread.options.compare.preserveXattrs) {
    if (!mayWrite(thread, mode)) {
      mode |= OWNER_WRITES;
      platform.setFileMode(to, mode);
    }
    mendXattrs(thread, fileXattrs(thread, from), fileXattrs(thread, to));
  }
  if (owned || mode !== source.mode || !defaults.modeExact) {
    isSet(thread, platform.setFileMode(to, source.mode), {}, "set the mode of");
    noteForgotten(thread, route, source.mode, () => platform.statFile(to, thread.otherStat));
  }
}

/** As above, by name: for a new symlink, FIFO, socket or device. Sets the time too. */
export function dressNewEntry(
  thread: Thread,
  from: NamedEntry,
  to: NamedEntry,
  source: Stat,
): void {
  const { platform, otherStat: made } = thread;
  must(platform.stat(to.dir, to.name, made), "destination", "look at");
  let changes: number = Change.time;
  if (ownerSteps(thread, source, made) !== OwnerStep.none) changes |= Change.owner;
  if (source.kind !== Kind.symlink && source.mode !== made.mode) changes |= Change.mode;
  if (thread.options.compare.preserveXattrs) changes |= Change.xattrs;
  mendEntry(thread, from, to, source, made, changes);
}

/** Sets what differs of an existing entry that is not a directory; true where anything was done. Throws Failure. */
export function mendEntry(
  thread: Thread,
  from: NamedEntry,
  to: NamedEntry,
  source: Stat,
  target: StatSlot,
  changes: number,
): boolean {
  const { platform } = thread;
  let mended = false;
  let wanted = changes;
  // Until it is set at the end the time is another one: the next run must see what was left half done.
  const begin = (): void => {
    if ((wanted & Change.time) !== 0) return;
    wanted |= Change.time;
    platform.setTime(to.dir, to.name, source.mtimeSec - 1, source.mtimeNsec);
  };
  if ((wanted & Change.owner) !== 0) {
    const owned = setOwner(thread, source, target, (uid, gid) => {
      if (haveXattrs(thread, entryXattrs(thread, from), entryXattrs(thread, to))) begin();
      return platform.setOwner(to.dir, to.name, uid, gid);
    });
    mended ||= owned;
    // A change of owner has cleared set-id bits and capabilities.
    if (owned && source.kind !== Kind.symlink && (source.mode & SPECIAL_BITS) !== 0)
      wanted |= Change.mode;
    if (owned && thread.options.compare.preserveXattrs) wanted |= Change.xattrs;
  }
  if ((wanted & Change.xattrs) !== 0) {
    const open = (): void => {
      if (source.kind === Kind.symlink || mayWrite(thread, target.mode)) return;
      if (platform.setMode(to.dir, to.name, target.mode | OWNER_WRITES) >= 0) wanted |= Change.mode;
    };
    const holder = { ...entryXattrs(thread, to), begin, open, immutable: target.immutable };
    mended = mendXattrs(thread, entryXattrs(thread, from), holder) || mended;
  }
  if ((wanted & Change.mode) !== 0) {
    const set = platform.setMode(to.dir, to.name, source.mode);
    mended = isSet(thread, set, target, "set the mode of") || mended;
  }
  if ((wanted & Change.time) !== 0) {
    const set = platform.setTime(to.dir, to.name, source.mtimeSec, source.mtimeNsec);
    if (set === UNSUPPORTED) thread.note("notesUnsupported");
    else must(set, "destination", "set the time of");
    mended = true;
  }
  return mended;
}

/**
 * Gives a finished directory its attributes, as far as they differ. An owner that is out of reach is noted here if `fresh`,
 * and was noted when the two were compared if not. Throws Failure.
 */
export function dressDirectory(
  thread: Thread,
  target: Dir,
  wanted: DirectoryAttributes,
  xattrsFrom: Dir | undefined,
  { route, fresh }: Pick<DirectoryPair, "route" | "fresh">,
): void {
  const { platform, otherStat: held } = thread;
  must(platform.statDir(target, held), "destination", "look at");
  let hasTime = sameTime(wanted, held, thread.timeLimits);
  const begin = (): void => {
    if (hasTime) platform.setDirTime(target, wanted.mtimeSec - 1, wanted.mtimeNsec);
    hasTime = false;
  };
  const steps = ownerSteps(thread, wanted, held);
  const owned =
    (fresh ? steps : steps & OwnerStep.give) !== OwnerStep.none &&
    setOwner(thread, wanted, held, (uid, gid) => {
      if (xattrsFrom !== undefined) begin();
      return platform.setDirOwner(target, uid, gid);
    });
  let opened = false;
  const open = (): void => {
    if (!mayWrite(thread, held.mode))
      opened = platform.setDirMode(target, held.mode | OWNER_WRITES) >= 0;
  };
  const mended =
    xattrsFrom !== undefined &&
    mendXattrs(thread, directoryXattrs(thread, xattrsFrom), {
      ...directoryXattrs(thread, target),
      begin,
      open,
      immutable: held.immutable,
    });
  const isReset = mended || opened || (owned && (wanted.mode & SPECIAL_BITS) !== 0);
  if (held.mode !== wanted.mode || isReset) {
    isSet(thread, platform.setDirMode(target, wanted.mode), held, "set the mode of");
    if (fresh) noteForgotten(thread, route, wanted.mode, () => platform.statDir(target, held));
  }
  if (!hasTime) {
    const { mtimeSec, mtimeNsec } = wanted;
    must(platform.setDirTime(target, mtimeSec, mtimeNsec), "destination", "set the time of");
  }
}

/** Attributes in user.* may be set only by who may write to the file, whatever its descriptor allows (xattr(7)). */
export function mayWrite({ isPrivileged }: Thread, mode: number): boolean {
  return isPrivileged || (mode & OWNER_WRITES) !== 0;
}

interface Held {
  readonly immutable?: boolean;
}

/** True where the owner or the group was set. A user without the right may still give a group of their own. */
function setOwner(
  thread: Thread,
  wanted: Owned,
  held: Owned & Held,
  set: (uid: number, gid: number) => number,
): boolean {
  if (thread.isPrivileged) {
    const result = set(wanted.uid, wanted.gid);
    // Only then is the text of any use: an id that this user namespace does not have.
    const ids = result === -Errno.EINVAL ? `${wanted.uid}:${wanted.gid} ` : "";
    return isSet(thread, result, held, `set the owner ${ids}of`);
  }
  const steps = ownerSteps(thread, wanted, held);
  const isGrouped =
    (steps & OwnerStep.give) !== 0 && set(givenUser(thread, wanted), wanted.gid) >= 0;
  if (!isGrouped || (steps & OwnerStep.note) !== 0) thread.note("notesNotPermitted");
  return isGrouped;
}

/**
 * True where it was set. A refusal to the privileged means that the file is immutable, which is a failure, or that the file
 * system holds no such thing; one to an ordinary user is counted.
 */
function isSet(thread: Thread, result: number, held: Held, operation: string): boolean {
  if (result >= 0) return true;
  const refused = result === -Errno.EPERM && held.immutable !== true;
  if (refused && !thread.isPrivileged) thread.note("notesNotPermitted");
  else if (refused || result === UNSUPPORTED) thread.note("notesUnsupported");
  else must(result, "destination", operation);
  return false;
}

export function fileXattrs({ platform }: Thread, file: File): XattrHolder {
  return {
    list: () => platform.listFileXattrs(file),
    get: (xattr) => platform.getFileXattr(file, xattr),
    set: (xattr, value) => platform.setFileXattr(file, xattr, value),
    remove: (xattr) => platform.removeFileXattr(file, xattr),
  };
}

export function directoryXattrs({ platform }: Thread, dir: Dir): XattrHolder {
  return {
    list: () => platform.listDirXattrs(dir),
    get: (xattr) => platform.getDirXattr(dir, xattr),
    set: (xattr, value) => platform.setDirXattr(dir, xattr, value),
    remove: (xattr) => platform.removeDirXattr(dir, xattr),
  };
}

export function entryXattrs({ platform }: Thread, { dir, name }: NamedEntry): XattrHolder {
  return {
    list: () => platform.listXattrs(dir, name),
    get: (xattr) => platform.getXattr(dir, name, xattr),
    set: (xattr, value) => platform.setXattr(dir, name, xattr, value),
    remove: (xattr) => platform.removeXattr(dir, name, xattr),
  };
}

/** Whether an entry carries what its source does, as far as that is kept. Throws Failure. */
export function sameEntryXattrs(pair: DirectoryPair, name: RawName, targetName: RawName): boolean {
  const { thread } = pair;
  if (!thread.options.compare.preserveXattrs) return true;
  const from = { dir: pair.source, name };
  const to = { dir: pair.written, name: targetName };
  return sameXattrs(entryXattrs(thread, from), entryXattrs(thread, to));
}

compileOnce(creationMode, dressNewFile, mendEntry);
