// What verify does with what the walk of both trees meets: it looks, compares and reports, and changes nothing.

import { Count } from "#model/summary.ts";
import { Kind, type Stat } from "#model/entry.ts";
import type { RawName } from "#model/name.ts";
import { type Difference, statDifferences } from "#planner/difference.ts";
import { compileOnce } from "#platform/compiler.ts";
import { Errno } from "#platform/errno.ts";
import type { StatSlot } from "#platform/platform.ts";
import { sameFiles, withBothFiles } from "../compare_content.ts";
import type { DirectoryPair } from "../directory_pair.ts";
import { must } from "../failure.ts";
import { LARGE_FILE_BYTES } from "../large_file.ts";
import { directoryXattrs, fileXattrs, sameEntryXattrs } from "../metadata.ts";
import { sameTarget } from "../symlink_target.ts";
import { looksCut } from "../time_grain.ts";
import { sameXattrs } from "../xattrs.ts";
import { shownGrainNsec } from "./shown_grain.ts";

/** Compares the directories themselves, just opened: sourceStat and targetStat are theirs. Throws Failure. */
export function verifyDirectory(pair: DirectoryPair): void {
  const { thread } = pair;
  // A single file was named: the folders that it is in were not.
  if (thread.root(thread.tasks.root(pair.task)).single !== undefined) return;
  const { sourceStat: source, targetStat: target, options } = thread;
  const found = [...differencesByStat(pair, source, target)];
  if (
    options.compare.preserveXattrs &&
    !sameXattrs(directoryXattrs(thread, pair.source), directoryXattrs(thread, pair.written))
  )
    found.push("attributes");
  if (found.length > 0) thread.difference(pair.path, found);
}

/** Meets a subdirectory of the source: false where both sides have it, so that it can be walked. Throws Failure. */
export function verifySubdirectory(pair: DirectoryPair, name: RawName): false | undefined {
  const exists = lookAtTarget(pair, name);
  if (exists) pair.matched++;
  if (exists && pair.thread.targetStat.kind === Kind.directory) return false;
  pair.thread.difference(pair.pathOf(name), [exists ? "kind" : "only in the source"]);
  return undefined;
}

/**
 * Compares one entry that is not a directory at the source; false where `mayLeave` and it is a large file, whose content is
 * left for a task of its own. Throws Failure or Cancelled.
 */
export function verifyEntry(
  pair: DirectoryPair,
  name: RawName,
  source: StatSlot,
  mayLeave: boolean,
): boolean {
  const { thread } = pair;
  const targetName = pair.targetName(name);
  const path = () => pair.pathOf(targetName);
  if (!lookAtTarget(pair, targetName)) {
    thread.difference(path(), ["only in the source"]);
    return true;
  }
  // What is left for later is counted once.
  if (mayLeave) pair.matched++;
  const reads = readsContent(pair, source);
  if (mayLeave && reads && source.sizeBytes >= LARGE_FILE_BYTES) return false;
  const found = differencesOf(pair, name, targetName, source, reads);
  if (found.length > 0) thread.difference(path(), found);
  else if (source.kind === Kind.file) {
    thread.tally.add(Count.filesUnchanged);
    thread.tally.add(Count.bytesUnchanged, source.sizeBytes);
  }
  return true;
}

/** Fills targetStat; false where the destination has no such entry. */
function lookAtTarget({ thread, written }: DirectoryPair, targetName: RawName): boolean {
  const found = thread.platform.stat(written, targetName, thread.targetStat);
  if (found === -Errno.ENOENT) return false;
  must(found, "destination", "look at");
  return true;
}

/** Files of the same size can have the same content; --quick believes that they do. */
function readsContent({ thread }: DirectoryPair, source: Stat): boolean {
  const { options, targetStat: target } = thread;
  if (source.kind !== Kind.file || target.kind !== Kind.file) return false;
  return options.compare.checksum && source.sizeBytes === target.sizeBytes;
}

function differencesOf(
  pair: DirectoryPair,
  name: RawName,
  targetName: RawName,
  source: StatSlot,
  reads: boolean,
): readonly Difference[] {
  const { thread } = pair;
  const { targetStat: target, links } = thread;
  const byStat = differencesByStat(pair, source, target);
  // Of different kinds: there is nothing else to compare.
  if (byStat.includes("kind")) return byStat;
  const more: Difference[] = [];
  if (reads) more.push(...inFiles(pair, name, targetName, source, target));
  else {
    if (source.kind === Kind.symlink && !sameTarget(pair, name, targetName)) more.push("target");
    if (!sameEntryXattrs(pair, name, targetName)) more.push("attributes");
  }
  if (source.nlink > 1 && !links.pair(source, target) && !byStat.includes("hard links"))
    more.push("hard links");
  return more.length === 0 ? byStat : [...more, ...byStat];
}

/** A time that is only cut to what the destination can hold is no difference. */
function differencesByStat(pair: DirectoryPair, source: Stat, target: Stat): readonly Difference[] {
  const { options, timeLimits } = pair.thread;
  const found = statDifferences(source, target, options.compare, timeLimits);
  if (!found.includes("time") || !looksCut(source, target)) return found;
  const grainNsec = shownGrainNsec(pair, target);
  return statDifferences(source, target, options.compare, { ...timeLimits, grainNsec });
}

function inFiles(
  pair: DirectoryPair,
  name: RawName,
  targetName: RawName,
  source: Stat,
  target: Stat,
): readonly Difference[] {
  const { thread } = pair;
  return withBothFiles(pair, name, targetName, source, (from, to) => {
    const found: Difference[] = [];
    if (!sameFiles(pair, from, to, source, target)) found.push("content");
    const { preserveXattrs } = thread.options.compare;
    if (preserveXattrs && !sameXattrs(fileXattrs(thread, from), fileXattrs(thread, to)))
      found.push("attributes");
    return found;
  });
}

compileOnce(verifyEntry, lookAtTarget, readsContent, differencesOf, inFiles);
