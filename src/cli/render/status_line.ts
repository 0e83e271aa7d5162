// One line that says what is being done, drawn over itself on standard error, for verbs that are no run.

import { escapeText } from "./escape.ts";
import { type Console, terminalColumns } from "./console.ts";

const CLEAR_LINE = "\r\x1b[K";

export class StatusLine {
  readonly #console: Console;
  #isDrawn = false;

  constructor(console: Console) {
    this.#console = console;
  }

  /** undefined takes the line away. Nothing is drawn where the cursor cannot be moved. */
  show(text: string | undefined): void {
    if (!this.#console.canRedraw) return;
    if (text === undefined && !this.#isDrawn) return;
    this.#isDrawn = text !== undefined;
    const width = terminalColumns() - 1;
    this.#console.err.write(CLEAR_LINE + Bun.sliceAnsi(escapeText(text ?? ""), 0, width));
  }
}
