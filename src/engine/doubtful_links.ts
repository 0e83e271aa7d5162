// Inodes that the destination had before, with more names than were met: when all else is in place, what has a name elsewhere
// gets an inode of its own, and what has not is mended where it is.

import { type Identity, Kind, sameInode } from "#model/entry.ts";
import { Count } from "#model/summary.ts";
import { lastName, pathAbove } from "#platform/paths.ts";
import type { Dir } from "#platform/platform.ts";
import { finishUpwards } from "./directory.ts";
import type { Doubt } from "./links.ts";
import { Control } from "./shared/memory.ts";
import type { Place } from "./shared/path_list.ts";
import { type Task, TaskKind } from "./shared/task.ts";
import type { Thread } from "./thread.ts";

/** Queues every name that is there of such an inode, to be handled as if it came up for the first time. */
export function lookAtDoubtfulLinks(thread: Thread): void {
  const directories = new Map<string, Task>();
  for (const doubt of thread.links.doubts()) {
    const places = doubt.met.filter((place) => isAt(thread, place, doubt.target));
    const [first] = places;
    if (first === undefined || !isAt(thread, first, doubt.target)) continue;
    reopen(thread, doubt, places.length);
    for (const place of places) queue(thread, place, directories);
  }
  for (const directory of directories.values()) finishUpwards(thread, directory, undefined);
}

/** The thread's otherStat says more of it. */
function isAt(thread: Thread, { root, path }: Place, target: Identity): boolean {
  const { platform, otherStat } = thread;
  const { destination } = thread.handles(root);
  const dir = platform.openBeneath(destination as Dir, pathAbove(path)) as Dir;
  if (dir < 0) return false;
  const found = platform.stat(dir, lastName(path), otherStat);
  platform.closeDir(dir);
  return found >= 0 && sameInode(otherStat, target);
}

/** The inode is in the thread's otherStat, and has so many names in the tree. */
function reopen(thread: Thread, doubt: Doubt, names: number): void {
  const { links, otherStat: target } = thread;
  links.reopen(doubt, names, hasNameElsewhere(thread, names) ? undefined : target);
  if (target.kind !== Kind.file) return;
  // Its first name was counted when it was met.
  thread.tally.add(Count.filesUnchanged, -1);
  thread.tally.add(Count.bytesUnchanged, -target.sizeBytes);
}

/** A dry run cannot know, where deletions would take some of them. */
function hasNameElsewhere({ options, memory, otherStat }: Thread, names: number): boolean {
  if (options.dryRun && memory.control[Control.doomedHead] !== 0) return false;
  return otherStat.nlink > names;
}

function queue(thread: Thread, { root, path }: Place, directories: Map<string, Task>): void {
  const { tasks } = thread;
  const above = pathAbove(path);
  const key = `${root} ${above}`;
  let parent = directories.get(key);
  if (parent === undefined) {
    parent = tasks.createHeld({ kind: TaskKind.directory, root, text: above });
    directories.set(key, parent);
  }
  const text = thread.root(root).single?.source ?? lastName(path);
  tasks.push([{ kind: TaskKind.link, parent, root, text }]);
}
