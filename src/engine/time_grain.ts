// Which step the destination's timestamps have. Learned once a file system, by setting a time and reading it back, and only
// where a time found there looks as if it had been cut: on most that never happens. What a coarse one mounted in the
// destination needs holds for the whole run.

import type { Stat } from "#model/entry.ts";
import type { Dir } from "#platform/platform.ts";
import type { Route } from "./route.ts";
import { Control } from "./shared/memory.ts";
import type { Thread } from "./thread.ts";

/** A directory of the destination, which will get its own time when all in it is done. */
interface Touchable {
  readonly thread: Thread;
  readonly written: Dir;
  readonly route: Route;
  touch(): void;
}

type Time = Pick<Stat, "mtimeSec" | "mtimeNsec">;

/** An odd second, and nanoseconds that every step below cuts to another value. */
const PROBE: Time = { mtimeSec: 1_000_000_001, mtimeNsec: 123_456_789 };
const STEPS_NSEC = [1, 100, 1000, 1_000_000, 10_000_000, 1_000_000_000, 2_000_000_000];

/** True where the two times may be one, as far as a coarse file system can hold it. */
export function looksCut(source: Time, target: Time): boolean {
  return (
    target.mtimeNsec % 100 === 0 &&
    target.mtimeNsec <= source.mtimeNsec &&
    Math.abs(source.mtimeSec - target.mtimeSec) <= 1
  );
}

/** True where the step was not known before and is coarser than assumed: compare again. Blocks. */
export function learnTimeGrain(pair: Touchable): boolean {
  const { route, thread } = pair;
  if (route.isTimeProbed) return false;
  route.isTimeProbed = true;
  const { control } = thread.memory;
  const grain = probe(pair);
  const known = control[Control.timeGrainNsec] as number;
  if (grain > known) control[Control.timeGrainNsec] = grain;
  return grain > Math.max(known, 1);
}

/** On the directory itself, which gets its own time at the end, and the one that it had until then. */
function probe(pair: Touchable): number {
  const { thread, written } = pair;
  const { platform, otherStat: held } = thread;
  if (platform.statDir(written, held) < 0) return 1;
  const { mtimeSec, mtimeNsec } = held;
  pair.touch();
  // Nothing may be set here, or nothing is to be set at all: then a step of 1 is assumed.
  if (platform.setDirTime(written, PROBE.mtimeSec, PROBE.mtimeNsec) < 0) return 1;
  const step = platform.statDir(written, held) < 0 ? 1 : stepThatCuts(PROBE, held);
  platform.setDirTime(written, mtimeSec, mtimeNsec);
  return step;
}

/** The finest step that makes of the time set the time held; 1 where none does. */
function stepThatCuts(set: Time, held: Time): number {
  const step = STEPS_NSEC.find((nsec) => {
    const perSecond = Math.max(1, nsec / 1e9);
    const cutNsec = nsec >= 1e9 ? 0 : set.mtimeNsec - (set.mtimeNsec % nsec);
    return (
      held.mtimeNsec === cutNsec && held.mtimeSec === set.mtimeSec - (set.mtimeSec % perSecond)
    );
  });
  return step ?? 1;
}
