// Which step the destination's timestamps have, as far as it shows by itself: verify may not set a time to find out. The
// kernel sets ctimes, and cuts them to what the file system holds (timestamp_truncate, fs/inode.c).

import type { Stat } from "#model/entry.ts";
import type { DirectoryPair } from "../directory_pair.ts";

const STEPS_NSEC = [1_000_000_000, 10_000_000, 1_000_000, 1000, 100];
const FAT_STEP_NSEC = 2_000_000_000;

/** The coarsest step that the ctimes of this entry and of its directory allow. Overwrites otherStat. */
export function shownGrainNsec({ thread, written, route }: DirectoryPair, target: Stat): number {
  if (route.targetKind === "fat") return FAT_STEP_NSEC;
  const { platform, otherStat: directory } = thread;
  if (platform.statDir(written, directory) < 0) return 1;
  const holds = (step: number) => target.ctimeNsec % step === 0 && directory.ctimeNsec % step === 0;
  return STEPS_NSEC.find(holds) ?? 1;
}
