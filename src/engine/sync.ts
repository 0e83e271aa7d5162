// Stable storage: one syncfs(2) a file system, which is far cheaper than an fsync a file.

import type { Dir } from "#platform/platform.ts";
import { must } from "./failure.ts";
import { reportFailure } from "./entry_failure.ts";
import type { Task } from "./shared/task.ts";
import type { Thread } from "./thread.ts";

/** Everything written below any destination so far is on stable storage when this returns. */
export function syncDestinations(thread: Thread, task: Task): void {
  // Then each file was synced before it was stamped.
  if (!thread.platform.syncsFileSystems) return;
  for (let root = 0; root < thread.rootCount; root++) {
    try {
      must(
        thread.platform.syncFileSystem(thread.handles(root).destination as Dir),
        "destination",
        "sync",
      );
    } catch (error) {
      reportFailure(thread, task, error);
    }
  }
}
