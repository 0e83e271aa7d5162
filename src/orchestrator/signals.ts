// SIGINT, SIGTERM and SIGHUP end a run in order: workers stop, temporaries go, the summary says what stands. A second
// signal ends it at once.

import type { Summary } from "#model/summary.ts";

type Signal = NonNullable<Summary["signal"]>;

const NUMBERS: Readonly<Record<Signal, number>> = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };

export class Signals {
  #received: Signal | undefined;
  readonly #stop: () => void;

  constructor(stop: () => void) {
    this.#stop = stop;
    for (const signal of Object.keys(NUMBERS)) process.on(signal, this.#handle);
    // A write beyond RLIMIT_FSIZE is then an EFBIG for that file, and no death of the process.
    process.on("SIGXFSZ", ignore);
  }

  get received(): Signal | undefined {
    return this.#received;
  }

  end(): void {
    for (const signal of Object.keys(NUMBERS)) process.off(signal, this.#handle);
  }

  readonly #handle = (signal: Signal): void => {
    if (this.#received !== undefined) process.exit(128 + NUMBERS[signal]);
    this.#received = signal;
    this.#stop();
  };
}

function ignore(): void {}
