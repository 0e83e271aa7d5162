// Which step the destination's timestamps have, as far as it shows by itself: verify may not set a time to find out. The
// kernel sets ctimes, and cuts them to what the file system holds (timestamp_truncate, fs/inode.c).

import type { Stat } from "#model/entry.ts";
import type { DirectoryPair } from "../directory_pair.ts";

const STEPS_NSEC = [1_000_000_000, 10_000_000, 1_000_000, 1000, 100];
const FAT_STEP_NSEC = 2_000_000_000;

/**
 * The coarsest step that the ctimes of this entry and of its directory allow, and its mtime: ctimes alone may end in zeros
 * by chance, and a time that was kept finer than a step disproves it. Overwrites otherStat.
 */
export function shownGrainNsec({ thread, written, route }: DirectoryPair, target: Stat): number {
  if (route.targetKind === "fat") return FAT_STEP_NSEC;
  const { platform, otherStat: directory } = thread;
  if (platform.statDir(written, directory) < 0) return 1;
  return coarsestStep([target.ctimeNsec, target.mtimeNsec, directory.ctimeNsec]);
}

export function coarsestStep(shownNsec: readonly number[]): number {
  return STEPS_NSEC.find((step) => shownNsec.every((nsec) => nsec % step === 0)) ?? 1;
}
