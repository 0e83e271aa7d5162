// What the live line says, as text for a given width. It keeps its promises: a total that still grows is marked
// with "+", there is no bar before there is a total to measure it by, and the bar never goes back. No I/O.

import type { RunEvent } from "#model/event.ts";
import { showPath } from "./escape.ts";
import { counted, formatBytes, formatClock, formatCount } from "./quantity.ts";

export type Progress = Extract<RunEvent, { readonly type: "progress" }>;

/** The rate is that of so many last milliseconds. */
const RATE_WINDOW_MS = 3000;
const BAR_WIDTH = 20;
const GAP = "  ";
const LEAST_PATH_WIDTH = 12;

interface Sample {
  readonly elapsedMs: number;
  readonly bytes: number;
}

export class LiveLine {
  #samples: Sample[] = [];
  #fraction = 0;
  #progress: Progress | undefined;

  update(progress: Progress): void {
    const now = progress.elapsedMs;
    this.#progress = progress;
    this.#samples.push({ elapsedMs: now, bytes: progress.counts.bytesCopied });
    const start = this.#samples.findLastIndex(({ elapsedMs }) => now - elapsedMs >= RATE_WINDOW_MS);
    if (start > 0) this.#samples = this.#samples.slice(start);
    this.#fraction = Math.max(this.#fraction, fractionDone(progress) ?? 0);
  }

  /** One line, or two while something is deleted, each narrower than the terminal. */
  lines(columns: number): string[] {
    const progress = this.#progress;
    if (progress === undefined) return [];
    const width = Math.max(1, columns - 1);
    const lines = [this.#copyLine(progress, width)];
    const { entriesDeleted } = progress.counts;
    if (entriesDeleted > 0)
      lines.push(cut(`deleted ${counted(entriesDeleted, "entry", "entries")}`, width));
    return lines;
  }

  #copyLine(progress: Progress, width: number): string {
    const { counts, totalsFinal, remainingMs } = progress;
    const hasFraction = this.#fraction > 0;
    const rate = this.#bytesPerSecond();
    // In the order shown; `rank` says what goes first where there is no room for all.
    const segments = [
      { rank: 6, text: hasFraction ? bar(this.#fraction) : "" },
      { rank: 3, text: hasFraction ? `${Math.floor(this.#fraction * 100)}%`.padStart(4) : "" },
      {
        rank: 1,
        text: files(counts.filesCopied, counts.filesPlanned, totalsFinal, counts.entriesScanned),
      },
      { rank: 2, text: bytes(counts.bytesCopied, counts.bytesPlanned, totalsFinal) },
      { rank: 4, text: rate === undefined ? "" : `${formatBytes(rate)}/s` },
      { rank: 5, text: remainingMs === undefined ? "" : `${formatClock(remainingMs)} left` },
    ].filter(({ text }) => text !== "");
    let used = 0;
    const shown = new Set<string>();
    for (const { text } of segments.toSorted((a, b) => a.rank - b.rank)) {
      const needed = Bun.stringWidth(text) + (used === 0 ? 0 : GAP.length);
      if (used + needed > width && used > 0) break;
      used += needed;
      shown.add(text);
    }
    const line = segments
      .map(({ text }) => text)
      .filter((text) => shown.has(text))
      .join(GAP);
    const room = width - used - GAP.length;
    if (progress.path === undefined || room < LEAST_PATH_WIDTH) return cut(line, width);
    return line + GAP + cutFront(showPath(progress.path), room);
  }

  #bytesPerSecond(): number | undefined {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.elapsedMs === first.elapsedMs)
      return undefined;
    return Math.round(((last.bytes - first.bytes) / (last.elapsedMs - first.elapsedMs)) * 1000);
  }
}

/** By time where it can be told how much is left, else by bytes once their total is known. */
function fractionDone(progress: Progress): number | undefined {
  const { counts, totalsFinal, elapsedMs, remainingMs } = progress;
  if (remainingMs !== undefined && elapsedMs > 0) return elapsedMs / (elapsedMs + remainingMs);
  if (!totalsFinal || counts.bytesPlanned === 0) return undefined;
  return Math.min(1, counts.bytesCopied / counts.bytesPlanned);
}

function bar(fraction: number): string {
  const full = Math.min(BAR_WIDTH, Math.floor(fraction * BAR_WIDTH));
  const head = full < BAR_WIDTH ? ">" : "";
  return `[${"=".repeat(full)}${head}`.padEnd(BAR_WIDTH + 1) + "]";
}

function files(copied: number, planned: number, isFinal: boolean, scanned: number): string {
  if (planned === 0) return `${formatCount(scanned)} looked at`;
  return `${formatCount(copied)} of ${formatCount(planned)}${isFinal ? "" : "+"} files`;
}

function bytes(copied: number, planned: number, isFinal: boolean): string {
  return planned === 0
    ? ""
    : `${formatBytes(copied)} of ${formatBytes(planned)}${isFinal ? "" : "+"}`;
}

/** The beginning of a text, as much as fits. */
export function cut(text: string, width: number): string {
  if (Bun.stringWidth(text) <= width) return text;
  let kept = "";
  let used = 0;
  for (const character of text) {
    used += Bun.stringWidth(character);
    if (used > width - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

/** The end of a path, as much as fits: there is what tells it from others. */
export function cutFront(text: string, width: number): string {
  if (Bun.stringWidth(text) <= width) return text;
  let kept = "";
  let used = 0;
  for (const character of [...text].toReversed()) {
    used += Bun.stringWidth(character);
    if (used > width - 1) break;
    kept = character + kept;
  }
  return `…${kept}`;
}
