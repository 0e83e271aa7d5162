// A run as people read it: the resolved line, a listing where asked for, problems as they happen, the summary.

import { counted } from "#model/count_text.ts";
import type { EntryAction, RunEvent } from "#model/event.ts";
import type { Summary } from "#model/summary.ts";
import type { Console } from "./console.ts";
import { escapeText, showPath } from "./escape.ts";
import { describeProblem } from "./problem.ts";
import { formatBytes } from "./quantity.ts";
import { summaryLines } from "./summary.ts";
import { Terminal } from "./terminal.ts";

export interface PeopleOptions {
  readonly verbosity: "quiet" | "normal" | "verbose";
  readonly dryRun: boolean;
  /** Where every problem is kept, for the hint after the last one shown. */
  readonly hasLog: boolean;
}

const PROBLEMS_SHOWN = 10;
const MAPPINGS_SHOWN = 5;

const ACTION_WORDS: Readonly<Record<EntryAction, string>> = {
  copy: "copy",
  replace: "replace",
  "make-directory": "mkdir",
  "make-symlink": "symlink",
  "make-special": "special",
  link: "link",
  mend: "mend",
  delete: "delete",
  rename: "rename",
  skip: "skip",
};
const ACTION_WIDTH = 8;

export class PeopleReport {
  readonly #terminal: Terminal;
  readonly #console: Console;
  readonly #options: PeopleOptions;
  readonly #explained = new Set<string>();
  #problems = 0;

  constructor(console: Console, options: PeopleOptions) {
    this.#console = console;
    this.#options = options;
    this.#terminal = new Terminal(console, options.verbosity !== "quiet");
  }

  readonly emit = (event: RunEvent): void => {
    switch (event.type) {
      case "resolved":
        return this.#resolved(event);
      case "entry":
        return this.#entry(event);
      case "difference":
        return this.#tell(
          `${showPath(event.path) || "."}: ${event.what.map(escapeText).join(", ")}`,
        );
      case "progress":
        return this.#terminal.update(event);
      case "problem":
        return this.#problem(event);
      case "note":
        return this.#note(event.message);
      case "detail":
        return this.#options.verbosity === "verbose"
          ? this.#tell(escapeText(event.message))
          : undefined;
      case "refused":
        return this.#error(event.message, event.hint);
      case "stall":
        this.#error(`stalled: nothing has moved for ${event.seconds} s`, undefined);
        return event.workers.forEach((worker) =>
          this.#terminal.printError(`  ${escapeText(worker)}\n`),
        );
      case "summary":
        return this.#summary(event.summary);
      case "phase":
        return this.#terminal.enter(event.phase);
    }
  };

  #resolved(event: Extract<RunEvent, { type: "resolved" }>): void {
    const { verb, mappings } = event;
    const mark = this.#options.dryRun ? " (dry run)" : "";
    for (const { source, destination } of mappings.slice(0, MAPPINGS_SHOWN)) {
      this.#tell(`${verb} ${showPath(source)} → ${showPath(destination)}${mark}`);
    }
    const more = mappings.length - MAPPINGS_SHOWN;
    if (more > 0) this.#tell(`and ${counted(more, "more source")}`);
  }

  #entry(event: Extract<RunEvent, { type: "entry" }>): void {
    const isVerbose = this.#options.verbosity === "verbose";
    if (!isVerbose && (!this.#options.dryRun || event.action === "skip")) return;
    const size = event.sizeBytes > 0 ? `, ${formatBytes(event.sizeBytes)}` : "";
    const why = isVerbose ? `  (${escapeText(event.reason)}${size})` : "";
    const path = showPath(event.path) || ".";
    this.#tell(`${ACTION_WORDS[event.action].padEnd(ACTION_WIDTH)} ${path}${why}`);
  }

  #problem(event: Extract<RunEvent, { type: "problem" }>): void {
    const { problem, root } = event;
    this.#problems++;
    if (this.#problems > PROBLEMS_SHOWN && problem.severity !== "fatal") {
      if (this.#problems === PROBLEMS_SHOWN + 1) this.#sayMoreFollow();
      return;
    }
    const { message, remedy } = describeProblem(problem, root);
    const isKnown = this.#explained.has(problem.code);
    this.#explained.add(problem.code);
    this.#error(message, isKnown ? undefined : remedy);
  }

  #sayMoreFollow(): void {
    const where = this.#options.hasLog ? "the log has them all" : "--log FILE keeps them all";
    this.#terminal.printError(`blit: more errors follow, which are only counted (${where})\n`);
  }

  #note(message: string): void {
    if (this.#options.verbosity === "quiet") return;
    this.#terminal.printError(`note: ${escapeText(message)}\n`);
  }

  #summary(summary: Summary): void {
    this.#terminal.clear();
    // A run that was refused at once has said why; there is nothing to sum up.
    if (summary.counts.entriesScanned === 0 && summary.outcome !== "done") return;
    if (this.#options.verbosity !== "quiet") {
      for (const line of summaryLines(summary)) this.#tell(line);
    } else if (this.#problems > PROBLEMS_SHOWN) {
      this.#error(`${counted(summary.counts.problems, "entry", "entries")} failed`, undefined);
    }
  }

  #tell(line: string): void {
    if (this.#options.verbosity !== "quiet") this.#terminal.printOut(`${line}\n`);
  }

  #error(message: string, hint: string | undefined): void {
    const name = this.#console.hasColor ? "\x1b[1;31mblit:\x1b[0m" : "blit:";
    const advice = hint === undefined ? "" : `  ${escapeText(hint)}\n`;
    this.#terminal.printError(`${name} ${escapeText(message)}\n${advice}`);
  }
}
