// How many rounds the time limit allows. Pure. A round of the main phases is started only if it, the deletions
// that must follow and the clean-up still fit.

export interface RoundCosts {
  /** One round of all main phases of a workload, with judging and waiting for the disk. */
  readonly mainMs: number;
  /** One round of the delete phase; 0 where it is not asked for. */
  readonly deleteMs: number;
  /** Removing everything that would be left after the round, the delete phase having done its part. */
  readonly cleanUpMs: number;
}

/** Main rounds below this are worth more than further delete rounds: without three there is no verdict at all. */
const ROUNDS_BEFORE_BALANCE = 3;

/** The next round may take longer than the last. */
const MARGIN = 1.2;

/** Whether main round `round` (from 0) may start, with `leftMs` to the limit. The first always may. */
export function mayStartMain(round: number, leftMs: number, costs: RoundCosts): boolean {
  if (round === 0) return true;
  const deleteRounds = round < ROUNDS_BEFORE_BALANCE ? 1 : round + 1;
  return MARGIN * (costs.mainMs + deleteRounds * costs.deleteMs + costs.cleanUpMs) <= leftMs;
}

/** Whether a round of the delete phase may start: it and the rest of the clean-up fit. */
export function mayStartDelete(leftMs: number, costs: Omit<RoundCosts, "mainMs">): boolean {
  return MARGIN * (costs.deleteMs + costs.cleanUpMs) <= leftMs;
}

/** "40 s", "2:05 min": a remaining time, coarse because it is a guess. */
export function formatLeft(leftMs: number): string {
  const seconds = Math.max(0, Math.ceil(leftMs / 1000));
  if (seconds < 90) return `${seconds} s`;
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")} min`;
}
