// The moment at which the first data of a run had arrived, in a word that the thread which copied it sets: microseconds on
// the clock that all threads share, cut to what a word holds. Whoever began the run takes the time from there.

import { Control, type SharedMemory } from "./memory.ts";

/** Half an hour and a little more, after which the word begins anew. */
const WORD_MICROS = 2 ** 31;

/** Cheap once it is known. */
export function noteFirstByte({ control }: SharedMemory): void {
  if (control[Control.firstByte] !== 0) return;
  Atomics.compareExchange(control, Control.firstByte, 0, nowMicros() || 1);
}

/** From a start, as nowMicros() said it; undefined while nothing has arrived. */
export function firstByteMs({ control }: SharedMemory, startMicros: number): number | undefined {
  const at = control[Control.firstByte] as number;
  return at === 0 ? undefined : ((at - startMicros + WORD_MICROS) % WORD_MICROS) / 1000;
}

/** Every thread counts from its own beginning: what they have in common is the calendar. */
export function nowMicros(): number {
  return Math.floor((performance.timeOrigin + performance.now()) * 1000) % WORD_MICROS;
}
