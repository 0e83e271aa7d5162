// SIGINT, SIGTERM and SIGHUP end a run in order: workers stop, temporaries go, the summary says what stands. A second
// signal ends it at once, unless it is the echo of the first: whoever closes a terminal sends SIGHUP by the shell and by
// the kernel, and a process group is told together with its members.

import type { Signal } from "#model/summary.ts";

const NUMBERS: Readonly<Record<Signal, number>> = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };
const SIGNALS = Object.keys(NUMBERS) as Signal[];
/** A hand that presses the key again out of impatience takes longer. */
const ECHO_MS = 500;

export class Signals {
  #received: { readonly signal: Signal; readonly atMs: number } | undefined;
  readonly #interruption = Promise.withResolvers<void>();
  readonly #handled: readonly Signal[];
  readonly #stop: () => void;

  /** `ignored` stay so: nohup and the shell's own "trap '' INT" mean the run to outlive them. */
  constructor(stop: () => void, ignored: ReadonlySet<Signal> = new Set()) {
    this.#stop = stop;
    this.#handled = SIGNALS.filter((signal) => !ignored.has(signal));
    for (const signal of this.#handled) process.on(signal, this.#handle);
    // A write beyond RLIMIT_FSIZE is then an EFBIG for that file, and no death of the process.
    process.on("SIGXFSZ", ignore);
  }

  get received(): Signal | undefined {
    return this.#received?.signal;
  }

  /** Resolves with the first signal. */
  get interruption(): Promise<void> {
    return this.#interruption.promise;
  }

  /** After a signal the echo of it may still come, and must not take the place of the exit code. */
  end(): void {
    if (this.#received !== undefined) return;
    for (const signal of this.#handled) process.off(signal, this.#handle);
  }

  readonly #handle = (signal: Signal): void => {
    const atMs = performance.now();
    if (this.#received === undefined) {
      this.#received = { signal, atMs };
      this.#stop();
      this.#interruption.resolve();
    } else if (endsAtOnce(signal, atMs - this.#received.atMs)) {
      process.exit(128 + NUMBERS[signal]);
    }
  };
}

/** Whether one more signal means that nobody wants to wait any longer. */
export function endsAtOnce(signal: Signal, sinceFirstMs: number): boolean {
  return signal !== "SIGHUP" && sinceFirstMs > ECHO_MS;
}

/** What was ignored when the process began, from the text of /proc/self/status (proc_pid_status(5)). */
export function ignoredSignals(status: string | undefined): ReadonlySet<Signal> {
  const mask = Number.parseInt(
    /^SigIgn:\s*[0-9a-f]*([0-9a-f]{4})$/m.exec(status ?? "")?.[1] ?? "0",
    16,
  );
  // SIGTERM is nothing that anybody lets a child ignore by habit.
  const inherited: readonly Signal[] = ["SIGHUP", "SIGINT"];
  return new Set(inherited.filter((signal) => (mask & (1 << (NUMBERS[signal] - 1))) !== 0));
}

function ignore(): void {}
