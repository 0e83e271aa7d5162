// One phase as a chart: for every contender a bar to the median, a dot for each run, and the interval of the
// median. All charts have one width, so that they line up as small multiples. Bars begin at zero.

import { PHASE_TITLES, formatBytes, formatMs, formatRatio } from "#bench/format.ts";
import { type Markup, markup } from "#bench/markup.ts";
import type { Analysis, PhaseReport, PhaseResult } from "#bench/report.ts";
import type { Interval } from "#bench/rank_intervals.ts";

const WIDTH = 360;
const ROW = 62;
const BAR_TOP = 20;
const BAR_HEIGHT = 16;
const AXIS = 26;
/** Dots at the end of the scale must not be cut. */
const PADDING = 6;
const PLOT = WIDTH - 2 * PADDING;

export function phaseChart(phase: PhaseReport): Markup | undefined {
  const shown = phase.results.filter(({ analysis }) => analysis !== null);
  const longestMs = Math.max(...shown.map(({ analysis }) => analysis?.wallMs.max ?? 0));
  if (shown.length === 0) return undefined;
  const ticks = ticksUpTo(longestMs);
  const scale = (ms: number): number => PADDING + (PLOT * ms) / longestMs;
  const height = shown.length * ROW + AXIS;
  return markup`<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${describe(phase, shown)}">
${ticks.map((tick) => gridLine(scale(tick), tick, height))}
${shown.map((result, i) => row(result, i, scale))}
</svg>`;
}

function row(result: PhaseResult, index: number, scale: (ms: number) => number): Markup {
  const { analysis } = result;
  if (analysis === null) return markup``;
  const { wallMs } = analysis;
  const isReference = analysis.ratio === null;
  const middle = BAR_TOP + BAR_HEIGHT / 2;
  return markup`<g class="${isReference ? "row reference" : "row"}" transform="translate(0 ${index * ROW})">
<text class="name" x="${PADDING}" y="14">${result.label}</text>
<text class="median" x="${WIDTH - PADDING}" y="14">${formatMs(wallMs.median)}</text>
<rect class="bar" x="${PADDING}" y="${BAR_TOP}" width="${fixed(scale(wallMs.median) - PADDING)}" height="${BAR_HEIGHT}" rx="2"/>
${wallMs.interval === null ? undefined : intervalMark(wallMs.interval, scale, middle)}
${result.runs.map((run, i) => dot(run.wallMs, run.round, analysis.outliers[i] === true, scale, middle))}
<text class="small" x="${PADDING}" y="50">${analysis.ratio === null ? "the reference" : formatRatio(analysis.ratio)}</text>
<text class="small end" x="${WIDTH - PADDING}" y="50">${resources(analysis)}</text>
</g>`;
}

function intervalMark(interval: Interval, scale: (ms: number) => number, middle: number): Markup {
  const [low, high] = [fixed(scale(interval.low)), fixed(scale(interval.high))];
  const [top, bottom] = [middle - 6, middle + 6];
  return markup`<path class="interval" d="M${low} ${top}V${bottom}M${low} ${middle}H${high}M${high} ${top}V${bottom}"/>`;
}

/** Runs that would cover each other are set one above the other by their round: no chance is in it. */
function dot(
  ms: number,
  round: number,
  isOutlier: boolean,
  scale: (ms: number) => number,
  middle: number,
): Markup {
  const offset = ((round % 3) - 1) * 4;
  const title = `round ${round + 1}: ${formatMs(ms)}${isOutlier ? ", stands apart" : ""}`;
  return markup`<circle class="${isOutlier ? "dot outlier" : "dot"}" cx="${fixed(scale(ms))}" cy="${middle + offset}" r="2.6"><title>${title}</title></circle>`;
}

function gridLine(x: number, tick: number, height: number): Markup {
  const anchor = x > WIDTH - 30 ? "end" : tick === 0 ? "start" : "middle";
  return markup`<path class="grid" d="M${fixed(x)} 0V${height - AXIS + 4}"/><text class="tick" x="${fixed(x)}" y="${height - 8}" text-anchor="${anchor}">${tick === 0 ? "0" : formatTick(tick)}</text>`;
}

function resources({ userMs, systemMs, peakMemoryBytes }: Analysis): string {
  const memory = peakMemoryBytes === null ? "" : `, ${formatBytes(peakMemoryBytes)}`;
  return `CPU ${formatMs(userMs.median + systemMs.median)}${memory}`;
}

/** For those who do not see the chart. */
function describe({ phase }: PhaseReport, shown: readonly PhaseResult[]): string {
  const medians = shown.map(
    ({ label, analysis }) => `${label} ${formatMs(analysis?.wallMs.median ?? 0)}`,
  );
  return `${PHASE_TITLES[phase]}, median times: ${medians.join(", ")}`;
}

/** Zero and a few round numbers up to the longest time. */
export function ticksUpTo(longest: number): number[] {
  const rough = longest / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step =
    [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ?? rough;
  return Array.from({ length: Math.floor(longest / step) + 1 }, (_, i) => i * step);
}

function formatTick(ms: number): string {
  return ms < 1000 ? `${Number(ms.toPrecision(3))} ms` : `${Number((ms / 1000).toPrecision(3))} s`;
}

function fixed(value: number): string {
  return value.toFixed(1);
}
