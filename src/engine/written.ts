// Which file systems of a destination may be written to: it is one mostly, and others may be mounted in it.

import { deviceOf, type Stat } from "#model/entry.ts";
import type { RawPath } from "#model/name.ts";
import type { Route } from "./route.ts";
import { Control } from "./shared/memory.ts";
import { type Task, TaskKind } from "./shared/task.ts";
import type { Tasks } from "./shared/tasks.ts";
import type { Thread } from "./thread.ts";

export interface Written {
  readonly root: number;
  readonly device: string;
  readonly path: RawPath;
}

/** Notes the first directory that a thread opens on a file system of the destination: by it that one is synced (sync.ts). */
export function noteWritten(thread: Thread, directory: Task, route: Route, target: Stat): void {
  const { tasks, options } = thread;
  if (route.isNoted || options.dryRun || !(options.durable || options.verb === "move")) return;
  route.isNoted = true;
  const root = tasks.root(directory);
  const text = `${deviceOf(target)}\0${tasks.path(directory)}`;
  tasks.defer(Control.writtenHead, { kind: TaskKind.written, root, text });
}

/** What all threads noted: a file system more than once. */
export function writtenBelow(tasks: Tasks): readonly Written[] {
  return tasks.deferred(Control.writtenHead).map((task) => {
    const [device = "", path = ""] = tasks.text(task).split("\0");
    return { root: tasks.root(task), device, path: path as RawPath };
  });
}
