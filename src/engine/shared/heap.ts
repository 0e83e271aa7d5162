// An allocator in the shared heap: blocks of a power of two words, one free list a size. Every call must hold the lock.

import { Control, type SharedMemory } from "./memory.ts";

const SMALLEST_LOG2 = 4;

/** Words of the block that holds so many words. */
function sizeClass(words: number): number {
  return Math.max(SMALLEST_LOG2, 32 - Math.clz32(words - 1));
}

/** Takes a block; its words hold anything. Offset 0 is never given: it means none. Throws RangeError when full. */
export function allocate({ control, heap }: SharedMemory, words: number): number {
  const log2 = sizeClass(words);
  const free = control[Control.freeLists + log2] as number;
  if (free !== 0) {
    control[Control.freeLists + log2] = heap[free] as number;
    return free;
  }
  const block = (control[Control.heapTop] as number) || 1 << SMALLEST_LOG2;
  const end = block + (1 << log2);
  if (end > heap.length) grow(heap.buffer as SharedArrayBuffer, end * 4);
  control[Control.heapTop] = end;
  return block;
}

/** At least doubles it, so that this is rare; other threads see the new length at once. */
function grow(buffer: SharedArrayBuffer, neededBytes: number): void {
  const most = buffer.maxByteLength;
  if (neededBytes > most)
    throw new RangeError("Too many directories, hard links or deletions at once");
  buffer.grow(Math.min(most, Math.max(neededBytes, buffer.byteLength * 2)));
}

export function release({ control, heap }: SharedMemory, block: number, words: number): void {
  const list = Control.freeLists + sizeClass(words);
  heap[block] = control[list] as number;
  control[list] = block;
}
