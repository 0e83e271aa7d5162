// Text in the shared heap: raw bytes, one latin1 character each.

import { compileMethodsOnce } from "#platform/compiler.ts";
import type { SharedMemory } from "./memory.ts";

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
    return this.#upTo(start + lengthBytes).toString("latin1", start, start + lengthBytes);
  }

  write(word: number, text: string): void {
    const start = word * 4;
    this.#upTo(start + text.length).write(text, start, "latin1");
  }

  /** The heap grows; a Buffer over it does not. */
  #upTo(end: number): Buffer {
    if (end > this.#bytes.length) this.#bytes = Buffer.from(this.#heap.buffer as SharedArrayBuffer);
    return this.#bytes;
  }
}

compileMethodsOnce(HeapText);
