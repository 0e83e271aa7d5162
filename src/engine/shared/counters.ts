// Counters in shared memory: each thread adds to its own row without atomics, anyone may sum them up.

import { compileMethodsOnce } from "#platform/compiler.ts";
import { type Count, COUNTERS, type Counter, type Counts } from "#model/summary.ts";
import { MAX_THREADS, type SharedMemory } from "./memory.ts";

export class Tally {
  readonly #row: Float64Array;

  constructor(memory: SharedMemory, threadIndex: number) {
    const start = threadIndex * COUNTERS.length;
    this.#row = memory.counters.subarray(start, start + COUNTERS.length);
  }

  /** What this thread has added. */
  own(counter: Count): number {
    return this.#row[counter] as number;
  }

  add(counter: Count, amount = 1): void {
    this.#row[counter] = (this.#row[counter] as number) + amount;
  }
}

/** The sum over all threads. They are not read at one instant. Each only grows, but for bytes of a file that failed. */
export function sumCounters(memory: SharedMemory): Counts {
  const counts = {} as Record<Counter, number>;
  COUNTERS.forEach((name, index) => {
    let sum = 0;
    for (let thread = 0; thread < MAX_THREADS; thread++) {
      sum += memory.counters[thread * COUNTERS.length + index] as number;
    }
    counts[name] = sum;
  });
  return counts;
}

compileMethodsOnce(Tally);
