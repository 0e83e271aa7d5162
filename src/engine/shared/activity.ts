// What each thread is doing and where, for the live line and for the report of a stall: one record a thread in shared
// memory, written by that thread alone and without atomics. Who reads it may see half of a change, which is good enough
// for people. What is quickly done is known by its directory only: noting the name of each small file took two hundredths
// of the time of copying it.

import { joinRaw, type RawName, type RawPath } from "#model/name.ts";
import { ACTIVITY_WORDS, MAX_THREADS, type SharedMemory } from "./memory.ts";

export enum Operation {
  /** Nothing to do: waits for others, or rests. */
  idle = 0,
  preparing = 1,
  /** Lists and compares. */
  looking = 2,
  copying = 3,
  /** Closes or syncs a file that was written: all its bytes may have to reach the storage in this one call. */
  flushing = 4,
  deleting = 5,
  /** One call brings everything to stable storage. */
  syncing = 6,
}

/** Smaller files come and go too fast for anybody to read their names. */
const NAMED_MIN_BYTES = 256 * 1024;
const PATH_BYTES = 4096;
const RECORD_BYTES = ACTIVITY_WORDS * 4;
enum Word {
  operation = 0,
  sizeMebibytes = 1,
  pathBytes = 2,
  nameBytes = 3,
  /** The thread as the kernel numbers it; 0 where that is not known. */
  kernelThread = 4,
  path = 8,
  name = 8 + PATH_BYTES / 4,
}

/** A thread's own record. */
export class Activity {
  readonly #words: Int32Array;
  readonly #bytes: Buffer;

  constructor({ activity }: SharedMemory, threadIndex: number) {
    const start = threadIndex * ACTIVITY_WORDS;
    this.#words = activity.subarray(start, start + ACTIVITY_WORDS);
    this.#bytes = bytesOf(activity, threadIndex);
  }

  /** A new piece of work, its place not yet known. */
  begin(operation: Operation): void {
    this.#words[Word.operation] = operation;
    this.#words[Word.pathBytes] = 0;
    this.#words[Word.nameBytes] = 0;
  }

  /** The place: a path below its root, or an absolute one. */
  enter(path: RawPath): void {
    this.#words[Word.nameBytes] = 0;
    const shown = path.length > PATH_BYTES ? path.slice(-PATH_BYTES) : path;
    this.#words[Word.pathBytes] = this.#bytes.write(shown, Word.path * 4, "latin1");
  }

  /** A file is copied, until leave(). */
  copy(name: RawName, sizeBytes: number): void {
    this.#words[Word.operation] = Operation.copying;
    this.look(name, sizeBytes);
  }

  /** A file is read to be compared, until leave(). */
  look(name: RawName, sizeBytes: number): void {
    if (sizeBytes < NAMED_MIN_BYTES) return;
    this.#words[Word.nameBytes] = this.#bytes.write(name, Word.name * 4, "latin1");
  }

  /** The entry's data goes to the storage now. */
  flush(sizeBytes: number): void {
    this.#words[Word.sizeMebibytes] = Math.ceil(sizeBytes / 1048576);
    this.#words[Word.operation] = Operation.flushing;
  }

  leave(): void {
    this.#words[Word.operation] = Operation.looking;
    this.#words[Word.nameBytes] = 0;
  }

  setKernelThread(id: number): void {
    this.#words[Word.kernelThread] = id;
  }
  get kernelThread(): number {
    return this.#words[Word.kernelThread] as number;
  }
}

/** What a thread's record says. */
export interface ThreadActivity {
  readonly threadIndex: number;
  readonly operation: Operation;
  /** Of the file that is flushed. */
  readonly sizeMebibytes: number;
  /** Empty for a root, or where there is no place. */
  readonly path: RawPath;
  readonly kernelThread: number;
}

function readActivity({ activity }: SharedMemory, threadIndex: number): ThreadActivity {
  const start = threadIndex * ACTIVITY_WORDS;
  const word = (index: number) => activity[start + index] as number;
  const bytes = bytesOf(activity, threadIndex);
  const text = (at: number, length: number) => bytes.toString("latin1", at * 4, at * 4 + length);
  const path = text(Word.path, word(Word.pathBytes)) as RawPath;
  const name = text(Word.name, word(Word.nameBytes)) as RawName;
  return {
    threadIndex,
    operation: word(Word.operation),
    sizeMebibytes: word(Word.sizeMebibytes),
    path: name === "" ? path : joinRaw(path, name),
    kernelThread: word(Word.kernelThread),
  };
}

/** The threads that have work in hand. */
export function busyThreads(memory: SharedMemory): ThreadActivity[] {
  const busy: ThreadActivity[] = [];
  for (let thread = 0; thread < MAX_THREADS; thread++) {
    const operation = memory.activity[thread * ACTIVITY_WORDS + Word.operation] as number;
    if (operation !== Operation.idle) busy.push(readActivity(memory, thread));
  }
  return busy;
}

function bytesOf(activity: Int32Array, threadIndex: number): Buffer {
  const buffer = activity.buffer as SharedArrayBuffer;
  return Buffer.from(buffer, threadIndex * RECORD_BYTES, RECORD_BYTES);
}
