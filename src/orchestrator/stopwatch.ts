// How long each phase of a run took.

import type { Phase } from "#model/event.ts";
import { nowMicros } from "#engine/shared/first_byte.ts";

export class Stopwatch {
  readonly #startedMs = performance.now();
  readonly #phases = new Map<Phase, number>();
  #phase: Phase = "preparing";
  #phaseStartedMs = this.#startedMs;
  #endedMs: number | undefined;
  /** For a moment that another thread takes the time of. */
  readonly startedMicros = nowMicros();

  get phase(): Phase {
    return this.#phase;
  }

  enter(phase: Phase): void {
    const nowMs = performance.now();
    this.#phases.set(this.#phase, this.of(this.#phase) + nowMs - this.#phaseStartedMs);
    this.#phase = phase;
    this.#phaseStartedMs = nowMs;
  }

  end(): void {
    this.enter(this.#phase);
    this.#endedMs = performance.now();
  }

  /** Of the phases that have ended. */
  of(phase: Phase): number {
    return this.#phases.get(phase) ?? 0;
  }

  /** The phase has been entered, and may be over. */
  has(phase: Phase): boolean {
    return this.#phase === phase || this.#phases.has(phase);
  }

  /** Since the start, without the time for which the user was asked. */
  get workedMs(): number {
    const nowMs = this.#endedMs ?? performance.now();
    const isAsking = this.#phase === "confirming" && this.#endedMs === undefined;
    const askingMs = this.of("confirming") + (isAsking ? nowMs - this.#phaseStartedMs : 0);
    return nowMs - this.#startedMs - askingMs;
  }
}
