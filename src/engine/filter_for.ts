// Loads the filter only where a run has one: its package costs start-up time.

import type { RunOptions } from "#model/options.ts";
import type { Filter } from "#planner/filter.ts";

export async function compileFilterFor({ filter }: RunOptions): Promise<Filter | undefined> {
  if (filter === undefined) return undefined;
  const { compileFilter } = await import("#planner/filter.ts");
  return compileFilter(filter);
}
