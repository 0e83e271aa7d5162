// A directory stands where an entry of another kind must go. It goes only with its contents: mirror deletes it with the
// rest, at the end, and comes back, as a dry run does when all is counted; copy and move take an empty one away and refuse
// a full one.

import { Kind } from "#model/entry.ts";
import { joinRaw, type RawName, ROOT_PATH } from "#model/name.ts";
import { Errno } from "#platform/errno.ts";
import type { Dir } from "#platform/platform.ts";
import type { DirectoryPair } from "./directory_pair.ts";
import { TextNames } from "#platform/text_names.ts";
import { encodeNames } from "./name_list.ts";
import { listTarget, noteExtras, placeOf } from "./extras.ts";
import { Failure, must } from "./failure.ts";
import { isProtected } from "./protection.ts";
import { Control } from "./shared/memory.ts";
import { TaskFlag, TaskKind } from "./shared/task.ts";

/** True where the directory of that name is gone, and the entry can be made now. Throws Failure. */
export function makeWay(pair: DirectoryPair, name: RawName): boolean {
  const { thread, task } = pair;
  if (thread.options.verb !== "mirror") return removeEmpty(pair, name);
  const { tasks } = thread;
  if (tasks.hasFlag(task, TaskFlag.revisit)) {
    // It is still there after the deletions, or would be: it is protected, or something in it.
    if (isProtected(thread, pair.written, pair.path, name))
      throw new Failure("destination", "replace", 0, "PROTECTED");
    if (thread.options.dryRun && !holdsProtected(pair, name)) return true;
    throw new Failure("destination", "replace", -Errno.ENOTEMPTY);
  }
  pair.obstacles.push(name);
  return false;
}

/** Notes what stands in the way in a directory for deletion, and what will be made instead. */
export function deferObstacles(pair: DirectoryPair): void {
  const { thread, task, obstacles } = pair;
  if (obstacles.length === 0) return;
  noteExtras(
    pair,
    obstacles.map((name) => ({ name, kind: Kind.directory })),
  );
  const { tasks } = thread;
  const flags = TaskFlag.dirty | TaskFlag.revisit | TaskFlag.seen;
  const parent = tasks.followUp(placeOf(pair), TaskKind.directory, flags);
  const kinds = obstacles.map(() => Kind.unknown);
  const text = encodeNames(new TextNames(obstacles, kinds));
  tasks.defer(Control.revisitHead, { kind: TaskKind.batch, parent, root: tasks.root(task), text });
}

/** Something in or below the directory of that name would outlast the deletions. Throws Failure. */
function holdsProtected(pair: DirectoryPair, name: RawName): boolean {
  const { thread, written } = pair;
  const { platform, otherStat, filter } = thread;
  if (filter === undefined) return false;
  const waiting = [joinRaw(ROOT_PATH, name)];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const dir = must(platform.openBeneath(written, path), "destination", "open") as Dir;
    try {
      const from = joinRaw(pair.path, path);
      for (const { name: below } of listTarget(pair, dir)) {
        if (isProtected(thread, dir, from, below)) return true;
        must(platform.stat(dir, below, otherStat), "destination", "look at");
        if (otherStat.kind === Kind.directory) waiting.push(joinRaw(path, below));
      }
    } finally {
      platform.closeDir(dir);
    }
  }
  return false;
}

/** rmdir(2) tells of a full one, also where this user may not look into it; only a dry run, which does nothing, must look. */
function removeEmpty(pair: DirectoryPair, name: RawName): boolean {
  const { platform, options } = pair.thread;
  if (options.dryRun && holdsAny(pair, name))
    throw new Failure("destination", "replace", -Errno.ENOTEMPTY);
  pair.touch();
  must(platform.removeDir(pair.written, name), "destination", "replace");
  return true;
}

/** Throws Failure. */
function holdsAny({ thread, written }: DirectoryPair, name: RawName): boolean {
  const { platform } = thread;
  const opened = platform.openBeneath(written, joinRaw(ROOT_PATH, name));
  const dir = must(opened, "destination", "open") as Dir;
  const entries = platform.countEntries(dir);
  platform.closeDir(dir);
  return entries !== 0;
}
