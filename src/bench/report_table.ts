// The report for a terminal, or for a text file: bars, figures, and what is needed to judge them.

import {
  PHASE_TITLES,
  formatBytes,
  formatCounts,
  formatMachine,
  formatMs,
  formatNoise,
  formatPlace,
  formatRatio,
  formatSourceChange,
  lesserByContender,
} from "#bench/format.ts";
import {
  type BenchReport,
  type PhaseReport,
  type PhaseResult,
  type WorkloadReport,
  measuredPhases,
} from "#bench/report.ts";
import { MIN_ROUNDS_FOR_VERDICT } from "#bench/statistics.ts";
import { barText } from "#model/bar_text.ts";

export interface TableStyle {
  readonly columns: number;
  readonly color: boolean;
}

const MIN_BAR = 8;
const MAX_BAR = 40;
/** What the columns beside the bar take: median and deviation, ratio, CPU time, memory. */
const FIGURES_WIDTH = 19 + 26 + 9 + 8;

type Paint = (text: string) => string;

interface Palette {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly accent: Paint;
  readonly alarm: Paint;
}

export function renderTable(report: BenchReport, style: TableStyle): string {
  const palette = paletteOf(style.color);
  const sections = [
    ...report.workloads.map((workload) => workloadSection(workload, style, palette)),
    footer(report, palette),
  ];
  return `${sections.join("\n\n")}\n`;
}

function workloadSection(workload: WorkloadReport, style: TableStyle, palette: Palette): string {
  const lines = [
    `${palette.bold(workload.name)}: ${workload.title}`,
    palette.dim(`${formatCounts(workload)}; ${formatPlace(workload)}`),
  ];
  for (const phase of measuredPhases(workload)) {
    lines.push("", ...phaseLines(phase, style, palette));
  }
  if (workload.sourceChange !== null) {
    lines.push("", palette.alarm(`  ${formatSourceChange(workload.sourceChange)}`));
    lines.push(...workload.sourceChange.details.map((line) => palette.alarm(`    ${line}`)));
  }
  const lesser = lesserByContender(workload);
  if (lesser.length > 0) lines.push("");
  for (const [name, lacking] of lesser)
    lines.push(palette.dim(`  ${name} does less work, it does not keep: ${lacking}`));
  return lines.join("\n");
}

function phaseLines(phase: PhaseReport, style: TableStyle, palette: Palette): string[] {
  const { results } = phase;
  const nameWidth = Math.max(6, ...results.map(({ label }) => label.length));
  const barWidth = Math.min(
    MAX_BAR,
    Math.max(MIN_BAR, style.columns - nameWidth - FIGURES_WIDTH - 6),
  );
  const longestMs = Math.max(...results.map(({ analysis }) => analysis?.wallMs.median ?? 0));
  const title = `  ${PHASE_TITLES[phase.phase]}`;
  const before = nameWidth + barWidth + 6;
  const head = palette.dim(
    `${"median".padEnd(19)}${"times as long (95%)".padEnd(26)}${"CPU".padEnd(9)}memory`,
  );
  const fits = title.length < before;
  return [
    palette.bold(fits ? title.padEnd(before) : title) +
      (fits ? head : `\n${" ".repeat(before)}${head}`),
    ...results.flatMap((result, i) => {
      const name = `  ${result.label.padEnd(nameWidth)} `;
      if (result.analysis === null)
        return [`${name} ${whyNothing(result, palette)}`, ...details(result, palette)];
      const bar = barText(result.analysis.wallMs.median / longestMs, barWidth).padEnd(barWidth);
      return [`${name} ${i === 0 ? palette.accent(bar) : palette.dim(bar)} ${figures(result)}`];
    }),
    ...outlierLine(results, palette),
  ];
}

function figures({ analysis }: PhaseResult): string {
  if (analysis === null) return "";
  const { wallMs, userMs, systemMs, ratio, peakMemoryBytes } = analysis;
  const mark = analysis.outliers.includes(true) ? "*" : "";
  const spread = wallMs.count > 1 ? ` ±${formatMs(wallMs.deviation)}` : "";
  const median = `${formatMs(wallMs.median)}${spread}${mark}`;
  const memory = peakMemoryBytes === null ? "" : formatBytes(peakMemoryBytes);
  return [
    ` ${median.padEnd(18)}`,
    ` ${(ratio === null ? "1" : formatRatio(ratio)).padEnd(25)}`,
    ` ${formatMs(userMs.median + systemMs.median).padEnd(8)}`,
    ` ${memory}`,
  ]
    .join("")
    .trimEnd();
}

function whyNothing(result: PhaseResult, palette: Palette): string {
  if (result.failure !== null) return palette.alarm(`FAILED: ${result.failure.what}`);
  return palette.dim(result.absent ?? "not measured");
}

function details({ failure }: PhaseResult, palette: Palette): string[] {
  return (failure?.details ?? []).map((line) => palette.alarm(`           ${line}`));
}

function outlierLine(results: readonly PhaseResult[], palette: Palette): string[] {
  const marked = results.flatMap(({ analysis }) => analysis?.outliers.filter(Boolean) ?? []).length;
  return marked === 0
    ? []
    : [
        palette.dim(
          `  * ${marked} ${marked === 1 ? "run stands" : "runs stand"} apart; counted all the same`,
        ),
      ];
}

function footer(report: BenchReport, palette: Palette): string {
  const commands = report.workloads.flatMap(({ phases }) =>
    phases.flatMap(({ results }) => results),
  );
  const lines = [palette.bold("How this was measured")];
  for (const { name, version, remark } of report.contenders) {
    const own = commands.filter(({ contender, command }) => contender === name && command !== "");
    lines.push(`  ${name}: ${palette.dim(version)}`);
    if (remark !== null) lines.push(palette.dim(`    ${remark}`));
    for (const command of new Set(own.map((result) => result.command)))
      lines.push(`    ${command}`);
  }
  for (const { name, reason } of report.skipped) lines.push(`  ${name}: left out, ${reason}`);
  lines.push(`  machine: ${formatMachine(report)}; ${formatNoise(report)}`);
  lines.push(
    "  medians of interleaved runs, each result compared with its source before its time counted, but for",
    `  extended attributes and ACLs; intervals from ranks, none of fewer than ${MIN_ROUNDS_FOR_VERDICT} rounds;`,
    "  times as long: the middle of the ratios of all rounds, not one median divided by the other",
  );
  for (const note of report.notes) lines.push(`  note: ${note}`);
  if (report.interrupted)
    lines.push(palette.alarm("  interrupted: only what is complete is shown"));
  lines.push(`  again: ${report.repeatWith}`, `  logs: ${report.logDirectory}`);
  return lines.join("\n");
}

function paletteOf(color: boolean): Palette {
  const paint =
    (code: string): Paint =>
    (text) =>
      color && text !== "" ? `\x1b[${code}m${text}\x1b[0m` : text;
  return { bold: paint("1"), dim: paint("2"), accent: paint("36"), alarm: paint("31") };
}
