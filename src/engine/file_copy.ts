// One regular file from the source to the destination, whole or not at all. Owns both descriptors from open to close.
//
// A new file appears under its own name and gets its time last, so that an interrupted one never passes for complete. A
// file that exists is never half-written: the new one is made under a temporary name and renamed over it.

import { Count } from "#model/summary.ts";
import { compileOnce } from "#platform/compiler.ts";
import { isSameVersion, Kind, sameInode, type Stat } from "#model/entry.ts";
import type { RawName } from "#model/name.ts";
import { Errno } from "#platform/errno.ts";
import type { Dir, File } from "#platform/platform.ts";
import { commitLater } from "./commits.ts";
import { copyContent } from "./content.ts";
import type { DirectoryPair } from "./directory_pair.ts";
import { must, SourceChanged } from "./failure.ts";
import { isReplaced } from "./replaced.ts";
import { creationMode, dressNewFile } from "./metadata.ts";
import { sameBytes } from "./same_bytes.ts";
import type { Thread } from "./thread.ts";
import { hasNone, listed, mayHoldAcl, NO_XATTRS } from "./xattrs.ts";

/**
 * Copies content and everything else of the source file. `source` must be its stat by name. Throws SourceChanged where the
 * file did not hold still, Failure, or Cancelled; then nothing of the new file is left.
 */
export function copyFile(
  pair: DirectoryPair,
  name: RawName,
  targetName: RawName,
  source: Stat,
  replaces: boolean,
  isLastTry: boolean,
): void {
  const { thread } = pair;
  thread.activity.copy(name, source.sizeBytes);
  const from = openSource(thread, pair.source, name);
  const copiedBefore = thread.tally.own(Count.bytesCopied);
  try {
    const made = replaces || thread.usesTemporaryNames ? thread.temporaryName() : targetName;
    writeFile(pair, from, made, targetName, source, isLastTry);
  } catch (error) {
    // They were counted as they went, for whoever watches; but nothing of them is left.
    thread.tally.add(Count.bytesCopied, copiedBefore - thread.tally.own(Count.bytesCopied));
    throw error;
  } finally {
    thread.platform.closeFile(from);
    thread.activity.leave();
  }
  thread.tally.add(Count.filesCopied);
}

function openSource(thread: Thread, dir: Dir, name: RawName): File {
  const from = thread.platform.openRead(dir, name);
  // A symlink stands where the file was.
  if (from === -Errno.ELOOP) throw new SourceChanged();
  return must(from, "source", "open") as File;
}

function writeFile(
  pair: DirectoryPair,
  from: File,
  made: RawName,
  targetName: RawName,
  source: Stat,
  isLastTry: boolean,
): void {
  const { thread, written } = pair;
  const { platform } = thread;
  const xattrs = thread.options.compare.preserveXattrs
    ? listed(platform.listFileXattrs(from), "source")
    : NO_XATTRS;
  const createdMode = creationMode(thread, source, xattrs, pair.defaults);
  const created = platform.createFile(written, made, createdMode);
  if (created === -Errno.EEXIST && made === targetName) {
    pair.refuseTaken(targetName);
    // Somebody made it since we looked.
    writeFile(pair, from, thread.temporaryName(), targetName, source, isLastTry);
    return;
  }
  const to = must(created, "destination", "create") as File;
  let open = true;
  try {
    const defaults = (pair.defaults ??= defaultsOf(pair, to, createdMode));
    copyContent(thread, pair.route, from, to, source);
    dressNewFile(thread, pair.route, from, to, source, xattrs, createdMode, defaults);
    if (!isUnchanged(thread, from, source) && !(isLastTry && isVersion(thread, from, to, source)))
      throw new SourceChanged();
    const isCommittedLater = mayCommitLater(pair, targetName, source);
    if (!isCommittedLater) stamp(thread, to, source);
    open = false;
    thread.activity.flush(source.sizeBytes);
    must(platform.closeFile(to), "destination", "close");
    if (isCommittedLater) commitLater(pair, made, targetName, source);
    else if (made !== targetName) {
      pair.refuseUnlessFree(targetName);
      must(platform.rename(written, made, written, targetName), "destination", "replace");
    }
  } catch (error) {
    const isAnothers = open && isReplaced(thread, to, written, made);
    if (open) platform.closeFile(to);
    if (!isAnothers) platform.unlink(written, made);
    throw error;
  }
}

/**
 * Under --durable a file waits for the sync of its batch. One that others will link to, or whose source will be removed,
 * does not wait: it is synced by itself. Nor does one whose twin must find it there (case_twins.ts).
 */
function mayCommitLater(
  { thread: { options, platform }, twins }: DirectoryPair,
  name: RawName,
  source: Stat,
): boolean {
  if (!options.durable || options.verb === "move" || source.nlink > 1) return false;
  if (!platform.syncsFileSystems) return false;
  return twins?.has(name) !== true;
}

function stamp({ platform, options }: Thread, file: File, source: Stat): void {
  const isOnlySyncedHere = options.verb === "move" && !platform.syncsFileSystems;
  if (options.durable || isOnlySyncedHere) must(platform.syncFile(file), "destination", "sync");
  const set = platform.setFileTime(file, source.mtimeSec, source.mtimeNsec);
  must(set, "destination", "set the time of");
}

/** What the first file made in a directory shows about those to come. */
function defaultsOf({ thread, written, route }: DirectoryPair, file: File, askedMode: number) {
  const { platform, otherStat: made } = thread;
  must(platform.statFile(file, made), "destination", "look at");
  // A default ACL, which need not show on a file, or a file system without modes spares one mode and changes the next.
  const changesModes = route.mayForget || mayHoldAcl(platform.listDirXattrs(written));
  return {
    uid: made.uid,
    gid: made.gid,
    modeExact: made.mode === askedMode && !changesModes,
    inheritsXattrs: !hasNone(platform.listFileXattrs(file)),
  };
}

/** What was read is one version of the file: size, times and inode are as they were before. */
function isUnchanged(thread: Thread, from: File, source: Stat): boolean {
  const { platform, otherStat: now } = thread;
  must(platform.statFile(from, now), "source", "look at");
  return now.kind === Kind.file && isSameVersion(now, source) && sameInode(now, source);
}

/**
 * Of a file that changes all the time, a log mostly: what was copied is still how it begins, so it is what the file was when it
 * was that long. It gets the time of then, by which the next run sees that there is more.
 */
function isVersion(thread: Thread, from: File, to: File, source: Stat): boolean {
  const { platform, otherStat: now } = thread;
  const { sizeBytes } = source;
  if (now.kind !== Kind.file || now.sizeBytes < sizeBytes || !sameInode(now, source)) return false;
  must(platform.truncate(to, sizeBytes), "destination", "set the size of");
  return sameBytes(thread, from, to, 0, sizeBytes, false);
}

compileOnce(copyFile, mayCommitLater, stamp, openSource, writeFile, isUnchanged);
