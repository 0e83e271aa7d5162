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
/** What is asked for where address space is limited (ulimit -v), in turn: the rest of the run needs some of it too. */
const HEAP_LESS_BYTES = [2 ** 28, 2 ** 25];

/** One thread's record in activity.ts: a few words, a path of 4 KiB and a name. */
export const ACTIVITY_WORDS = 8 + 1024 + 64;

/** Indices into the control words. */
export enum Control {
  /** Guards the heap, the queue and the link table. */
  lock,
  /** The task on top of the queue; 0 is none. */
  queueTop,
  /** That of the large files, which come first: the last one must not begin when all else is done. */
  largeTop,
  /** That of the shares of large files, which come last: two threads in one file hinder each other. */
  shareTop,
  /** Tasks queued, waiting for another or being worked on. At 0 the phase is over. */
  outstanding,
  /** Changes with every push while workers wait; they sleep on it. */
  wake,
  waiting,
  /** Stop: see StopReason. */
  stop,
  /** The first free word of the heap. */
  heapTop,
  /** Lists of tasks for a later phase: deletions; entries to be made once what stands in their way is gone. */
  doomedHead,
  revisitHead,
  /** What a count of the deletions found, with all that is in them. */
  countedEntries,
  /** Source files that did not hold still: problems, but no reason to doubt what the source has not. */
  restlessFiles,
  /** Reports sent to the main thread and not yet read: workers wait when it does not keep up. */
  reportsUnread,
  /** Nanoseconds of the destination's timestamp step; 0 until learned. */
  timeGrainNsec,
  /** 1 once a server was met that may take no mtime alone: see setAccessTimesToo() of the platform. */
  setsAccessTimes,
  /** Source entries of a move that arrived; then its directories, each after all it held. */
  arrivedHead,
  departedHead,
  /** Directories of the destination by which its file systems are synced: others may be mounted in it (written.ts). */
  writtenHead,
  /** The sequence of temporary names. */
  temporarySequence,
  /** The hash table of hard links (links.ts); 0 until the first. */
  linkTable,
  /** Inodes of the destination of which not every name was met yet (links.ts). */
  linksInDoubt,
  /** The workers that may take tasks: those with a higher index rest. */
  activeWorkers,
  /** Directories and batches queued or being looked through: at 0 everything to be copied is known. */
  unlisted,
  /** When the first data had arrived: see first_byte.ts; 0 until then. */
  firstByte,
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
    heap: new Int32Array(reserveHeap()),
    activity: new Int32Array(new SharedArrayBuffer(MAX_THREADS * ACTIVITY_WORDS * 4)),
  };
}

function reserveHeap(): SharedArrayBuffer {
  for (const maxByteLength of [HEAP_MAX_BYTES, ...HEAP_LESS_BYTES]) {
    try {
      return new SharedArrayBuffer(HEAP_FIRST_BYTES, { maxByteLength });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }
  throw new RangeError("No address space is left for the tasks: raise the limit (ulimit -v)");
}
