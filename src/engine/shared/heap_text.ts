// Text in the shared heap: raw bytes, one latin1 character each.

import { compileMethodsOnce } from "#platform/compiler.ts";
import type { SharedMemory } from "./memory.ts";

/** Words that so many bytes take. */
export function textWords(lengthBytes: number): number {
  return (lengthBytes + 3) >> 2;
}

export class HeapText {
  readonly #heap: Int32Array;
  #bytes: Buffer;

  constructor({ heap }: SharedMemory) {
    this.#heap = heap;
    this.#bytes = Buffer.from(heap.buffer as SharedArrayBuffer);
  }

  /** At a place given in words. */
  read(word: number, lengthBytes: number): string {
    const start = word * 4;
    const end = start + lengthBytes;
    const bytes = end > this.#bytes.length ? this.#renewed() : this.#bytes;
    return bytes.toString("latin1", start, end);
  }

  write(word: number, text: string): void {
    const start = word * 4;
    const bytes = start + text.length > this.#bytes.length ? this.#renewed() : this.#bytes;
    bytes.write(text, start, "latin1");
  }

  /** The heap grows; a Buffer over it does not. */
  #renewed(): Buffer {
    return (this.#bytes = Buffer.from(this.#heap.buffer as SharedArrayBuffer));
  }
}

compileMethodsOnce(HeapText);
