// Standard output and standard error, and what is known of them. Who writes where: what was asked for (the
// resolved line, listings, the summary, --json, help) goes to standard output; the live line, questions,
// problems and notes go to standard error.

import type { Environment } from "#model/environment.ts";
import { TextStream } from "./text_stream.ts";

const FALLBACK_COLUMNS = 80;

export interface Console {
  readonly out: TextStream;
  readonly err: TextStream;
  readonly outIsTerminal: boolean;
  readonly errIsTerminal: boolean;
  /** The cursor may be moved: standard error is a terminal that can. */
  readonly canRedraw: boolean;
  readonly hasColor: boolean;
}

export async function openConsole(environment: Environment): Promise<Console> {
  const [outIsTerminal, errIsTerminal] = await Promise.all([isTerminal(1), isTerminal(2)]);
  const out = new TextStream(() => Bun.stdout.writer());
  // On one terminal both must stay in order, so they are one stream there.
  const isShared = outIsTerminal && errIsTerminal;
  const canRedraw = errIsTerminal && environment["TERM"] !== "dumb";
  return {
    out,
    err: isShared ? out : new TextStream(() => Bun.stderr.writer()),
    outIsTerminal,
    errIsTerminal,
    canRedraw,
    hasColor: errIsTerminal && mayColor(environment),
  };
}

/** On a terminal, whichever of the outputs that is. */
export function mayColor(environment: Environment): boolean {
  return environment["TERM"] !== "dumb" && (environment["NO_COLOR"] ?? "") === "";
}

/** Asks node:tty, which is dear to load, only about what may be a terminal. */
export async function isTerminal(descriptor: 0 | 1 | 2): Promise<boolean> {
  try {
    const stat = await Bun.file(descriptor).stat();
    if (!stat.isCharacterDevice()) return false;
    if (stat.rdev === (await Bun.file("/dev/null").stat()).rdev) return false;
  } catch {
    return false;
  }
  const { isatty } = await import("node:tty");
  return isatty(descriptor);
}

/** The width of the terminal that standard error is. Asked anew for each drawing, which needs no handler for its changes. */
export function terminalColumns(): number {
  const [columns] = process.stderr.getWindowSize();
  return columns > 0 ? columns : FALLBACK_COLUMNS;
}
