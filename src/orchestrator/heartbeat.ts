// Reads the shared counters once in a while and says how the run stands.

import type { EmitEvent } from "#model/event.ts";
import { sumCounters } from "#engine/shared/counters.ts";
import type { SharedMemory } from "#engine/shared/memory.ts";

const BEAT_MS = 200;

export class Heartbeat {
  readonly #started = performance.now();
  readonly #timer: ReturnType<typeof setInterval>;
  #totalsFinal = false;

  constructor(memory: SharedMemory, emit: EmitEvent) {
    this.#timer = setInterval(() => {
      emit({
        type: "progress",
        counts: sumCounters(memory),
        totalsFinal: this.#totalsFinal,
        elapsedMs: performance.now() - this.#started,
        remainingMs: undefined,
        path: undefined,
      });
    }, BEAT_MS);
  }

  /** Every directory has been listed: the planned totals grow no more. */
  totalsAreFinal(): void {
    this.#totalsFinal = true;
  }

  end(): void {
    clearInterval(this.#timer);
  }
}
