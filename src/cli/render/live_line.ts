// What the live line says, as text for a given width. It keeps its promises: a total that still grows is marked
// with "+", there is no bar before there is a total to measure it by, and the bar never goes back. No I/O.

import { counted, formatCount } from "#model/count_text.ts";
import type { Phase, RunEvent } from "#model/event.ts";
import type { Counts } from "#model/summary.ts";
import { showPath } from "./escape.ts";
import { formatBytes, formatClock, inUnit } from "./quantity.ts";

export type Progress = Extract<RunEvent, { readonly type: "progress" }>;

/** The rate is that of so many last milliseconds. */
const RATE_WINDOW_MS = 3000;
const BAR_WIDTH = 20;
const GAP = "  ";
const LEAST_PATH_WIDTH = 12;

interface Segment {
  readonly rank: number;
  readonly text: string;
}

interface Sample {
  readonly elapsedMs: number;
  readonly bytes: number;
}

export class LiveLine {
  #samples: Sample[] = [];
  #fraction = 0;
  #progress: Progress | undefined;
  #phase: Phase = "copying";

  enter(phase: Phase): void {
    this.#phase = phase;
  }

  update(progress: Progress): void {
    const now = progress.elapsedMs;
    this.#progress = progress;
    this.#samples.push({ elapsedMs: now, bytes: bytesMoved(progress.counts) });
    const start = this.#samples.findLastIndex(({ elapsedMs }) => now - elapsedMs >= RATE_WINDOW_MS);
    if (start > 0) this.#samples = this.#samples.slice(start);
    this.#fraction = Math.max(this.#fraction, fractionDone(progress) ?? 0);
  }

  /** One line, or two once something is deleted or removed from the source, each narrower than the terminal. */
  lines(columns: number): string[] {
    const progress = this.#progress;
    if (progress === undefined) return [];
    const width = Math.max(1, columns - 1);
    const lines = [this.#copyLine(progress, width)];
    const { entriesDeleted, sourcesRemoved } = progress.counts;
    if (entriesDeleted > 0) lines.push(cut(`deleted ${entries(entriesDeleted)}`, width));
    if (sourcesRemoved > 0)
      lines.push(cut(`removed ${entries(sourcesRemoved)} from the source`, width));
    return lines;
  }

  #copyLine(progress: Progress, width: number): string {
    const { counts, totalsFinal, remainingMs, path } = progress;
    // A bar that nothing moves would look like a run that is stuck.
    const isMoving = this.#phase === "copying" && fractionDone(progress) !== undefined;
    const hasFraction = isMoving && this.#fraction > 0;
    const rate = this.#bytesPerSecond();
    const shownPath = path === undefined ? "" : showPath(path) || ".";
    // In the order shown; `rank` says what is left out last where there is no room for all.
    const segments: readonly Segment[] = [
      { rank: 8, text: hasFraction ? bar(this.#fraction) : "" },
      { rank: 4, text: hasFraction ? `${Math.floor(this.#fraction * 100)}%`.padStart(4) : "" },
      { rank: 1, text: files(counts, totalsFinal) },
      { rank: 2, text: bytes(counts, totalsFinal) },
      { rank: 3, text: compared(counts) },
      { rank: 5, text: rate === undefined ? "" : `${formatBytes(rate)}/s` },
      { rank: 6, text: isTime(remainingMs) ? `${formatClock(remainingMs)} left` : "" },
      { rank: 7, text: cutFront(shownPath, LEAST_PATH_WIDTH) },
    ].filter(({ text }) => text !== "");
    const { shown, usedWidth } = fitting(segments, width);
    const line = shown.map(({ text, rank }) =>
      // The path takes what room the others leave.
      rank === 7 ? cutFront(shownPath, width - usedWidth + Bun.stringWidth(text)) : text,
    );
    return cut(line.join(GAP), width);
  }

  #bytesPerSecond(): number | undefined {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.elapsedMs === first.elapsedMs)
      return undefined;
    if (last.bytes === 0) return undefined;
    // What was copied of a file in vain may be taken back.
    const bytes = Math.max(0, last.bytes - first.bytes);
    return Math.round((bytes / (last.elapsedMs - first.elapsedMs)) * 1000);
  }
}

/** By time where it can be told how much is left, else by bytes once their total is known. */
function fractionDone(progress: Progress): number | undefined {
  const { counts, totalsFinal, elapsedMs, remainingMs } = progress;
  if (isTime(remainingMs) && elapsedMs > 0) return elapsedMs / (elapsedMs + remainingMs);
  if (!totalsFinal || counts.bytesPlanned === 0) return undefined;
  return Math.min(1, bytesDone(counts) / counts.bytesPlanned);
}

/** Of what was planned: a hole that was met needs no copying. */
function bytesDone({ bytesCopied, bytesSparse }: Counts): number {
  return bytesCopied + bytesSparse;
}

function bytesMoved({ bytesCopied, bytesCompared }: Counts): number {
  return bytesCopied + bytesCompared;
}

function isTime(ms: number | undefined): ms is number {
  return ms !== undefined && Number.isFinite(ms);
}

/** The segments there is room for, by rank, in their own order. */
function fitting(
  segments: readonly Segment[],
  width: number,
): { readonly shown: readonly Segment[]; readonly usedWidth: number } {
  let usedWidth = 0;
  let lastRank = 0;
  for (const { rank, text } of segments.toSorted((a, b) => a.rank - b.rank)) {
    const needed = Bun.stringWidth(text) + (usedWidth === 0 ? 0 : GAP.length);
    if (usedWidth > 0 && usedWidth + needed > width) break;
    usedWidth += needed;
    lastRank = rank;
  }
  return { shown: segments.filter(({ rank }) => rank <= lastRank), usedWidth };
}

function bar(fraction: number): string {
  const full = Math.min(BAR_WIDTH, Math.floor(fraction * BAR_WIDTH));
  const head = full < BAR_WIDTH ? ">" : "";
  return `[${"=".repeat(full)}${head}`.padEnd(BAR_WIDTH + 1) + "]";
}

function files(counts: Counts, isFinal: boolean): string {
  if (counts.filesPlanned === 0) return `${formatCount(counts.entriesScanned)} looked at`;
  const more = isFinal ? "" : "+";
  return `${formatCount(counts.filesCopied)}/${formatCount(counts.filesPlanned)}${more} files`;
}

/** Both in the unit of the total: "0.2/4.0+ GiB". */
function bytes(counts: Counts, isFinal: boolean): string {
  if (counts.filesPlanned === 0) return "";
  const [total = "", unit = ""] = formatBytes(counts.bytesPlanned).split(" ");
  return `${inUnit(bytesDone(counts), unit)}/${total}${isFinal ? "" : "+"} ${unit}`;
}

function compared({ bytesCompared }: Counts): string {
  return bytesCompared === 0 ? "" : `${formatBytes(bytesCompared)} compared`;
}

function entries(count: number): string {
  return counted(count, "entry", "entries");
}

/** The beginning of a text, as much as fits. */
export function cut(text: string, width: number): string {
  if (Bun.stringWidth(text) <= width) return text;
  return `${fitted(width - 1, (columns) => Bun.sliceAnsi(text, 0, columns))}…`;
}

/** The end of a path, as much as fits: there is what tells it from others. */
export function cutFront(text: string, width: number): string {
  const all = Bun.stringWidth(text);
  if (all <= width) return text;
  return `…${fitted(width - 1, (columns) => Bun.sliceAnsi(text, all - columns))}`;
}

/**
 * The longest slice that is no wider: a slice is of whole characters as people see them, an emoji of several code points
 * among them, and may be a column wider than it was asked to be.
 */
function fitted(width: number, slice: (columns: number) => string): string {
  for (let columns = width; columns > 0; columns--) {
    const kept = slice(columns);
    if (Bun.stringWidth(kept) <= width) return kept;
  }
  return "";
}
