// One large file copied or compared by several threads at once, each taking disjoint pieces of it. The thread that began
// owns both descriptors: it offers shares to the others, who borrow them, through the queue, takes pieces itself until none
// is left, and goes on only when no helper is still inside.

import type { File } from "#platform/platform.ts";
import { copyByReading, copyRangeAnyWay } from "./data_range.ts";
import { Cancelled, Failure, must } from "./failure.ts";
import type { Route } from "./route.ts";
import { allocate, release } from "./shared/heap.ts";
import { withLock } from "./shared/lock.ts";
import { Control } from "./shared/memory.ts";
import { sameBytes } from "./same_bytes.ts";
import { type Task, TaskKind } from "./shared/task.ts";
import type { Thread } from "./thread.ts";

/** Below this a second thread costs more than it brings. */
export const SHARED_MIN_BYTES = 32 * 1024 * 1024;
const PIECE_BYTES = 4 * 1024 * 1024;

/** Words of the block that the sharing threads see. */
enum Share {
  from = 0,
  to = 1,
  pieces = 2,
  nextPiece = 3,
  /** Helpers inside, plus CLOSED once the owner lets nobody in. */
  inside = 4,
  /** How the first that ended before its time did: DIFFERS, CANCELLED, or -errno, which is ON_SOURCE lower where it read. */
  end = 5,
  /** Threads that may still look at this block; the last frees it. */
  holders = 6,
  work = 7,
  /** The thread that began, as the kernel numbers it. */
  owner = 8,
  words = 9,
}
const CLOSED = 1 << 16;
const ON_SOURCE = 1 << 16;

/** What is done with each piece. */
const Work = { copy: 0, compare: 1, compareData: 2 } as const;
/** A piece is not the same in both files. */
const DIFFERS = 1;
/** A piece was left when the run was stopped. */
const CANCELLED = 2;

/**
 * Copies the whole file, its size known; false where there is nobody to share with. A file that grows is noticed by the
 * caller, who compares its size afterwards.
 */
export function copyInShares(
  thread: Thread,
  route: Route,
  from: File,
  to: File,
  sizeBytes: number,
): boolean {
  return workInShares(thread, Work.copy, from, to, sizeBytes, route) !== undefined;
}

/** Whether two files of this size hold the same bytes; undefined where there is nobody to share with. */
export function compareInShares(
  thread: Thread,
  from: File,
  to: File,
  sizeBytes: number,
  skipsHoles: boolean,
): boolean | undefined {
  const work = skipsHoles ? Work.compareData : Work.compare;
  const result = workInShares(thread, work, from, to, sizeBytes);
  return result === undefined ? undefined : result !== DIFFERS;
}

/** Returns 0 or DIFFERS; undefined where there is nobody to share with. Throws Failure or Cancelled. */
function workInShares(
  thread: Thread,
  work: number,
  from: File,
  to: File,
  sizeBytes: number,
  route?: Route,
): number | undefined {
  const helpers = thread.helperCount;
  if (helpers <= 0) return undefined;
  const { heap, control } = thread.memory;
  const block = withLock(control, Control.lock, () => allocate(thread.memory, Share.words));
  const pieces = Math.ceil(sizeBytes / PIECE_BYTES);
  const owner = thread.activity.kernelThread;
  heap.set([from, to, pieces, 0, 0, 0, helpers + 1, work, owner], block);
  const share = { kind: TaskKind.pieces, payload: block };
  thread.tasks.push(Array.from({ length: helpers }, () => share));
  try {
    takePieces(thread, block, from, to, route);
  } catch (error) {
    recordEnd(heap, block, error);
    throw error;
  } finally {
    waitForHelpers(heap, block);
    letGo(thread, block);
  }
  return resultOf(heap[block + Share.end] as number, work);
}

/** Lets no more of them in; both files are the owner's alone when this returns. */
function waitForHelpers(heap: Int32Array, block: number): void {
  Atomics.or(heap, block + Share.inside, CLOSED);
  for (;;) {
    const inside = Atomics.load(heap, block + Share.inside);
    if (inside === CLOSED) return;
    Atomics.wait(heap, block + Share.inside, inside, 100);
  }
}

function resultOf(end: number, work: number): number {
  // The owner may have taken its last piece before the run was stopped: the piece that is missing is a helper's.
  if (end === CANCELLED) throw new Cancelled();
  if (end >= 0) return end;
  const isOnSource = end <= -ON_SOURCE;
  const isReading = isOnSource || work !== Work.copy;
  throw new Failure(
    isOnSource ? "source" : "destination",
    isReading ? "read" : "write",
    isOnSource ? end + ON_SOURCE : end,
  );
}

/** A helper's part: takes pieces until none is left. */
export function helpWithPieces(thread: Thread, task: Task): void {
  const block = thread.tasks.payload(task);
  const { heap } = thread.memory;
  try {
    if ((Atomics.add(heap, block + Share.inside, 1) & CLOSED) === 0) takeBorrowed(thread, block);
  } catch (error) {
    recordEnd(heap, block, error);
    if (error instanceof Failure || error instanceof Cancelled) return;
    // A mistake in blit. The block is let go of: nobody may try this task again.
    thread.tasks.hasEffects = true;
    throw error;
  } finally {
    Atomics.sub(heap, block + Share.inside, 1);
    Atomics.notify(heap, block + Share.inside);
    letGo(thread, block);
  }
}

/** Takes none where the files cannot be borrowed: the owner does it all. */
function takeBorrowed(thread: Thread, block: number): void {
  const { platform, memory } = thread;
  const { heap } = memory;
  const owner = heap[block + Share.owner] as number;
  const access = heap[block + Share.work] === Work.copy ? "write" : "read";
  const from = platform.borrow(owner, heap[block + Share.from] as File, "read") as File;
  if (from < 0) return;
  try {
    const to = platform.borrow(owner, heap[block + Share.to] as File, access) as File;
    if (to < 0) return;
    try {
      takePieces(thread, block, from, to);
    } finally {
      must(platform.giveBack(to), "destination", access);
    }
  } finally {
    platform.giveBack(from);
  }
}

/** `route` is for the owner of a copy, who knows the ways there are. */
function takePieces(thread: Thread, block: number, from: File, to: File, route?: Route): void {
  const { heap } = thread.memory;
  const pieces = heap[block + Share.pieces] as number;
  const work = heap[block + Share.work] as number;
  while (Atomics.load(heap, block + Share.end) === 0) {
    const piece = Atomics.add(heap, block + Share.nextPiece, 1);
    if (piece >= pieces) return;
    const start = piece * PIECE_BYTES;
    const end = start + PIECE_BYTES;
    if (work !== Work.copy) {
      if (!sameBytes(thread, from, to, start, end, work === Work.compareData))
        Atomics.compareExchange(heap, block + Share.end, 0, DIFFERS);
    } else if (route !== undefined && Atomics.load(heap, block + Share.inside) === 0) {
      // On tmpfs copy_file_range takes 15% less time, but holds the file's lock all the while: it is for who is alone.
      copyRangeAnyWay(thread, route, from, to, start, end);
    } else copyByReading(thread, from, to, start, end);
  }
}

function recordEnd(heap: Int32Array, block: number, error: unknown): void {
  Atomics.compareExchange(heap, block + Share.end, 0, endOf(error));
}

function endOf(error: unknown): number {
  if (!(error instanceof Failure)) return CANCELLED;
  return error.side === "source" ? error.result - ON_SOURCE : error.result;
}

function letGo(thread: Thread, block: number): void {
  const { heap, control } = thread.memory;
  if (Atomics.sub(heap, block + Share.holders, 1) !== 1) return;
  withLock(control, Control.lock, () => release(thread.memory, block, Share.words));
}
