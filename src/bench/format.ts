// Figures in words, the same in the terminal and on the page.

import { counted, formatCount } from "#model/count_text.ts";
import type { Phase } from "#bench/contenders.ts";
import type { BenchReport, PhaseResult, SourceChange, WorkloadReport } from "#bench/report.ts";
import type { Ratio } from "#bench/statistics.ts";

export const PHASE_TITLES: Readonly<Record<Phase, string>> = {
  cold: "first copy, into an empty folder",
  unchanged: "again, nothing changed",
  changed: "again, 1% changed",
  delete: "delete all but one entry",
};

/** Where there is little room. */
export const PHASE_NAMES: Readonly<Record<Phase, string>> = {
  cold: "first copy",
  unchanged: "unchanged",
  changed: "1% changed",
  delete: "delete",
};

/** Three significant digits: "0.95 ms", "12.3 ms", "1.23 s", "95.1 s", "12.4 min". */
export function formatMs(ms: number): string {
  if (ms < 1000) return `${significant(ms)} ms`;
  return ms < 120_000 ? `${significant(ms / 1000)} s` : `${significant(ms / 60_000)} min`;
}

export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  for (; value >= 1000 && unit < units.length - 1; unit++) value /= 1000;
  return `${unit === 0 ? value : significant(value)} ${units[unit] ?? ""}`;
}

/** What happened to a source, and what follows from it. */
export function formatSourceChange({ during, phase, round }: SourceChange): string {
  const when = `${during}'s run (${PHASE_NAMES[phase]}, round ${round + 1})`;
  return `the source has changed, noticed after ${when}: nothing was measured any more`;
}

export function formatPercent(share: number): string {
  return `${significant(share * 100)}%`;
}

/** "3.62×" */
export function formatTimes(ratio: number): string {
  return `${significant(ratio)}×`;
}

/** The interval, and what may be said: never more than the figures bear. */
export function formatRatio({ ratio, interval, verdict }: Ratio): string {
  if (interval === null) return `${formatTimes(ratio)} too few runs`;
  const range = `${significant(interval.low)}–${significant(interval.high)}`;
  if (verdict === "within-noise") return `no verdict (${range})`;
  return `${formatTimes(ratio)} (${range})`;
}

/** "50,001 files, 527 directories, 349 MB" */
export function formatCounts({ counts }: WorkloadReport): string {
  const parts: [number, string, string][] = [
    [counts.files, "file", "files"],
    [counts.directories, "directory", "directories"],
    [counts.symlinks, "symlink", "symlinks"],
    [counts.hardLinks, "further hard link", "further hard links"],
  ];
  const said = parts
    .filter(([count]) => count > 0)
    .map(([count, one, many]) => counted(count, one, many));
  return [...said, formatBytes(counts.bytes)].join(", ");
}

/** "on tmpfs", "from ext4 to tmpfs" */
export function formatPlace({ fileSystem, sourceFileSystem }: WorkloadReport): string {
  const [from, to] = [sourceFileSystem.kind, fileSystem.kind];
  return from === to ? `on ${to}` : `from ${from} to ${to}`;
}

export function formatMachine({ machine }: BenchReport): string {
  const { processor, cores, memoryBytes, kernel, architecture } = machine;
  return `${processor}, ${cores} cores, ${formatBytes(memoryBytes)} memory, ${kernel} ${architecture}`;
}

export function formatNoise({ noise, machine }: BenchReport): string {
  const spread = `a fixed piece of work varied by ${formatPercent(noise.spread)}`;
  return `${noise.quiet ? "quiet" : "NOT QUIET"} (${spread}; load ${machine.loadAverage.toFixed(1)})`;
}

/** What a contender left out of its copies, in words; undefined where it left out nothing. */
function formatLesser(results: readonly PhaseResult[]): string | undefined {
  const most = new Map<string, number>();
  for (const { lesser } of results) {
    for (const [attribute, count] of Object.entries(lesser)) {
      most.set(attribute, Math.max(count, most.get(attribute) ?? 0));
    }
  }
  if (most.size === 0) return undefined;
  return [...most].map(([attribute, count]) => `${attribute} (${formatCount(count)})`).join(", ");
}

/** What the results of one contender in a workload lack, by contender. */
export function lesserByContender(workload: WorkloadReport): [string, string][] {
  const names = new Set(
    workload.phases.flatMap(({ results }) => results.map(({ label }) => label)),
  );
  return [...names].flatMap((name): [string, string][] => {
    const own = workload.phases.flatMap(({ results }) =>
      results.filter(({ label }) => label === name),
    );
    const lacking = formatLesser(own);
    return lacking === undefined ? [] : [[name, lacking]];
  });
}

/** The first phase in one sentence: every contender that has a time, the flattering and the other. */
export function headline(report: BenchReport): string | undefined {
  const workload = report.workloads[0];
  const results = workload?.phases[0]?.results ?? [];
  const reference = results.find(({ analysis }) => analysis !== null && analysis.ratio === null);
  const ratios = results.flatMap(({ label, analysis }) =>
    analysis?.ratio ? [{ label, ...analysis.ratio }] : [],
  );
  if (workload === undefined || reference === undefined || ratios.length === 0) return undefined;
  const slower = ratios.filter(({ verdict }) => verdict === "slower");
  const faster = ratios.filter(({ verdict }) => verdict === "faster");
  const open = ratios.filter(({ verdict }) => verdict !== "slower" && verdict !== "faster");
  const parts = [
    ...(slower.length === 0
      ? []
      : [
          `${reference.label} is ${listed(slower.map(({ label, ratio }) => `${factor(ratio)} as fast as ${label}`))}`,
        ]),
    ...(faster.length === 0
      ? []
      : [
          `${listed(faster.map(({ label, ratio }) => `${label} is ${factor(1 / ratio)}`))} as fast as ${reference.label}`,
        ]),
    ...(open.length === 0 ? [] : [`no verdict on ${listed(open.map(({ label }) => label))}`]),
  ];
  return `${workload.name}: ${parts.join("; ")}`;
}

function factor(ratio: number): string {
  return `${ratio.toFixed(ratio < 10 ? 1 : 0)} times`;
}

function listed(parts: readonly string[]): string {
  return parts.length < 2
    ? parts.join("")
    : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1) ?? ""}`;
}

function significant(value: number): string {
  if (value === 0) return "0";
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(3, digits));
}
