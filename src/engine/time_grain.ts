// Which step the destination's timestamps have: learned by reading back what was set, once a run.

import type { Stat } from "#model/entry.ts";
import type { File } from "#platform/platform.ts";
import { Control } from "./shared/memory.ts";
import type { Thread } from "./thread.ts";

const STEPS_NSEC = [100, 1000, 1_000_000, 1_000_000_000, 2_000_000_000];

/** Looks at the first file whose time was fine enough to tell. */
export function learnTimeGrain(thread: Thread, file: File, set: Stat): void {
  const { control } = thread.memory;
  if (control[Control.timeGrainNsec] !== 0 || set.mtimeNsec % 100 === 0) return;
  const { platform, otherStat: held } = thread;
  if (platform.statFile(file, held) < 0) return;
  control[Control.timeGrainNsec] = stepBetween(set, held);
}

/** The finest step that makes of the time set the time held. */
export function stepBetween(
  set: Pick<Stat, "mtimeSec" | "mtimeNsec">,
  held: Pick<Stat, "mtimeSec" | "mtimeNsec">,
): number {
  if (set.mtimeNsec === held.mtimeNsec) return 1;
  for (const step of STEPS_NSEC) {
    if (
      held.mtimeNsec % Math.min(step, 1e9) === 0 &&
      set.mtimeNsec - held.mtimeNsec < step &&
      held.mtimeNsec <= set.mtimeNsec
    ) {
      return step === 1e9 && set.mtimeSec !== held.mtimeSec ? 2e9 : step;
    }
  }
  return 1;
}
