// How a run begins: with the main thread alone, which for a small tree is the whole run, or with workers from the start. The
// kinds of the file systems decide, and for how long the size of the source and the history of the same run.

import type { RunOptions } from "#model/options.ts";
import { ALONE_MS_UNKNOWN } from "#history/pair_model.ts";
import type { Dir, Platform } from "#platform/platform.ts";
import type { Ground } from "./ground.ts";
import type { Outlook } from "./outlook.ts";

export interface Start {
  /** For how long the main thread works before workers are started; 0 where they are from the start. */
  readonly aloneMs: number;
  /** Why, in words. */
  readonly reason: string;
  /** Undefined where the history was not asked. */
  readonly outlook: Outlook | undefined;
}

export async function planStart(
  options: RunOptions,
  ground: Ground,
  platform: Platform,
): Promise<Start> {
  const refusal = whyNotAlone(options, ground);
  if (refusal !== undefined)
    return { aloneMs: 0, reason: `workers from the start, for ${refusal}`, outlook: undefined };
  const subdirectories = mostSubdirectories(ground, platform);
  if (subdirectories >= MANY_SUBDIRECTORIES)
    return briefly(`${subdirectories} directories`, undefined);
  let outlook: Outlook | undefined;
  // To ask costs a millisecond or two, a tenth of a run of a few files.
  if (subdirectories > 0) {
    const { Outlook } = await import("./outlook.ts");
    outlook = new Outlook(platform, { verb: options.verb, ground });
  }
  const aloneMs = outlook?.aloneMs() ?? ALONE_MS_UNKNOWN;
  if (aloneMs === 0) return briefly("the last time took long", outlook);
  const known = aloneMs === ALONE_MS_UNKNOWN ? "" : ", for the same run was short the last time";
  const reason = `no worker is started in the first ${Math.round(aloneMs)} ms${known}`;
  return { aloneMs, reason: `everything is local, and ${reason}`, outlook };
}

/**
 * Workers will be needed, and take some milliseconds to start. Until the first data is copied the main thread does not leave
 * it to them: that would come as much later as they take.
 */
const FIRST_DATA_MS = 3;

function briefly(why: string, outlook: Outlook | undefined): Start {
  return { aloneMs: FIRST_DATA_MS, reason: `workers almost from the start: ${why}`, outlook };
}

function whyNotAlone({ filter, workers }: RunOptions, { foreign }: Ground): string | undefined {
  if (workers !== undefined) return "their number is given";
  return filter === undefined ? foreign : "entries are filtered";
}

/** A tree that begins with so many is hardly a small one. */
const MANY_SUBDIRECTORIES = 32;

/** Directly in a source: by its links, on file systems that count them (a directory without any has two). */
function mostSubdirectories({ sources }: Ground, platform: Platform): number {
  const stat = platform.newStat();
  const counts = sources.map((source) => {
    const dir = platform.openRoot(source);
    if (dir < 0) return 0;
    const found = platform.statDir(dir as Dir, stat);
    platform.closeDir(dir as Dir);
    if (found < 0) return 0;
    return stat.nlink === 1 ? 1 : stat.nlink - 2;
  });
  return Math.max(0, ...counts);
}
