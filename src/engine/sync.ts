// Stable storage: one syncfs(2) a file system, which is far cheaper than an fsync a file. A destination may hold several of
// them: what is mounted in it is written to as well.

import { deviceOf } from "#model/entry.ts";
import { type RawPath, ROOT_PATH } from "#model/name.ts";
import type { Dir } from "#platform/platform.ts";
import { reportFailure } from "./entry_failure.ts";
import { must } from "./failure.ts";
import type { Task } from "./shared/task.ts";
import type { Thread } from "./thread.ts";
import { writtenBelow } from "./written.ts";

/** Everything written below any destination so far is on stable storage when this returns. */
export function syncDestinations(thread: Thread, task: Task): void {
  // Then each file was synced before it was stamped.
  if (!thread.platform.syncsFileSystems) return;
  const synced = new Set<string>();
  for (let root = 0; root < thread.rootCount; root++)
    reporting(thread, task, ROOT_PATH, () => {
      const top = thread.handles(root).destination as Dir;
      must(thread.platform.syncFileSystem(top), "destination", "sync");
      must(thread.platform.statDir(top, thread.otherStat), "destination", "look at");
      synced.add(deviceOf(thread.otherStat));
    });
  for (const { root, device, path } of writtenBelow(thread.tasks)) {
    if (synced.has(device)) continue;
    synced.add(device);
    reporting(thread, task, path, () => {
      must(syncAt(thread, root, path), "destination", "sync");
    });
  }
}

/** Syncs the file system that a directory of a destination is on. Returns 0 or -errno. */
export function syncAt(thread: Thread, root: number, path: RawPath): number {
  const { platform } = thread;
  const opened = platform.openBeneath(thread.handles(root).destination as Dir, path);
  if (opened < 0) return opened;
  const result = platform.syncFileSystem(opened as Dir);
  platform.closeDir(opened as Dir);
  return result;
}

function reporting(thread: Thread, task: Task, path: RawPath, attempt: () => void): void {
  try {
    attempt();
  } catch (error) {
    reportFailure(thread, task, error, path);
  }
}
