// A run that is going on, in stretches of equal length: what each did, and how long it took. The longer the run, the longer
// they are, so that there are never many. Pure.

import type { Lesson, Work } from "./predictor.ts";
import { minus, NOTHING, plus } from "./work.ts";

const SHORTEST_MS = 250;
const MOST = 32;

export class Stretches {
  #lengthMs = SHORTEST_MS;
  #stretches: readonly Lesson[] = [];
  #done = NOTHING;
  #elapsedMs = 0;

  /** All that are complete, oldest first; the same value as long as none is added. */
  get all(): readonly Lesson[] {
    return this.#stretches;
  }

  /** How far the run has come. Ends a stretch where it is long enough. */
  observe(done: Work, elapsedMs: number): void {
    const tookMs = elapsedMs - this.#elapsedMs;
    if (tookMs < this.#lengthMs) return;
    this.#stretches = [...this.#stretches, { work: minus(done, this.#done), tookMs }];
    this.#done = done;
    this.#elapsedMs = elapsedMs;
    if (this.#stretches.length < MOST) return;
    this.#lengthMs *= 2;
    this.#stretches = inPairs(this.#stretches);
  }
}

function inPairs(stretches: readonly Lesson[]): Lesson[] {
  return stretches.flatMap((first, index) => {
    if (index % 2 === 1) return [];
    const second = stretches[index + 1];
    if (second === undefined) return [first];
    const tookMs = first.tookMs + second.tookMs;
    return [{ work: plus(first.work, second.work), tookMs }];
  });
}
