// One large file copied or compared by several threads at once, each taking disjoint pieces of it. The thread that began
// owns both descriptors: it offers shares to the others, who borrow them, through the queue, takes pieces itself until none
// is left, and goes on only when no helper is still inside.

import { Count } from "#model/summary.ts";
import { Errno } from "#platform/errno.ts";
import type { File } from "#platform/platform.ts";
import { Cancelled, Failure, must } from "./failure.ts";
import { allocate, release } from "./shared/heap.ts";
import { withLock } from "./shared/lock.ts";
import { Control } from "./shared/memory.ts";
import { sameBytes } from "./same_bytes.ts";
import { NO_TASK, type Task, TaskKind } from "./shared/task.ts";
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
  /** The first -errno of a helper, and on which side. */
  error = 5,
  errorOnSource = 6,
  /** Threads that may still look at this block; the last frees it. */
  holders = 7,
  work = 8,
  /** The thread that began, as the kernel numbers it. */
  owner = 9,
  words = 10,
}
const CLOSED = 1 << 16;

/** What is done with each piece. */
const Work = { copy: 0, copyRange: 1, compare: 2, compareData: 3 } as const;
/** Instead of an error: a piece is not the same in both files. */
const DIFFERS = 1;

/**
 * Copies the whole file, its size known; false where there is nobody to share with. A file that grows is noticed by the
 * caller, who compares its size afterwards. On tmpfs copy_file_range takes 15% less time than to read and write, but holds
 * the file's lock all the while: it is for who is `alone` in the file.
 */
export function copyInShares(
  thread: Thread,
  from: File,
  to: File,
  sizeBytes: number,
  alone: "by copy_file_range" | "by reading",
): boolean {
  const work = alone === "by reading" ? Work.copy : Work.copyRange;
  return workInShares(thread, work, from, to, sizeBytes) !== undefined;
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
): number | undefined {
  const helpers = thread.helperCount;
  if (helpers <= 0) return undefined;
  const { heap, control } = thread.memory;
  const block = withLock(control, Control.lock, () => allocate(thread.memory, Share.words));
  const pieces = Math.ceil(sizeBytes / PIECE_BYTES);
  const owner = thread.activity.kernelThread;
  heap.set([from, to, pieces, 0, 0, 0, 0, helpers + 1, work, owner], block);
  const share = {
    kind: TaskKind.pieces,
    parent: NO_TASK,
    root: 0,
    flags: 0,
    text: "",
    payload: block,
  };
  thread.tasks.push(Array.from({ length: helpers }, () => share));
  try {
    takePieces(thread, block, from, to);
  } finally {
    Atomics.or(heap, block + Share.inside, CLOSED);
    for (;;) {
      const inside = Atomics.load(heap, block + Share.inside);
      if (inside === CLOSED) break;
      Atomics.wait(heap, block + Share.inside, inside, 100);
    }
  }
  const error = heap[block + Share.error] as number;
  const side = heap[block + Share.errorOnSource] === 1 ? "source" : "destination";
  letGo(thread, block);
  const isReading = side === "source" || !isCopy(work);
  if (error < 0) throw new Failure(side, isReading ? "read" : "write", error);
  return error;
}

/** A helper's part: takes pieces until none is left. */
export function helpWithPieces(thread: Thread, task: Task): void {
  const block = thread.tasks.payload(task);
  const { heap } = thread.memory;
  if ((Atomics.add(heap, block + Share.inside, 1) & CLOSED) === 0) {
    try {
      takeBorrowed(thread, block);
    } catch (error) {
      recordError(heap, block, error);
    }
  }
  Atomics.sub(heap, block + Share.inside, 1);
  Atomics.notify(heap, block + Share.inside);
  letGo(thread, block);
}

/** Takes none where the files cannot be borrowed: the owner does it all. */
function takeBorrowed(thread: Thread, block: number): void {
  const { platform, memory } = thread;
  const { heap } = memory;
  const owner = heap[block + Share.owner] as number;
  const access = isCopy(heap[block + Share.work] as number) ? "write" : "read";
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

function takePieces(thread: Thread, block: number, from: File, to: File): void {
  const { heap } = thread.memory;
  const pieces = heap[block + Share.pieces] as number;
  const work = heap[block + Share.work] as number;
  while (Atomics.load(heap, block + Share.error) === 0) {
    const piece = Atomics.add(heap, block + Share.nextPiece, 1);
    if (piece >= pieces) return;
    const start = piece * PIECE_BYTES;
    if (isCopy(work)) {
      const isAlone = Atomics.load(heap, block + Share.inside) === 0;
      const at = work === Work.copyRange && isAlone ? copyByRange(thread, from, to, start) : start;
      copyByReading(thread, from, to, at, start + PIECE_BYTES);
    } else if (!sameBytes(thread, from, to, start, start + PIECE_BYTES, work === Work.compareData))
      Atomics.compareExchange(heap, block + Share.error, 0, DIFFERS);
  }
}

function isCopy(work: number): boolean {
  return work === Work.copy || work === Work.copyRange;
}

/** Copies a piece inside the kernel; returns the offset reached. Whatever is refused is left to copyByReading(). */
function copyByRange(
  { platform, tally }: Thread,
  from: File,
  to: File,
  startBytes: number,
): number {
  const end = startBytes + PIECE_BYTES;
  for (let at = startBytes; at < end;) {
    const copied = platform.copyRange(from, to, at, end - at);
    if (copied <= 0) return at;
    tally.add(Count.bytesCopied, copied);
    at += copied;
  }
  return end;
}

function copyByReading(
  thread: Thread,
  from: File,
  to: File,
  startBytes: number,
  endBytes: number,
): void {
  const { platform, io, tally } = thread;
  for (let at = startBytes; at < endBytes;) {
    if (thread.tasks.stopped) throw new Cancelled();
    const want = Math.min(io.bytes.length, endBytes - at);
    const got = must(platform.readAt(from, io, want, at), "source", "read");
    if (got === 0) return;
    must(platform.writeAt(to, io, got, at), "destination", "write");
    tally.add(Count.bytesCopied, got);
    at += got;
  }
}

/** A cancelled helper needs no record: the owner is cancelled as well. */
function recordError(heap: Int32Array, block: number, error: unknown): void {
  if (error instanceof Cancelled) return;
  const failure = error instanceof Failure ? error : undefined;
  if (failure?.side === "source") heap[block + Share.errorOnSource] = 1;
  Atomics.compareExchange(heap, block + Share.error, 0, failure?.result ?? -Errno.EIO);
}

function letGo(thread: Thread, block: number): void {
  const { heap, control } = thread.memory;
  if (Atomics.sub(heap, block + Share.holders, 1) !== 1) return;
  withLock(control, Control.lock, () => release(thread.memory, block, Share.words));
}
