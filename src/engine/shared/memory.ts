// The memory that every thread of a run shares: control words, counters, and a heap of tasks. No message per file
// crosses threads; these words are how workers find work, and how the main thread sees that they move.

import { COUNTERS } from "#model/summary.ts";

/** More threads than any storage needs; indices are unique for the life of a run. */
export const MAX_THREADS = 64;

/**
 * The heap grows as far as this, in address space that costs nothing until then. It bounds the directories in flight, the
 * hard links not yet all seen and the deletions noted, at some 50 million of them. It begins small because the garbage
 * collectors of all threads take its size for their own: with 2 GiB from the start each began with a collection of nothing
 * and then never collected again.
 */
const HEAP_MAX_BYTES = 2 ** 31 - 65536;
const HEAP_FIRST_BYTES = 256 * 1024;

/** One thread's record in activity.ts: a few words, a path of 4 KiB and a name. */
export const ACTIVITY_WORDS = 8 + 1024 + 64;

/** Indices into the control words. */
export enum Control {
  /** Guards the heap, the queue and the link table. */
  lock = 0,
  /** The task on top of the queue; 0 is none. */
  queueTop = 1,
  /** That of the large files, which come first: the last one must not begin when all else is done. */
  largeTop = 20,
  /** That of the shares of large files, which come last: two threads in one file hinder each other. */
  shareTop = 21,
  /** Tasks queued, waiting for another or being worked on. At 0 the phase is over. */
  outstanding = 2,
  /** Changes with every push while workers wait; they sleep on it. */
  wake = 3,
  waiting = 4,
  /** Stop: see StopReason. */
  stop = 5,
  /** The first free word of the heap. */
  heapTop = 6,
  /** Lists of tasks for a later phase: deletions; entries to be made once what stands in their way is gone. */
  doomedHead = 7,
  revisitHead = 8,
  /** What a count of the deletions found, with all that is in them. */
  countedEntries = 17,
  /** Source files that did not hold still: problems, but no reason to doubt what the source has not. */
  restlessFiles = 9,
  /** Reports sent to the main thread and not yet read: workers wait when it does not keep up. */
  reportsUnread = 10,
  /** Nanoseconds of the destination's timestamp step; 0 until learned. */
  timeGrainNsec = 11,
  /** Source entries of a move that arrived; then its directories, each after all it held. */
  arrivedHead = 12,
  departedHead = 16,
  /** The sequence of temporary names. */
  temporarySequence = 13,
  /** Workers of this run, for sharing out large files. */
  workers = 14,
  /** The hash table of hard links (links.ts); 0 until the first. */
  linkTable = 15,
  /** The workers that may take tasks: those with a higher index rest. */
  activeWorkers = 18,
  /** Directories and batches queued or being looked through: at 0 everything to be copied is known. */
  unlisted = 19,
  /** Free lists of the heap, one a size class. */
  freeLists = 32,
}
const CONTROL_WORDS = 96;

export enum StopReason {
  none = 0,
  cancelled = 1,
  fatal = 2,
}

export interface SharedMemory {
  readonly control: Int32Array;
  /** One row of COUNTERS a thread, written by that thread alone. */
  readonly counters: Float64Array;
  readonly heap: Int32Array;
  /** What each thread is doing (activity.ts). */
  readonly activity: Int32Array;
}

export function createSharedMemory(): SharedMemory {
  return {
    control: new Int32Array(new SharedArrayBuffer(CONTROL_WORDS * 4)),
    counters: new Float64Array(new SharedArrayBuffer(MAX_THREADS * COUNTERS.length * 8)),
    heap: new Int32Array(
      new SharedArrayBuffer(HEAP_FIRST_BYTES, { maxByteLength: HEAP_MAX_BYTES }),
    ),
    activity: new Int32Array(new SharedArrayBuffer(MAX_THREADS * ACTIVITY_WORDS * 4)),
  };
}
