// How many workers a run should have. Pure: told in regular samples how much got done, it answers with a number.
//
// Workers that compute are as many as there are cores. More of them pay where they mostly wait for the storage, as on a
// network: so the number is doubled while the threads sleep more than they compute, and each doubling must show in what
// gets done, or it is taken back and not tried again for a while.

export interface ScalingSample {
  readonly atMs: number;
  /** What got done so far, in any unit. */
  readonly done: number;
  /** Processor time used so far. */
  readonly cpuMs: number;
  /** Threads that found no task: more of them would find none either. */
  readonly starving: number;
}

export interface ScalingLimits {
  readonly cores: number;
  readonly most: number;
}

/** An immutable value: rescale() returns a new one. */
export interface Scale {
  readonly workers: number;
  /** Where the stretch that is being measured began; undefined right after a change. */
  readonly since: ScalingSample | undefined;
  /** The last doubling, until it has proved itself. */
  readonly trial: { readonly from: number; readonly rate: number } | undefined;
  /** No doubling before this time. */
  readonly holdUntilMs: number;
  readonly holdMs: number;
}

/** Shorter stretches, or ones in which less got done, say too little. */
const LEAST_MS = 90;
const LEAST_DONE = 24;
/** But so long says enough: next to nothing gets done. */
const ENOUGH_MS = 1000;
/** Of the cores' time: threads that use less sleep most of the time. */
const MOSTLY_ASLEEP = 0.5;
/** Doubling the workers must get so much more done to pay. */
const LEAST_GAIN = 1.15;
const FIRST_HOLD_MS = 3000;
const LONGEST_HOLD_MS = 60_000;

export function initialScale(workers: number): Scale {
  return { workers, since: undefined, trial: undefined, holdUntilMs: 0, holdMs: FIRST_HOLD_MS };
}

export function rescale(scale: Scale, now: ScalingSample, limits: ScalingLimits): Scale {
  const { since } = scale;
  if (since === undefined) return { ...scale, since: now };
  const tookMs = now.atMs - since.atMs;
  const done = now.done - since.done;
  if (tookMs < LEAST_MS || (done < LEAST_DONE && tookMs < ENOUGH_MS)) return scale;
  // A stretch without enough tasks for all says nothing about the storage.
  if (now.starving > 0) return { ...scale, since: now, trial: undefined };
  const rate = done / tookMs;
  const { trial } = scale;
  if (trial !== undefined && rate < trial.rate * LEAST_GAIN)
    return takenBack(scale, trial.from, now);
  const proven: Scale = { ...scale, since: now, trial: undefined };
  const isAsleep = now.cpuMs - since.cpuMs < MOSTLY_ASLEEP * tookMs * limits.cores;
  const wanted = Math.min(scale.workers * 2, limits.most);
  if (!isAsleep || wanted === scale.workers || now.atMs < scale.holdUntilMs) return proven;
  return { ...proven, workers: wanted, since: undefined, trial: { from: scale.workers, rate } };
}

/** Each doubling in vain makes the next one come later. */
function takenBack(scale: Scale, workers: number, { atMs }: ScalingSample): Scale {
  return {
    workers,
    since: undefined,
    trial: undefined,
    holdUntilMs: atMs + scale.holdMs,
    holdMs: Math.min(scale.holdMs * 2, LONGEST_HOLD_MS),
  };
}
