// One entry of a source directory: looked at on both sides, decided by the planner, and made so.

import { Count } from "#model/summary.ts";
import { compileOnce } from "#platform/compiler.ts";
import { Kind, type Stat } from "#model/entry.ts";
import type { RawName } from "#model/name.ts";
import { Change, compareEntry } from "#planner/compare.ts";
import { Errno } from "#platform/errno.ts";
import type { StatSlot } from "#platform/platform.ts";
import { bring, COPIES, countUnchanged, type Entry, noteArrival, plan, PRESENT } from "./bring.ts";
import type { DirectoryPair } from "./directory_pair.ts";
import { must } from "./failure.ts";
import { isExcluded } from "./filter_for.ts";
import { processLinked } from "./link_entry.ts";
import { LARGE_FILE_BYTES } from "./large_file.ts";
import { makeWay } from "./obstacle.ts";
import { learnTimeGrain, looksCut } from "./time_grain.ts";
import { TaskFlag, TaskKind } from "./shared/task.ts";
import { sameTarget } from "./symlink_target.ts";
import { verifyEntry } from "./verify/comparison.ts";

/** Whether a large file may be left to a task of its own, or is copied at once, or this is that task. */
export type Look = "first-look" | "at-once" | "own-task";

/**
 * Handles one name that is not known to be a directory; says so where it is one after all, and leaves it. Throws Failure or
 * Cancelled.
 */
export function processEntry(
  pair: DirectoryPair,
  name: RawName,
  look: Look,
): "directory" | "handled" {
  const { thread } = pair;
  const { sourceStat: source } = thread;
  must(thread.platform.stat(pair.source, name, source), "source", "look at");
  if (source.kind === Kind.directory) return "directory";
  if (look !== "own-task") thread.tally.add(Count.entriesScanned);
  const { filter } = thread;
  if (filter !== undefined && isExcluded(filter, pair.pathOf(name), source))
    thread.entry("skip", () => pair.pathOf(name), "excluded", source);
  else handle(pair, name, source, look);
  return "handled";
}

function handle(pair: DirectoryPair, name: RawName, source: StatSlot, look: Look): void {
  if (pair.twins?.admits(name) === false) return;
  if (pair.thread.options.verb === "verify") {
    if (!verifyEntry(pair, name, source, look === "first-look"))
      pair.children.push(pair.taskOf(name, TaskKind.largeFile, source.sizeBytes));
    return;
  }
  const targetName = pair.targetName(name);
  const changes = compare(pair, targetName, source, look);
  if (changes === undefined) return;
  const entry = { pair, name, targetName, source };
  if ((changes & Change.keep) !== 0) keep(entry);
  else if (look === "first-look" && isLargeCopy(source, changes)) {
    plan(pair, source);
    pair.children.push(pair.taskOf(name, TaskKind.largeFile, source.sizeBytes));
  } else if (source.nlink > 1) processLinked(entry, changes);
  else {
    if (look !== "own-task" && (changes & COPIES) !== 0) plan(pair, source);
    bring(entry, changes);
  }
}

function isLargeCopy(source: StatSlot, changes: number): boolean {
  return (
    source.kind === Kind.file &&
    source.sizeBytes >= LARGE_FILE_BYTES &&
    (changes & (COPIES | Change.verify)) !== 0
  );
}

/** What the destination lacks of this entry; undefined where it must be left alone. */
function compare(
  pair: DirectoryPair,
  targetName: RawName,
  source: Stat,
  look: Look,
): number | undefined {
  const { thread } = pair;
  if (pair.fresh || pair.target === undefined) return Change.create;
  const { targetStat: target } = thread;
  const found = thread.platform.stat(pair.target, targetName, target);
  if (found === -Errno.ENOENT) return Change.create;
  must(found, "destination", "look at");
  const compareNow = () => compareEntry(source, target, thread.options.compare, thread.timeLimits);
  let changes = compareNow();
  if ((changes & Change.time) !== 0 && looksCut(source, target) && learnTimeGrain(pair))
    changes = compareNow();
  const isKept = target.kind !== Kind.directory || changes === Change.keep;
  // What became a task of its own was counted when it was met: counted twice it would hide an extra.
  if (isKept && look !== "own-task") pair.matched++;
  if (isKept) return changes | PRESENT;
  // In a dry run it still stands there: its deletion was noted when the entry was met.
  if (look === "own-task" && thread.options.dryRun) return Change.create;
  return makeWay(pair, targetName) ? Change.create : undefined;
}

/** The destination keeps what it has; a move takes the entry along only where that is the same. */
function keep({ pair, name, targetName, source }: Entry): void {
  const { thread } = pair;
  const { options, targetStat: target, timeLimits } = thread;
  countUnchanged(thread, source);
  if (options.verb !== "move") return;
  const plainly = { ...options.compare, ignoreExisting: false, update: false };
  const changes = compareEntry(source, target, plainly, timeLimits);
  const isSame =
    changes === Change.none || (changes === Change.target && sameTarget(pair, name, targetName));
  if (isSame) noteArrival(pair, name, source);
  else thread.tasks.setFlag(pair.task, TaskFlag.failed);
}

compileOnce(processEntry, handle, compare, isLargeCopy);
