// What the main thread and its workers say to each other: a few messages a phase, never one a file.

import type { RunEvent } from "#model/event.ts";
import type { Job } from "./job.ts";

/** Work until the phase that has begun is over. */
export interface ToWorker {
  readonly type: "work";
  readonly job: Job;
}

export type FromWorker =
  | { readonly type: "events"; readonly events: readonly RunEvent[] }
  /** Nothing is left to do in this phase. */
  | { readonly type: "idle" }
  /** A bug: the thread does no more. */
  | { readonly type: "died"; readonly reason: string };
