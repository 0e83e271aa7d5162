// Lists of paths in the shared heap, each with the root that it is below; a list is the offset of its head, 0 is empty.
// Every call must hold the lock.

import type { RawPath } from "#model/name.ts";
import { allocate, release } from "./heap.ts";
import { HeapText, textWords } from "./heap_text.ts";
import type { SharedMemory } from "./memory.ts";

enum Word {
  next = 0,
  root = 1,
  pathBytes = 2,
  path = 3,
}

/** Where a name is: below which of the run's roots, and by which path. */
export interface Place {
  readonly root: number;
  readonly path: RawPath;
}

export class PathLists {
  readonly #memory: SharedMemory;
  readonly #text: HeapText;

  constructor(memory: SharedMemory) {
    this.#memory = memory;
    this.#text = new HeapText(memory);
  }

  /** The list with one place more. */
  add(list: number, { root, path }: Place): number {
    const { heap } = this.#memory;
    const block = allocate(this.#memory, Word.path + textWords(path.length));
    heap[block + Word.next] = list;
    heap[block + Word.root] = root;
    heap[block + Word.pathBytes] = path.length;
    this.#text.write(block + Word.path, path);
    return block;
  }

  /** Everything in the list, which is no more afterwards. */
  take(list: number): Place[] {
    const { heap } = this.#memory;
    const found: Place[] = [];
    for (let block = list; block !== 0;) {
      const lengthBytes = heap[block + Word.pathBytes] as number;
      const path = this.#text.read(block + Word.path, lengthBytes) as RawPath;
      found.push({ root: heap[block + Word.root] as number, path });
      const next = heap[block + Word.next] as number;
      release(this.#memory, block, Word.path + textWords(lengthBytes));
      block = next;
    }
    return found;
  }
}
