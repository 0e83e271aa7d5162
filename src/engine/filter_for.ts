// The filter of a run in its threads. Loaded only where a run has one: its package costs start-up time.

import { Kind, type Stat } from "#model/entry.ts";
import type { RawPath } from "#model/name.ts";
import type { FilterOptions, FilterRule, RunOptions } from "#model/options.ts";
import type { Filter } from "#planner/filter.ts";

export async function compileFilterFor({ filter }: RunOptions): Promise<Filter | undefined> {
  if (filter === undefined) return undefined;
  const { compileFilter } = await import("#planner/filter.ts");
  return compileFilter(filter);
}

/** Of an entry whose parents are not excluded. */
export function isExcluded(filter: Filter, path: RawPath, stat: Stat): boolean {
  if (filter.excludes(path, stat.kind === Kind.directory)) return true;
  if (stat.kind !== Kind.file) return false;
  return filter.excludesFile(stat.sizeBytes, stat.mtimeSec + stat.mtimeNsec / 1e9);
}

/** Of an entry wherever it is: what an excluded directory holds is excluded with it. */
export function isPathExcluded(filter: Filter, path: RawPath, isDirectory: boolean): boolean {
  for (let end = path.indexOf("/"); end > 0; end = path.indexOf("/", end + 1)) {
    if (filter.excludes(path.slice(0, end) as RawPath, true)) return true;
  }
  return filter.excludes(path, isDirectory);
}

/** One byte a rule, shared by all threads: not 0 for a rule that has decided something in any of them. */
export type UsedRules = Uint8Array;

export function newUsedRules({ filter }: RunOptions): UsedRules {
  return new Uint8Array(new SharedArrayBuffer(filter?.rules.length ?? 0));
}

export function noteUsedRules(filter: Filter | undefined, used: UsedRules): void {
  for (const index of filter?.usedRules() ?? []) used[index] = 1;
}

/** The excludes that have decided nothing in any thread: probably misspelt. */
export function unusedExcludes({ rules }: FilterOptions, used: UsedRules): readonly FilterRule[] {
  return rules.filter(({ kind }, index) => kind === "exclude" && used[index] === 0);
}
