// A mutex on one shared word: 0 free, 1 held, 2 held and waited for (Drepper, "Futexes are tricky").

const SPINS = 100;

/** Runs the section alone among all threads. Never nested, never around a system call. */
export function withLock<Result>(control: Int32Array, word: number, section: () => Result): Result {
  acquire(control, word);
  try {
    return section();
  } finally {
    if (Atomics.exchange(control, word, 0) === 2) Atomics.notify(control, word, 1);
  }
}

function acquire(control: Int32Array, word: number): void {
  for (let spin = 0; spin < SPINS; spin++) {
    if (Atomics.compareExchange(control, word, 0, 1) === 0) return;
  }
  while (Atomics.exchange(control, word, 2) !== 0) Atomics.wait(control, word, 2);
}
