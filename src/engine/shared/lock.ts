// A mutex on one shared word: 0 free, 1 held, 2 held and waited for (Drepper, "Futexes are tricky"). Never nested, never
// around a system call.

import { compileOnce } from "#platform/compiler.ts";

const SPINS = 100;

export function lock(control: Int32Array, word: number): void {
  for (let spin = 0; spin < SPINS; spin++) {
    if (Atomics.compareExchange(control, word, 0, 1) === 0) return;
  }
  while (Atomics.exchange(control, word, 2) !== 0) Atomics.wait(control, word, 2);
}

export function unlock(control: Int32Array, word: number): void {
  if (Atomics.exchange(control, word, 0) === 2) Atomics.notify(control, word, 1);
}

/** Runs the section alone among all threads. */
export function withLock<Result>(control: Int32Array, word: number, section: () => Result): Result {
  lock(control, word);
  try {
    return section();
  } finally {
    unlock(control, word);
  }
}

compileOnce(lock, unlock);
