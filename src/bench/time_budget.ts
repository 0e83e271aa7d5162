// How many rounds the time limit allows. Pure. A round of the main phases is started only if it, the deletions
// that must follow and the clean-up still fit.

import { MIN_ROUNDS_FOR_VERDICT } from "#bench/statistics.ts";

export interface RoundCosts {
  /** One round of all main phases of a workload, with judging and waiting for the disk. */
  readonly mainMs: number;
  /** One round of the delete phase; 0 where it is not asked for. */
  readonly deleteMs: number;
  /** Removing what is left after so many rounds of the delete phase. */
  readonly cleanUpMs: (deleteRounds: number) => number;
}

/** Until then main rounds are worth more than further delete rounds. */
const ROUNDS_BEFORE_BALANCE = MIN_ROUNDS_FOR_VERDICT;

/** The next round may take longer than the last. */
const MARGIN = 1.2;

/** Whether main round `round` (from 0) may start, with `leftMs` to the limit. The first always may. */
export function mayStartMain(round: number, leftMs: number, costs: RoundCosts): boolean {
  if (round === 0) return true;
  const { mainMs, deleteMs, cleanUpMs } = costs;
  const deleteRounds = deleteMs === 0 ? 0 : round < ROUNDS_BEFORE_BALANCE ? 1 : round + 1;
  return MARGIN * (mainMs + deleteRounds * deleteMs + cleanUpMs(deleteRounds)) <= leftMs;
}

/** Whether a round of the delete phase may start: it and the rest of the clean-up fit. */
export function mayStartDelete(leftMs: number, deleteMs: number, cleanUpMs: number): boolean {
  return MARGIN * (deleteMs + cleanUpMs) <= leftMs;
}

/** "40 s", "2:05 min": a remaining time, coarse because it is a guess. */
export function formatLeft(leftMs: number): string {
  const seconds = Math.max(0, Math.ceil(leftMs / 1000));
  if (seconds < 90) return `${seconds} s`;
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")} min`;
}
