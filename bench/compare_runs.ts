// Names what has become slower between two recorded runs: `bun bench/compare_runs.ts OLD NEW`, each a folder of
// bench/runs or a report. Exit 1 where blit has regressed.
//
// The other contenders are the control: where the machine itself has changed, they moved as well, and blit is
// judged by how it moved against them.

import * as fs from "node:fs";
import { join } from "node:path";
import type { BenchReport, PhaseResult } from "#bench/report.ts";
import { seededRandom } from "#bench/random.ts";
import { type Interval, bootstrapRatio, median } from "#bench/statistics.ts";

export interface Shift {
  readonly what: string;
  readonly contender: string;
  readonly oldMs: number;
  readonly newMs: number;
  /** New over old, divided by what the control moved. */
  readonly ratio: number;
  readonly interval: Interval;
  /** How the median of the other contenders moved; 1 where there is none. */
  readonly control: number;
  readonly verdict: "slower" | "faster" | "unchanged";
}

/** Changes below this are not worth a name. */
const MIN_CHANGE = 0.05;

interface Sample {
  readonly what: string;
  readonly result: PhaseResult;
}

/** Every phase that both runs have measured, for one contender. Pure. */
export function compareReports(older: BenchReport, newer: BenchReport, contender: string): Shift[] {
  const before = new Map(samples(older).map((sample) => [keyOf(sample), sample.result]));
  const after = samples(newer);
  return after.flatMap((sample) => {
    const old = before.get(keyOf(sample));
    if (sample.result.contender !== contender || old === undefined) return [];
    return [shiftOf(sample, old, controlOf(sample, after, before))];
  });
}

function samples(report: BenchReport): Sample[] {
  return report.workloads.flatMap(({ name, fileSystem, phases }) =>
    phases.flatMap(({ phase, results }) =>
      results
        .filter(({ analysis }) => analysis !== undefined)
        .map((result) => ({ what: `${name}, ${phase}, on ${fileSystem.kind}`, result })),
    ),
  );
}

function keyOf({ what, result }: Sample): string {
  return `${what}: ${result.contender}`;
}

function controlOf(
  sample: Sample,
  after: readonly Sample[],
  before: ReadonlyMap<string, PhaseResult>,
): number {
  const moved = after.flatMap((other) => {
    const old = before.get(keyOf(other));
    const isControl =
      other.what === sample.what && other.result.contender !== sample.result.contender;
    return isControl && old !== undefined ? [medianOf(other.result) / medianOf(old)] : [];
  });
  return moved.length === 0 ? 1 : median(moved);
}

function shiftOf({ what, result }: Sample, old: PhaseResult, control: number): Shift {
  const random = seededRandom(what);
  const raw = bootstrapRatio(timesOf(result), timesOf(old), random);
  const interval = { low: raw.low / control, high: raw.high / control };
  const ratio = medianOf(result) / medianOf(old) / control;
  const isSlower = interval.low > 1 && ratio > 1 + MIN_CHANGE;
  const isFaster = interval.high < 1 && ratio < 1 / (1 + MIN_CHANGE);
  return {
    what,
    contender: result.contender,
    oldMs: medianOf(old),
    newMs: medianOf(result),
    ratio,
    interval,
    control,
    verdict: isSlower ? "slower" : isFaster ? "faster" : "unchanged",
  };
}

function timesOf(result: PhaseResult): number[] {
  return result.runs.map(({ wallMs }) => wallMs);
}

function medianOf(result: PhaseResult): number {
  return median(timesOf(result));
}

/** The reports of a folder, merged into one: a suite writes one for each file system. */
function readRun(path: string): BenchReport {
  const files = fs.statSync(path).isDirectory()
    ? fs
        .readdirSync(path)
        .filter((name) => name.endsWith(".json"))
        .map((name) => join(path, name))
    : [path];
  const reports = files
    .toSorted()
    .map((file) => JSON.parse(fs.readFileSync(file, "utf8")) as BenchReport);
  const [first] = reports;
  if (first === undefined) throw new Error(`${path} holds no report`);
  return { ...first, workloads: reports.flatMap(({ workloads }) => workloads) };
}

function showShift({ what, oldMs, newMs, ratio, interval, control, verdict }: Shift): string {
  const range = `${interval.low.toFixed(2)}–${interval.high.toFixed(2)}`;
  const times = `${oldMs.toFixed(1)} → ${newMs.toFixed(1)} ms`;
  return `${verdict.padEnd(9)} ${ratio.toFixed(2)}× (${range})  ${what}: ${times}, the others ${control.toFixed(2)}×`;
}

if (import.meta.main) {
  const [older, newer] = process.argv.slice(2);
  if (older === undefined || newer === undefined) {
    console.error("usage: bun bench/compare_runs.ts OLD NEW");
    process.exit(2);
  }
  const shifts = compareReports(readRun(older), readRun(newer), "blit");
  if (shifts.length === 0) {
    console.error("the two runs have no measurement of blit in common");
    process.exit(2);
  }
  const order = ["slower", "unchanged", "faster"];
  const sorted = shifts.toSorted((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
  console.log(sorted.map(showShift).join("\n"));
  process.exit(shifts.some(({ verdict }) => verdict === "slower") ? 1 : 0);
}
