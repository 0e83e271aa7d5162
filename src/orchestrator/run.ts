// A run, from its options to its summary. What it will need for certain is begun first; what else it is made of is loaded
// while workers start.

import type { RunOptions } from "#model/options.ts";
import type { Summary } from "#model/summary.ts";
import type { RunHooks } from "./phases.ts";
import { openRun } from "./opening.ts";
import { Stopwatch } from "./stopwatch.ts";

/** Runs to the end, whatever that is: the summary says it, and has been emitted as the last event. */
export async function run(options: RunOptions, hooks: RunHooks): Promise<Summary> {
  const stopwatch = new Stopwatch();
  const opening = await openRun(options);
  const { runOpened } = await import("./phases.ts");
  return runOpened(options, hooks, opening, stopwatch);
}
