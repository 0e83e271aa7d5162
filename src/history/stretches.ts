// A run that is going on, in stretches of equal length: what each did, and how long it took. The longer the run, the longer
// they are, so that there are never many. Pure.

import type { Lesson, Work } from "./predictor.ts";

const SHORTEST_MS = 250;
const MOST = 32;
const NOTHING: Work = { entries: 0, files: 0, bytes: 0 };

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
    this.#stretches = [...this.#stretches, { work: difference(done, this.#done), tookMs }];
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
    return [{ work: sum(first.work, second.work), tookMs }];
  });
}

function difference(now: Work, before: Work): Work {
  return {
    entries: now.entries - before.entries,
    files: now.files - before.files,
    bytes: now.bytes - before.bytes,
  };
}

function sum(a: Work, b: Work): Work {
  return { entries: a.entries + b.entries, files: a.files + b.files, bytes: a.bytes + b.bytes };
}
