// What the predictor has learned about one pair, in units that people can check against their machine, and what
// follows from it.

import { counted } from "#model/count_text.ts";
import { isLocal } from "#platform/file_system_kind.ts";
import { aloneLimitMs } from "#history/pair_model.ts";
import type { Costs, Model } from "#history/predictor.ts";
import { medianError, type PairReview } from "#history/review.ts";
import type { FileSystemKind } from "#platform/platform.ts";
import { formatError, type PlotStyle } from "./history_report.ts";
import { type Charset, sparkline } from "./plot.ts";

/** The lines for one pair, its heading first. */
export function profileLines(pair: PairReview, style: PlotStyle): string[] {
  const arrow = style.charset === "unicode" ? "→" : "->";
  const { alone, workers } = pair.model;
  return [
    `${pair.verb} ${pair.source} ${arrow} ${pair.destination}, ${counted(pair.runs, "run")}`,
    ...modelLines("workers", workers, style.charset),
    ...modelLines("main thread", alone, style.charset),
    ...errorLines(pair.errors, style),
    ...decisionLines(pair),
  ];
}

/** As far as the kinds tell: a run also looks at what is mounted below its paths. */
function areLocal({ source, destination }: PairReview): boolean {
  return isLocal(source as FileSystemKind) && isLocal(destination as FileSystemKind);
}

/** Up to which time a run is left to the main thread. A kind that this version does not know is not local. */
export function fastPathLimitMs(pair: PairReview): number {
  return areLocal(pair) ? aloneLimitMs(pair.model) : 0;
}

function modelLines(who: string, { costs, lessons }: Model, charset: Charset): string[] {
  if (lessons.length === 0) return [];
  return [`  ${who}, from ${counted(lessons.length, "run")}:`, `    ${costText(costs, charset)}`];
}

function costText({ entryMs, fileMs, byteMs, startMs }: Costs, charset: Charset): string {
  const parts = [
    `${formatCost(entryMs, charset)} an entry`,
    `${formatCost(fileMs, charset)} a file`,
    byteMs > 0 ? formatRate(byteMs) : "bytes cost nothing",
    `${formatCost(startMs, charset)} to start`,
  ];
  return parts.join(", ");
}

/** A time with three digits, in the unit that suits it: a cost may be a few nanoseconds or a second. */
export function formatCost(ms: number, charset: Charset): string {
  if (ms >= 1000) return `${digits(ms / 1000)} s`;
  if (ms >= 1) return `${digits(ms)} ms`;
  if (ms >= 0.001) return `${digits(ms * 1000)} ${charset === "unicode" ? "µs" : "us"}`;
  return ms > 0 ? `${digits(ms * 1_000_000)} ns` : "nothing";
}

export function formatRate(byteMs: number): string {
  const bytesPerSecond = 1000 / byteMs;
  if (bytesPerSecond >= 1e9) return `${digits(bytesPerSecond / 1e9)} GB/s`;
  return `${digits(bytesPerSecond / 1e6)} MB/s`;
}

function digits(value: number): string {
  return value >= 99.95 ? value.toFixed(0) : value >= 9.995 ? value.toFixed(1) : value.toFixed(2);
}

function errorLines(errors: readonly number[], { width, charset }: PlotStyle): string[] {
  const last = errors.at(-1);
  const median = medianError(errors);
  if (last === undefined || median === undefined) return [];
  const plot = sparkline(errors.map(Math.abs), Math.max(8, width - 50), charset);
  return [
    `  predictions off by  ${plot}  median ${Math.round(median * 100)}%, last ${formatError(last)}`,
  ];
}

function decisionLines(pair: PairReview): string[] {
  const limitMs = fastPathLimitMs(pair);
  const workers = Math.round(pair.model.settledWorkers);
  return [
    limitMs === 0
      ? "  decides: workers do everything, for a file system is not local"
      : `  decides: what the main thread does in ${Math.round(limitMs)} ms is done without workers`,
    // Where nobody has to wait for another machine a run begins with the default, whatever others settled at.
    workers === 0 || areLocal(pair)
      ? "  decides: the first number of workers is the default"
      : `  decides: ${counted(workers, "worker")} to begin with`,
  ];
}
