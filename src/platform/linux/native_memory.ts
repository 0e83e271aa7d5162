// Memory whose address the kernel is given. A small typed array keeps its elements in the garbage-collected heap, and
// JavaScriptCore moves them out when its compiler takes the array for a constant: an address taken before is then stale,
// and the kernel writes where nobody looks. Elements of an ArrayBuffer made first stay where they are.

import { ptr } from "bun:ffi";

export interface NativeBytes {
  readonly bytes: Buffer;
  /** Valid as long as `bytes` is referenced. */
  readonly address: number;
}

export function nativeBytes(sizeBytes: number): NativeBytes {
  const bytes = Buffer.from(new ArrayBuffer(sizeBytes));
  return { bytes, address: ptr(bytes) };
}

export interface NativeWords {
  readonly words: Uint32Array;
  readonly address: number;
}

/** 32-bit words, all zero. */
export function nativeWords(count: number): NativeWords {
  const words = new Uint32Array(new ArrayBuffer(count * 4));
  return { words, address: ptr(words) };
}
