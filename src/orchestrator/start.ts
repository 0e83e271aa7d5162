// How a run begins: with the main thread alone, which for a small tree is the whole run, or with workers from the start. The
// kinds of the file systems decide, and for how long the history of the same run.

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
  let outlook: Outlook | undefined;
  if (isWorthAsking(ground, platform)) {
    const { Outlook } = await import("./outlook.ts");
    outlook = new Outlook(platform, { verb: options.verb, ground });
  }
  const aloneMs = outlook?.aloneMs() ?? ALONE_MS_UNKNOWN;
  if (aloneMs === 0)
    return { aloneMs, reason: "workers from the start, as the last time it took long", outlook };
  const known = aloneMs === ALONE_MS_UNKNOWN ? "" : ", for the same run was short the last time";
  const reason = `no worker is started in the first ${Math.round(aloneMs)} ms${known}`;
  return { aloneMs, reason: `everything is local, and ${reason}`, outlook };
}

function whyNotAlone({ filter, workers }: RunOptions, { foreign }: Ground): string | undefined {
  if (workers !== undefined) return "their number is given";
  return filter === undefined ? foreign : "entries are filtered";
}

/**
 * To ask costs a millisecond or two, a tenth of a run of a few files. A directory without subdirectories has two links, on
 * file systems that count them; it is mostly small.
 */
function isWorthAsking({ sources }: Ground, platform: Platform): boolean {
  const stat = platform.newStat();
  return sources.some((source) => {
    const dir = platform.openRoot(source);
    if (dir < 0) return false;
    const found = platform.statDir(dir as Dir, stat);
    platform.closeDir(dir as Dir);
    return found >= 0 && stat.nlink !== 2;
  });
}
