// The result of a bench as plain data: what --json prints, what the tables and pages are drawn from, and what
// bench/runs keeps. `v` grows by one whenever a field changes its meaning.
// What there is none of is null, so that every field is always there (report.schema.json).

import type { Phase } from "#bench/contenders.ts";
import type { FileSystem, Machine, Noise } from "#bench/machine.ts";
import type { Attribute } from "#bench/judge.ts";
import { type Ratio, type Summary, compareRounds, outliers, summarise } from "#bench/statistics.ts";
import type { TreeCounts } from "#bench/tree_writer.ts";

export const REPORT_VERSION = 2;

export interface BenchReport {
  readonly v: typeof REPORT_VERSION;
  readonly type: "bench";
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly elapsedMs: number;
  readonly interrupted: boolean;
  /** The command line that repeats this bench. */
  readonly repeatWith: string;
  readonly seed: string;
  readonly coldCache: boolean;
  readonly machine: Machine;
  readonly noise: Noise;
  readonly contenders: readonly ContenderReport[];
  /** Asked for and not measured, with the reason. */
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
  readonly workloads: readonly WorkloadReport[];
  /** What a reader must know to judge the figures. */
  readonly notes: readonly string[];
  readonly logDirectory: string;
}

export interface ContenderReport {
  readonly name: string;
  /** What a reader should know of its command. */
  readonly remark: string | null;
  readonly version: string;
  readonly path: string;
}

export interface WorkloadReport {
  readonly name: string;
  readonly title: string;
  readonly counts: TreeCounts;
  /** That of the copies, and that of the source, which may be elsewhere with --tree. */
  readonly fileSystem: FileSystem;
  readonly sourceFileSystem: FileSystem;
  readonly sourceChange: SourceChange | null;
  readonly phases: readonly PhaseReport[];
}

export interface PhaseReport {
  readonly phase: Phase;
  /** In the order of the contenders; the first that has runs is what the others are compared with. */
  readonly results: readonly PhaseResult[];
}

export interface PhaseResult {
  readonly contender: string;
  /** The name to show: another program may stand in for the contender, as rm does for cp where all is deleted. */
  readonly label: string;
  /** As a shell line, with {src} and {dst}. */
  readonly command: string;
  readonly runs: readonly RunRecord[];
  /** Why it does not take part in this phase. */
  readonly absent: string | null;
  readonly failure: Failure | null;
  /** What it did not keep and does not claim to keep, and of how many entries. */
  readonly lesser: Readonly<Partial<Record<Attribute, number>>>;
  /** null where no run counts. */
  readonly analysis: Analysis | null;
}

/** What became of a source before all was measured; nothing after it could be judged. */
export interface SourceChange {
  /** Whose run it was noticed after: not necessarily who did it, where others may write to the tree. */
  readonly during: string;
  readonly phase: Phase;
  readonly round: number;
  /** The first differences. */
  readonly details: readonly string[];
}

export interface Failure {
  readonly round: number;
  readonly what: string;
  readonly details: readonly string[];
}

/** A run that ended well and whose result was found faithful. */
export interface RunRecord {
  readonly round: number;
  readonly wallMs: number;
  readonly userMs: number;
  readonly systemMs: number;
  readonly peakMemoryBytes: number | null;
  readonly voluntarySwitches: number;
  readonly involuntarySwitches: number;
}

export interface Analysis {
  readonly wallMs: Summary;
  readonly userMs: Summary;
  readonly systemMs: Summary;
  readonly peakMemoryBytes: number | null;
  readonly contextSwitches: Summary;
  /** In the order of the runs: which stand apart. They count all the same. */
  readonly outliers: readonly boolean[];
  /** To the reference of the phase; null for the reference itself. */
  readonly ratio: Ratio | null;
}

export type MeasuredResult = Omit<PhaseResult, "analysis">;

/** Adds the statistics to what was measured. Pure: the same runs give the same figures. */
export function analysePhase(
  phase: Phase,
  results: readonly MeasuredResult[],
  noise: number,
): PhaseReport {
  const reference = results.find(counts);
  return {
    phase,
    results: results.map((result) => ({
      ...result,
      // After one unfaithful run nothing else that the contender did in this phase is trusted.
      analysis: counts(result) ? analyse(result, reference, noise) : null,
    })),
  };
}

function counts(result: MeasuredResult): boolean {
  return result.failure === null && result.runs.length > 0;
}

function analyse(
  result: MeasuredResult,
  reference: MeasuredResult | undefined,
  noise: number,
): Analysis {
  const column = (of: (run: RunRecord) => number): Summary => summarise(result.runs.map(of));
  const peaks = result.runs.map((run) => run.peakMemoryBytes ?? 0);
  return {
    wallMs: column((run) => run.wallMs),
    userMs: column((run) => run.userMs),
    systemMs: column((run) => run.systemMs),
    peakMemoryBytes: Math.max(...peaks) || null,
    contextSwitches: column((run) => run.voluntarySwitches + run.involuntarySwitches),
    outliers: outliers(result.runs.map((run) => run.wallMs)),
    ratio:
      reference === undefined || reference === result ? null : ratioOf(result, reference, noise),
  };
}

/** Only rounds that both have run are compared. */
function ratioOf(result: MeasuredResult, reference: MeasuredResult, noise: number): Ratio | null {
  const references = new Map(reference.runs.map((run) => [run.round, run.wallMs]));
  const shared = result.runs.filter((run) => references.has(run.round));
  if (shared.length === 0) return null;
  return compareRounds(
    shared.map((run) => run.wallMs),
    shared.map((run) => references.get(run.round) ?? Number.NaN),
    noise,
  );
}

/** The phases that have something to show: an interrupted bench has not come to all of them. */
export function measuredPhases({ phases }: WorkloadReport): PhaseReport[] {
  return phases.filter(({ results }) =>
    results.some(({ analysis, failure }) => analysis !== null || failure !== null),
  );
}

/** Whether anything that was to be measured failed: a command, the comparison with the source, or the source itself. */
export function hasFailures(report: BenchReport): boolean {
  return report.workloads.some(
    ({ phases, sourceChange }) =>
      sourceChange !== null ||
      phases.some(({ results }) => results.some(({ failure }) => failure !== null)),
  );
}
