// The recorded runs as people read them: a table with a bar for each run's time, and how they went over time.

import { formatCount } from "#model/count_text.ts";
import { copyingTimeMs, workOf } from "#history/pair_model.ts";
import { relativeError } from "#history/predictor.ts";
import type { RunRecord } from "#history/record.ts";
import { medianError } from "#history/review.ts";
import { alignColumns, type Column, fitting, tableWidth } from "./columns.ts";
import { bar, type Charset, sparkline } from "./plot.ts";
import { formatBytes, formatDuration } from "./quantity.ts";

export interface PlotStyle {
  readonly width: number;
  readonly charset: Charset;
}

const GAP_WIDTH = 2;
const NARROWEST_BAR = 6;
const WIDEST_BAR = 40;

/** The lines for these runs, oldest first. */
export function historyLines(runs: readonly RunRecord[], style: PlotStyle): string[] {
  const columns = columnsOf(runs, style);
  const kept = fitting(columns, style.width);
  const room = Math.min(style.width - tableWidth(kept) - GAP_WIDTH, WIDEST_BAR);
  const table = alignColumns(kept, style.width);
  if (room >= NARROWEST_BAR && runs.length > 1) {
    const longest = Math.max(...runs.map(({ totalMs }) => totalMs));
    const tableColumns = tableWidth(kept) + GAP_WIDTH;
    runs.forEach(({ totalMs }, row) => {
      const line = table[row + 1] ?? "";
      const blank = " ".repeat(tableColumns - Bun.stringWidth(line));
      table[row + 1] = line + blank + bar(totalMs / longest, room, style.charset);
    });
  }
  return [...table, ...trendLines(runs, style)];
}

function columnsOf(runs: readonly RunRecord[], { charset }: PlotStyle): readonly Column[] {
  const arrow = charset === "unicode" ? "→" : ">";
  const column = (
    title: string,
    rank: number,
    align: Column["align"],
    cell: (run: RunRecord) => string,
  ): Column => ({ title, rank, align, cells: runs.map(cell) });
  return [
    column("when", 5, "left", ({ at }) => localTime(at)),
    column("verb", 8, "left", ({ verb }) => verb),
    column("from/to", 6, "left", (run) => `${run.source}${arrow}${run.destination}`),
    column("entries", 4, "right", (run) => formatCount(run.entriesScanned)),
    column("copied", 7, "right", (run) => formatCount(run.filesCopied)),
    column("bytes", 7, "right", (run) => formatBytes(workOf(run).bytes)),
    column("by", 2, "right", (run) => (run.fastPath ? "main" : String(run.workers))),
    column("outcome", 3, "left", ({ outcome }) => outcome),
    column("off by", 1, "right", offBy),
    column("time", 9, "right", ({ totalMs }) => formatDuration(totalMs)),
  ];
}

/** How much longer the copying took than was expected. */
function offBy(run: RunRecord): string {
  const error = predictionError(run);
  return error === undefined ? "" : formatError(error);
}

function predictionError(run: RunRecord): number | undefined {
  return run.predictedMs === null ? undefined : relativeError(copyingTimeMs(run), run.predictedMs);
}

/** "+12%", "-3%"; beyond ten times as a factor, where percents say nothing any more. */
export function formatError(error: number): string {
  if (error > 9) return `${Math.round(error + 1)}x`;
  const percent = Math.round(error * 100);
  return `${percent > 0 ? "+" : ""}${percent}%`;
}

function trendLines(runs: readonly RunRecord[], style: PlotStyle): string[] {
  if (runs.length < 2) return [];
  const room = Math.max(8, style.width - 40);
  const times = runs.map(({ totalMs }) => totalMs);
  const errors = runs.flatMap((run) => predictionError(run) ?? []);
  const spread = `${formatDuration(Math.min(...times))} to ${formatDuration(Math.max(...times))}`;
  const lines = ["", `time    ${sparkline(times, room, style.charset)}  ${spread}`];
  const median = medianError(errors);
  if (median !== undefined) {
    const plot = sparkline(errors.map(Math.abs), room, style.charset);
    lines.push(`off by  ${plot}  median ${Math.round(median * 100)}%`);
  }
  return lines;
}

/** "2026-11-20 08:30" where the user is. No Intl: loading it costs start-up time. */
function localTime(at: string): string {
  const time = new Date(at);
  if (Number.isNaN(time.getTime())) return at;
  const date = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join("-");
  return `${date} ${two(time.getHours())}:${two(time.getMinutes())}`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
