// Deletes what only the destination has: in parallel, beneath the root, through handles, never through a symlink and never
// on another mount. Also counts and shows the same without deleting, for a dry run, a limit or a question.

import { Doomed } from "./doomed.ts";
import { finishDeletion, inDirectory, makeWritable, prepareDoomed } from "./doomed_directory.ts";
import { decodeNames } from "./name_list.ts";
import { type Task, TaskFlag } from "./shared/task.ts";
import type { Thread } from "./thread.ts";

/** Deletes the named entries of one directory, and all below them. */
export function deleteEntries(thread: Thread, task: Task): void {
  const { tasks } = thread;
  const names = decodeNames(tasks.text(task));
  const place = tasks.parent(task);
  inDirectory(thread, place, (dir, path) => {
    const countOnly = tasks.hasFlag(task, TaskFlag.countOnly);
    if (!countOnly) makeWritable(thread, dir);
    new Doomed(thread, task, countOnly).removeEntries(place, dir, path, names);
  });
  tasks.free(task);
  finishDeletion(thread, place);
}

/** Deletes everything in a doomed directory; the directory itself goes when it is empty. */
export function deleteDirectory(thread: Thread, task: Task): void {
  const { tasks } = thread;
  inDirectory(thread, task, (dir, path) => {
    const countOnly = tasks.hasFlag(task, TaskFlag.countOnly);
    const was = prepareDoomed(thread, tasks.root(task), dir, countOnly);
    if (was !== undefined) tasks.setAttributes(task, was);
    new Doomed(thread, task, countOnly).empty(task, dir, path);
  });
  finishDeletion(thread, task);
}
