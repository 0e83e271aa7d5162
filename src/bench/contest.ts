// One workload's part in a bench: how far it is, and what its rounds cost, guessed from a sample and then learned.

import type { FileSystem } from "#bench/machine.ts";
import type { Trial } from "#bench/trial.ts";

/** What a trial is run on: a generated workload, or the user's own tree. */
export interface Job {
  readonly name: string;
  readonly title: string;
  readonly tree: string | undefined;
}

export class Contest {
  /** How many rounds there shall be, and how many of each kind are complete. */
  wantedRounds = 0;
  rounds = 0;
  deleteRounds = 0;
  /** One round of each kind, and the removal of one tree in the clean-up. */
  mainMs = 0;
  deleteMs = 0;
  removalMs = 0;

  constructor(
    readonly job: Job,
    readonly trial: Trial,
    readonly fileSystem: FileSystem,
    readonly contenderCount: number,
  ) {}

  /** Removing the source and the copies that lie about, with those of so many more rounds, or without. */
  cleanUpMs(moreRounds: number): number {
    const copies = this.trial.copyCount + moreRounds * this.contenderCount;
    return (Math.max(0, copies) + 1) * this.removalMs;
  }

  /** What is left to do, should the time limit allow all of it. */
  expectedMs(wantsDelete: boolean): number {
    const mainLeft = Math.max(0, this.wantedRounds - this.rounds);
    const deletesLeft = wantsDelete ? Math.max(0, this.wantedRounds - this.deleteRounds) : 0;
    const cleanUpMs = this.cleanUpMs(mainLeft - deletesLeft);
    return mainLeft * this.mainMs + deletesLeft * this.deleteMs + cleanUpMs;
  }
}
