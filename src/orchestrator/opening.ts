// How a run opens: the platform is chosen, the ground looked at, and workers that will be needed are called. A worker takes
// longer to start than all that the main thread has to do before there is work for it.

import { rawFromText, type RawPath } from "#model/name.ts";
import type { RunOptions } from "#model/options.ts";
import type { Platform } from "#platform/platform.ts";
import { selectPlatform } from "#platform/select.ts";
import { type Ground, surveyGround } from "./ground.ts";
import { planStart, type Start } from "./start.ts";
import { type StartedWorker, startWorker } from "./started_worker.ts";

export interface Opening {
  readonly platform: Platform;
  readonly cwd: RawPath | undefined;
  readonly ground: Ground;
  readonly start: Start;
  /** With how many workers the run begins, where it does not end before. */
  readonly size: number;
  /** Those of them that have been called already. */
  readonly workers: readonly StartedWorker[];
}

export async function openRun(options: RunOptions): Promise<Opening> {
  const platform = await selectPlatform();
  const cwd = workingDirectory();
  const ground = surveyGround(platform, options.sources, options.destination, cwd);
  const start = await planStart(options, ground, platform);
  const size = options.workers ?? Math.min(MOST_AT_FIRST, navigator.hardwareConcurrency);
  const isCalled = ground.foreign === undefined && start.aloneMs === 0;
  const workers = Array.from({ length: isCalled ? size : 0 }, startWorker);
  return { platform, cwd, ground, start, size, workers };
}

/** Before anything is known: where storage is slow to answer, more are added within moments. */
const MOST_AT_FIRST = 8;

function workingDirectory(): RawPath | undefined {
  try {
    return rawFromText(process.cwd());
  } catch {
    return undefined;
  }
}
