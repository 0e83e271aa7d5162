// Names what has become slower between two recorded runs: `bun bench/compare_runs.ts OLD NEW`, each a folder of
// bench/runs or a report. Exit 1 where blit has regressed, or no longer does what it did; 2 where the two cannot be
// compared.
//
// The other contenders are the control: where the machine itself has changed, they moved as well, and blit is
// judged by how it moved against them.

import * as fs from "node:fs";
import { join } from "node:path";
import { type Interval, ratioInterval } from "#bench/rank_intervals.ts";
import {
  type BenchReport,
  type PhaseResult,
  REPORT_VERSION,
  type WorkloadReport,
} from "#bench/report.ts";
import { MIN_ROUNDS_FOR_VERDICT, median } from "#bench/statistics.ts";

export interface Shift {
  readonly what: string;
  readonly verdict: "slower" | "faster" | "unchanged" | "too few runs";
  readonly oldMs: number;
  readonly newMs: number;
  /** New over old, divided by what the control moved. */
  readonly ratio: number;
  readonly interval: Interval | null;
  /** How the median of the other contenders moved; 1 where there is none. */
  readonly control: number;
}

/** What the old run has measured and the new one has not. */
export interface Loss {
  readonly what: string;
  readonly verdict: "lost";
  readonly why: string;
}

/** The two are of different things. */
export class Incomparable extends Error {}

/** Changes below this are not worth a name. */
const MIN_CHANGE = 0.05;

interface Sample {
  readonly what: string;
  readonly result: PhaseResult;
}

/** Every phase that the old run has measured, for one contender. Throws Incomparable. Pure. */
export function compareReports(
  older: BenchReport,
  newer: BenchReport,
  contender: string,
): (Shift | Loss)[] {
  checkAlike(older, newer);
  const [before, after] = [samples(older), samples(newer)];
  return before
    .filter(({ result }) => result.contender === contender && result.analysis !== null)
    .map(({ what, result: old }) => {
      const result = find(after, what, contender);
      if (result === undefined) return { what, verdict: "lost", why: "is not in the new run" };
      if (result.analysis === null) return { what, verdict: "lost", why: whyLost(result) };
      return shiftOf(what, old, result, controlOf(what, contender, before, after));
    });
}

/** What is not alike and need not be, for a reader to judge. Pure. */
export function differencesOfMachine(older: BenchReport, newer: BenchReport): string[] {
  const facts = ["processor", "cores", "memoryBytes", "kernel", "architecture"] as const;
  return facts
    .filter((fact) => older.machine[fact] !== newer.machine[fact])
    .map((fact) => `${fact}: ${older.machine[fact]} → ${newer.machine[fact]}`);
}

function checkAlike(older: BenchReport, newer: BenchReport): void {
  if (older.seed !== newer.seed) {
    throw new Incomparable(`the seeds differ: ${older.seed} and ${newer.seed}`);
  }
  if (older.coldCache !== newer.coldCache) throw new Incomparable("one had a cold cache");
  const before = keyed(older.workloads);
  for (const [key, { counts }] of keyed(newer.workloads)) {
    const old = before.get(key)?.counts;
    if (old !== undefined && !Bun.deepEquals(old, counts)) {
      throw new Incomparable(`${key}: the trees are not of one size`);
    }
  }
}

/** By a name that is the same in both runs: a suite measures a workload once in each of its folders. */
function keyed(workloads: readonly WorkloadReport[]): Map<string, WorkloadReport> {
  const found = new Map<string, WorkloadReport>();
  for (const workload of workloads) {
    const key = `${workload.name} on ${workload.fileSystem.kind}`;
    let unique = key;
    for (let i = 2; found.has(unique); i++) unique = `${key} (${i})`;
    found.set(unique, workload);
  }
  return found;
}

function samples(report: BenchReport): Sample[] {
  return [...keyed(report.workloads)].flatMap(([key, { phases }]) =>
    phases.flatMap(({ phase, results }) =>
      results.map((result) => ({ what: `${key}, ${phase}`, result })),
    ),
  );
}

function find(all: readonly Sample[], what: string, contender: string): PhaseResult | undefined {
  return all.find((sample) => sample.what === what && sample.result.contender === contender)
    ?.result;
}

function whyLost({ failure, absent }: PhaseResult): string {
  return failure === null ? (absent ?? "was not measured") : `failed: ${failure.what}`;
}

function controlOf(
  what: string,
  contender: string,
  before: readonly Sample[],
  after: readonly Sample[],
): number {
  const moved = after.flatMap(({ what: where, result }) => {
    const old = find(before, what, result.contender);
    const isControl = where === what && result.contender !== contender;
    const isMeasured = result.analysis !== null && old !== undefined && old.analysis !== null;
    return isControl && isMeasured ? [medianOf(result) / medianOf(old)] : [];
  });
  return moved.length === 0 ? 1 : median(moved);
}

function shiftOf(what: string, old: PhaseResult, result: PhaseResult, control: number): Shift {
  const raw = ratioInterval(timesOf(result), timesOf(old));
  const interval = raw && { low: raw.low / control, high: raw.high / control };
  const ratio = medianOf(result) / medianOf(old) / control;
  const rounds = Math.min(result.runs.length, old.runs.length);
  return {
    what,
    verdict: verdictOf(ratio, interval, rounds),
    oldMs: medianOf(old),
    newMs: medianOf(result),
    ratio,
    interval,
    control,
  };
}

function verdictOf(ratio: number, interval: Interval | null, rounds: number): Shift["verdict"] {
  if (rounds < MIN_ROUNDS_FOR_VERDICT || interval === null) return "too few runs";
  if (interval.low > 1 && ratio > 1 + MIN_CHANGE) return "slower";
  return interval.high < 1 && ratio < 1 / (1 + MIN_CHANGE) ? "faster" : "unchanged";
}

function timesOf(result: PhaseResult): number[] {
  return result.runs.map(({ wallMs }) => wallMs);
}

function medianOf(result: PhaseResult): number {
  return median(timesOf(result));
}

/** The reports of a folder, merged into one: a suite writes several. */
function readRun(path: string): BenchReport {
  const files = fs.statSync(path).isDirectory()
    ? fs
        .readdirSync(path)
        .filter((name) => name.endsWith(".json"))
        .map((name) => join(path, name))
    : [path];
  const reports = files.toSorted().map(readReport);
  const [first] = reports;
  if (first === undefined) throw new Incomparable(`${path} holds no report`);
  return { ...first, workloads: reports.flatMap(({ workloads }) => workloads) };
}

function readReport(path: string): BenchReport {
  const report = JSON.parse(fs.readFileSync(path, "utf8")) as Partial<BenchReport> | null;
  if (report?.type !== "bench" || report.v !== REPORT_VERSION) {
    throw new Incomparable(`${path} is no report of version ${REPORT_VERSION}`);
  }
  return report as BenchReport;
}

function show(found: Shift | Loss): string {
  if (found.verdict === "lost") return `LOST          ${found.what}: ${found.why}`;
  const { what, verdict, oldMs, newMs, ratio, interval, control } = found;
  const range =
    interval === null ? "" : ` (${interval.low.toFixed(2)}–${interval.high.toFixed(2)})`;
  const times = `${oldMs.toFixed(1)} → ${newMs.toFixed(1)} ms`;
  return `${verdict.padEnd(13)} ${ratio.toFixed(2)}×${range}  ${what}: ${times}, the others ${control.toFixed(2)}×`;
}

const ORDER = ["lost", "slower", "too few runs", "unchanged", "faster"];

/** Prints what is found; the exit code. */
function compare([older, newer, ...more]: readonly string[]): number {
  if (older === undefined || newer === undefined || more.length > 0) {
    throw new Incomparable("usage: bun bench/compare_runs.ts OLD NEW");
  }
  const [before, after] = [readRun(older), readRun(newer)];
  const found = compareReports(before, after, "blit");
  if (found.length === 0) throw new Incomparable(`${older} has no measurement of blit`);
  for (const line of differencesOfMachine(before, after)) {
    console.log(`another machine, ${line}`);
  }
  const rank = ({ verdict }: Shift | Loss): number => ORDER.indexOf(verdict);
  console.log(
    found
      .toSorted((a, b) => rank(a) - rank(b))
      .map(show)
      .join("\n"),
  );
  return found.some(({ verdict }) => verdict === "slower" || verdict === "lost") ? 1 : 0;
}

if (import.meta.main) {
  try {
    process.exitCode = compare(process.argv.slice(2));
  } catch (error) {
    // Only a mistake of this program's deserves a trace.
    const isPlain =
      error instanceof Incomparable ||
      error instanceof SyntaxError ||
      (error instanceof Error && "syscall" in error);
    if (!isPlain) throw error;
    console.error(error.message);
    process.exitCode = 2;
  }
}
