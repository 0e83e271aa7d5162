// Decides when a run is stuck: nothing has moved for so long, though work is outstanding. Pure: it is told what was seen.
//
// What counts as movement: a counter of the engine, or a sign of life of a thread that has work in hand (thread_life.ts),
// since one system call may take minutes and still get on: a kernel that frees a huge file, a network that takes what was
// written a page at a time. Only a thread that sleeps and is never woken shows nothing. Some calls are one request to
// whoever serves the file system, who may rightly take long: those get more time.

import { Operation } from "#engine/shared/activity.ts";

const PATIENCE_MS = 10_000;
/** Freeing a huge file takes a server long. */
const DELETION_PATIENCE_MS = 60_000;
/** All that was written in the run goes to the storage in one call. */
const SYNC_PATIENCE_MS = 600_000;
/** Storage that takes what was written more slowly than this is taken for stuck. */
const FLUSH_MS_PER_MEBIBYTE = 1000;
/** Once the run has been asked to stop, nobody wants to wait for what hangs. */
const STOPPING_PATIENCE_MS = 5000;
/** A beat so late says that blit itself was stopped (SIGSTOP), or the machine slept: the others had no chance to move. */
const LATE_MS = 2500;

export interface Sighting {
  readonly atMs: number;
  /** Workers are expected to get something done. */
  readonly isWorking: boolean;
  /** The run was asked to stop. */
  readonly isStopping: boolean;
  /** Anything that changes when something moves. */
  readonly pulse: string;
  /** What the threads with work in hand are doing. */
  readonly doing: readonly { readonly operation: Operation; readonly sizeMebibytes: number }[];
}

export class StallWatch {
  #lastAtMs: number | undefined;
  #movedAtMs = 0;
  #pulse: string | undefined;

  /** For how long nothing has moved, once that is too long; undefined while all is well. */
  observe(sighting: Sighting): number | undefined {
    const { atMs, isWorking, isStopping, pulse, doing } = sighting;
    const wasAway = this.#lastAtMs === undefined || atMs - this.#lastAtMs > LATE_MS;
    this.#lastAtMs = atMs;
    if (wasAway || !isWorking || pulse !== this.#pulse) {
      this.#movedAtMs = atMs;
      this.#pulse = pulse;
      return undefined;
    }
    const stillMs = atMs - this.#movedAtMs;
    const patienceMs = isStopping ? STOPPING_PATIENCE_MS : longestPatienceMs(doing);
    return stillMs >= patienceMs ? stillMs : undefined;
  }
}

/** The run is stuck only when each of its threads is. */
function longestPatienceMs(doing: Sighting["doing"]): number {
  return doing.reduce((longest, each) => Math.max(longest, patienceMs(each)), PATIENCE_MS);
}

function patienceMs({ operation, sizeMebibytes }: Sighting["doing"][number]): number {
  switch (operation) {
    case Operation.deleting:
      return DELETION_PATIENCE_MS;
    case Operation.syncing:
      return SYNC_PATIENCE_MS;
    case Operation.flushing:
      return PATIENCE_MS + sizeMebibytes * FLUSH_MS_PER_MEBIBYTE;
    default:
      return PATIENCE_MS;
  }
}
