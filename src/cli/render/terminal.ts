// The live lines at the bottom of a terminal: drawn at most ten times a second, taken away before anything else
// is printed, and right after the window has changed its width.

import type { Phase } from "#model/event.ts";
import { LiveLine, type Progress } from "./live_line.ts";
import { type Console, terminalColumns } from "./console.ts";

const REDRAW_MS = 100;
const CLEAR_BELOW = "\x1b[J";

export class Terminal {
  readonly #console: Console;
  readonly #line = new LiveLine();
  /** What stands on the screen now, by the widths of its lines. */
  #drawnWidths: readonly number[] = [];
  #drawnAtMs = -Infinity;

  readonly #mayDraw: boolean;
  #isLive = true;

  constructor(console: Console, wantsLiveLine: boolean) {
    this.#console = console;
    this.#mayDraw = wantsLiveLine && console.canRedraw;
  }

  /** The question stands where the live lines would: they are taken away, and drawn again after it. */
  enter(phase: Phase): void {
    this.#line.enter(phase);
    this.#isLive = phase !== "confirming";
    if (!this.#isLive) this.clear();
  }

  update(progress: Progress): void {
    this.#line.update(progress);
    if (!this.#mayDraw || !this.#isLive) return;
    if (progress.elapsedMs - this.#drawnAtMs < REDRAW_MS) return;
    this.#drawnAtMs = progress.elapsedMs;
    const columns = terminalColumns();
    const lines = this.#line.lines(columns);
    this.#console.err.write(this.#eraser(columns) + lines.join("\n"));
    this.#drawnWidths = lines.map((line) => Bun.stringWidth(line));
  }

  printOut(text: string): void {
    this.clear();
    this.#console.out.write(text);
  }

  printError(text: string): void {
    this.clear();
    this.#console.err.write(text);
  }

  clear(): void {
    if (this.#drawnWidths.length === 0) return;
    this.#console.err.write(this.#eraser(terminalColumns()));
    this.#drawnWidths = [];
    this.#drawnAtMs = -Infinity;
  }

  /** Moves to the first row that the drawn lines take up now: a window made narrower has wrapped them. */
  #eraser(columns: number): string {
    const rows = this.#drawnWidths.reduce((sum, width) => sum + rowsOf(width, columns), 0);
    if (rows === 0) return "";
    return (rows > 1 ? `\x1b[${rows - 1}A` : "") + "\r" + CLEAR_BELOW;
  }
}

function rowsOf(width: number, columns: number): number {
  return Math.max(1, Math.ceil(width / columns));
}
