// Entries that only the destination has: what a mirror deletes at the end, and temporary files that a killed run left.

import { Kind } from "#model/entry.ts";
import type { RawName } from "#model/name.ts";
import { isTemporaryName } from "#planner/temporary_name.ts";
import { Errno } from "#platform/errno.ts";
import type { Dir, Names } from "#platform/platform.ts";
import { TextNames } from "#platform/text_names.ts";
import { isLocal } from "#platform/file_system_kind.ts";
import type { DirectoryPair } from "./directory_pair.ts";
import { encodeNames, textNames } from "./name_list.ts";
import { handleFailure } from "./entry_failure.ts";
import { must } from "./failure.ts";
import { isExcluded } from "./filter_for.ts";
import { isProtected } from "./protection.ts";
import { isLeftOver } from "./temporary.ts";
import { Control } from "./shared/memory.ts";
import { type Task, TaskKind } from "./shared/task.ts";

export interface Extra {
  readonly name: RawName;
  readonly kind: number;
}

/** Entries in one deletion task: enough that tasks are few, few enough that workers share a flat directory. */
const BATCH_ENTRIES = 2048;
/** Above so many names a set of them costs more than asking the source for each name of the destination. */
const SET_NAMES = 20_000;

/**
 * Looks for extras where the destination has more names than the source accounts for; a count that agrees is proof that
 * there are none, at no cost. `sourceNames` is the source's whole listing where it is at hand.
 */
export function findExtras(pair: DirectoryPair, sourceNames: Names | undefined): void {
  const { thread, target, fresh } = pair;
  if (target === undefined || fresh) return;
  if (pair.single !== undefined) {
    if (isFirstThere(pair)) removeLeftOvers(pair, target);
    return;
  }
  // Counted from the first entry: on btrfs a handle does not list what was made or renamed after it was opened, unless it
  // is rewound, and a count without those proves nothing.
  const count = thread.platform.countEntries(target);
  if (count === pair.matched) return;
  try {
    must(count, "destination", "list");
    lookForExtras(pair, target, sourceNames);
  } catch (error) {
    handleFailure(pair, "" as RawName, error);
  }
}

function lookForExtras(pair: DirectoryPair, target: Dir, sourceNames: Names | undefined): void {
  const { thread } = pair;
  const isInSource = membership(pair, sourceNames);
  const extras: Extra[] = [];
  for (const extra of listTarget(pair, target)) {
    if (isInSource(extra)) continue;
    if (thread.options.verb === "verify") {
      if (!isProtected(thread, target, pair.path, extra.name))
        thread.difference(pair.pathOf(extra.name), ["only in the destination"]);
      continue;
    }
    if (isTemporaryName(extra.name)) removeLeftOver(pair, extra.name);
    else if (
      thread.options.verb === "mirror" &&
      !isProtected(thread, target, pair.path, extra.name)
    )
      extras.push(extra);
  }
  noteExtras(pair, extras);
}

/** Notes entries of the destination for deletion, at the end and if all else went well. */
export function noteExtras(pair: DirectoryPair, extras: readonly Extra[]): void {
  if (extras.length === 0) return;
  const { tasks } = pair.thread;
  const place = placeOf(pair);
  const root = tasks.root(place);
  for (let start = 0; start < extras.length; start += BATCH_ENTRIES) {
    const batch = extras.slice(start, start + BATCH_ENTRIES);
    const names = batch.map(({ name }) => name);
    const kinds = batch.map(({ kind }) => kind);
    const text = encodeNames(new TextNames(names, kinds));
    tasks.defer(Control.doomedHead, {
      kind: TaskKind.deletion,
      parent: place,
      root,
      text,
    });
  }
}

/** The directory, for what is deleted in it. */
export function placeOf({ thread: { tasks }, task }: DirectoryPair): Task {
  return tasks.followUp(task, TaskKind.place);
}

/** All entries of the destination's directory, from the first. Throws Failure. */
export function* listTarget({ thread }: DirectoryPair, dir: Dir): Generator<Extra> {
  const { platform, targetListing: listing } = thread;
  must(platform.rewindDir(dir), "destination", "list");
  while (must(platform.readDir(dir, listing), "destination", "list") > 0) {
    for (let index = 0; index < listing.count; index++)
      yield { name: listing.text(index), kind: listing.kinds[index] as number };
  }
}

/**
 * What a pattern leaves out counts as if the source did not have it: what the destination has by that name, perhaps of another
 * kind, is judged by itself. A size or a time beyond the limits says so only under --delete-excluded: the file that has outgrown
 * them since it was copied is no extra.
 */
function membership(
  pair: DirectoryPair,
  sourceNames: Names | undefined,
): (extra: Extra) => boolean {
  const { platform, otherStat, filter, options } = pair.thread;
  const judgesFiles = options.filter?.deleteExcluded === true;
  const isInSource = ({ name }: Extra): boolean => {
    const found = platform.stat(pair.source, name, otherStat);
    if (found === -Errno.ENOENT) return false;
    must(found, "source", "look at");
    if (filter === undefined) return true;
    const path = pair.pathOf(name);
    return judgesFiles
      ? !isExcluded(filter, path, otherStat)
      : !filter.excludes(path, otherStat.kind === Kind.directory);
  };
  if (sourceNames === undefined || sourceNames.count > SET_NAMES || judgesFiles) return isInSource;
  const { names, kinds } = textNames(sourceNames);
  const kindOf = new Map(names.map((name, index) => [name, kinds[index]]));
  return (extra) => {
    const kind = kindOf.get(extra.name);
    if (kind === undefined) return false;
    // What is excluded on both sides is protected anyway.
    const isAlike = kind !== Kind.unknown && kind === extra.kind;
    return filter === undefined || isAlike || isInSource(extra);
  };
}

/** Of many files that go to one directory, so that it is listed once. */
function isFirstThere({ thread, task }: DirectoryPair): boolean {
  const index = thread.tasks.root(task);
  return index === 0 || thread.root(index - 1).destination !== thread.root(index).destination;
}

/** Beside a single entry the directory may hold anything: so many names are looked at. */
const LOOKED_AT = 10_000;

function removeLeftOvers(pair: DirectoryPair, target: Dir): void {
  let names = 0;
  for (const { name } of listTarget(pair, target)) {
    if (isTemporaryName(name)) removeLeftOver(pair, name);
    if (++names === LOOKED_AT) return;
  }
}

/** One that is being written, by this run or another, stays. */
function removeLeftOver(pair: DirectoryPair, name: RawName): void {
  const { thread, route, written } = pair;
  const { platform, otherStat } = thread;
  const ageSec = () => {
    const found = platform.stat(written, name, otherStat);
    return found < 0 ? 0 : Date.now() / 1000 - otherStat.ctimeSec;
  };
  const isShared = !isLocal(route.targetKind);
  if (thread.options.dryRun || !isLeftOver(platform, name, thread.owner, isShared, ageSec)) return;
  pair.touch();
  platform.unlink(written, name);
}
