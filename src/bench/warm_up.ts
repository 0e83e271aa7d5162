// What comes before a workload's first round: the main phases once on a small sample, so that every program is in memory
// and its cost is known. Who hangs there, or changes the source, does not get to see the real one.

import { join } from "node:path";
import { removeTree } from "#bench/clean_up.ts";
import type { Contest, Job } from "#bench/contest.ts";
import { elapsed } from "#bench/elapsed.ts";
import type { FoundContender } from "#bench/find_contenders.ts";
import type { BenchOptions } from "#bench/options.ts";
import { type Source, readSource } from "#bench/source.ts";
import { type Ground, Trial } from "#bench/trial.ts";
import { WORKLOADS, generate, scaleOf } from "#bench/workloads.ts";

/** The sample is this share of the workload. */
const SAMPLE_SHARE = 0.04;
/** A run on the sample may take this share of the time limit, and on no account less than so long. */
const LIMIT_SHARE = 0.1;
const SHORTEST_LIMIT_MS = 5_000;
/** The clean-up removes several trees at once, which is so many times as quick. */
const REMOVALS_AT_ONCE_GAIN = 2;

/**
 * Writes into the contest what its rounds cost. What a removal costs is learned from one tree of the sample alone, for
 * what removals do to ext4.
 */
export async function warmUp(
  contest: Contest,
  contenders: readonly FoundContender[],
  options: BenchOptions,
  ground: Ground,
): Promise<void> {
  const limitMs = Math.max(SHORTEST_LIMIT_MS, LIMIT_SHARE * options.timeLimitMs);
  const limited = { ...ground, timeoutMs: () => Math.min(limitMs, ground.timeoutMs()) };
  const sample = await makeSample(contest.job, options, ground);
  const trial = new Trial("warm-up", sample, contenders, limited);
  const ratio = sizeRatio(contest.trial.source, sample);
  contest.mainMs = 0;
  for (const phase of options.phases.filter((each) => each !== "delete")) {
    contest.mainMs += ratio * (await elapsed(() => trial.round(phase, 0)));
  }
  const rest = dropWhoMayNotGoOn(contest, contenders, trial);
  if (trial.sourceChange !== undefined && rest.length > 0) {
    await warmUp(contest, rest, options, ground);
    return;
  }
  // What cannot be removed is tried again in the end, and named then.
  const removing = () => removeTree(sample.directory).catch(() => undefined);
  const oneRemovalMs = ratio * (await elapsed(removing));
  contest.deleteMs = oneRemovalMs * rest.length;
  contest.removalMs = oneRemovalMs / REMOVALS_AT_ONCE_GAIN;
}

/** Those that are left. The sample is nobody's but the contender's that ran when it changed. */
function dropWhoMayNotGoOn(
  contest: Contest,
  contenders: readonly FoundContender[],
  trial: Trial,
): readonly FoundContender[] {
  const dropped = new Map(trial.dropped);
  if (trial.sourceChange !== undefined) {
    const { during, details } = trial.sourceChange;
    dropped.set(during, { round: 0, what: "it changed its source", details });
  }
  for (const [name, { what, details }] of dropped) {
    contest.trial.drop(name, { round: 0, what: `${what}, while warming up`, details });
  }
  return contenders.filter(({ contender }) => !dropped.has(contender.name));
}

async function makeSample(job: Job, options: BenchOptions, ground: Ground): Promise<Source> {
  const tree = makeWorkload(job, SAMPLE_SHARE, options, ground);
  return readSource(tree, ground.fresh, ground.signal);
}

/** That share of a job's workload, or of another one for the user's own tree; returns where it is. */
export function makeWorkload(
  job: Job,
  share: number,
  { size, seed }: BenchOptions,
  { fresh }: Ground,
): string {
  const workload =
    WORKLOADS[job.tree === undefined ? (job.name as keyof typeof WORKLOADS) : "mixed"];
  const root = join(fresh.make(job.name), "source");
  generate(workload, root, seed, scaleOf(workload, size) * share);
  return root;
}

function sizeRatio(source: Source, sample: Source): number {
  return Math.max(
    source.manifest.size / sample.manifest.size,
    source.counts.bytes / sample.counts.bytes,
  );
}
