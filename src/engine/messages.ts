// What the main thread and its workers say to each other: a few messages a phase, never one a file.

import type { RunEvent } from "#model/event.ts";
import type { Job } from "./job.ts";
import type { Preparation, PrepareRequest } from "./prepare.ts";
import type { SharedMemory } from "./shared/memory.ts";

export type ToWorker =
  | {
      readonly type: "prepare";
      readonly request: PrepareRequest;
      readonly memory: SharedMemory;
      readonly threadIndex: number;
    }
  /** The job of all work messages to come. */
  | { readonly type: "job"; readonly job: Job }
  /** Work until the phase that has begun is over. */
  | { readonly type: "work" };

export type FromWorker =
  | { readonly type: "prepared"; readonly preparation: Preparation }
  | { readonly type: "events"; readonly events: readonly RunEvent[] }
  /** Nothing is left to do in this phase, or others do it. */
  | { readonly type: "idle" }
  /** A bug: the thread does no more. `isTaskLost`: nobody will do what it was doing. */
  | { readonly type: "died"; readonly reason: string; readonly isTaskLost: boolean };
