// Times one small operation: batches long enough for the clock, the median over batches, and what it spreads.

import { median, relativeSpread } from "#bench/statistics.ts";

export interface MicroResult {
  readonly name: string;
  readonly nsPerOperation: number;
  readonly spread: number;
  readonly batches: number;
}

const BATCHES = 31;
const BATCH_MS = 10;
const WARM_UP_BATCHES = 5;

/** `operation` is called with the number of repetitions to do: the loop is its own, so that no call is counted. */
export function time(name: string, operation: (repetitions: number) => void): MicroResult {
  const repetitions = repetitionsFor(operation);
  const batches: number[] = [];
  for (let i = 0; i < WARM_UP_BATCHES + BATCHES; i++) {
    const startedNs = Bun.nanoseconds();
    operation(repetitions);
    batches.push((Bun.nanoseconds() - startedNs) / repetitions);
  }
  const counted = batches.slice(WARM_UP_BATCHES);
  return {
    name,
    nsPerOperation: median(counted),
    spread: relativeSpread(counted),
    batches: counted.length,
  };
}

function repetitionsFor(operation: (repetitions: number) => void): number {
  for (let repetitions = 16; ; repetitions *= 2) {
    const startedNs = Bun.nanoseconds();
    operation(repetitions);
    if ((Bun.nanoseconds() - startedNs) / 1e6 >= BATCH_MS) return repetitions;
  }
}

export function showResults(results: readonly MicroResult[]): string {
  const width = Math.max(...results.map(({ name }) => name.length));
  return results
    .map(({ name, nsPerOperation, spread }) => {
      const ns = nsPerOperation.toFixed(nsPerOperation < 100 ? 1 : 0).padStart(9);
      return `${name.padEnd(width)} ${ns} ns  ±${(spread * 100).toFixed(1)}%`;
    })
    .join("\n");
}
