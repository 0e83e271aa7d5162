// Where the events of a run go: to people or as JSON to standard output, and to the log.

import type { EmitEvent } from "#model/event.ts";
import type { RawPath } from "#model/name.ts";
import type { Console } from "./console.ts";
import { PeopleReport, type PeopleOptions } from "./people.ts";

export interface ReportOptions extends Omit<PeopleOptions, "hasLog"> {
  readonly json: boolean;
  /** JSON names every entry only where it was asked for; the log always does. */
  readonly jsonEntries: boolean;
  readonly log: RawPath | undefined;
}

export interface Report {
  readonly emit: EmitEvent;
  /** Resolves with what could not be reported, undefined where all was. */
  end(): Promise<string | undefined>;
}

export async function openReport(console: Console, options: ReportOptions): Promise<Report> {
  const log =
    options.log === undefined
      ? undefined
      : await (await import("./log_file.ts")).LogFile.open(options.log);
  const people = new PeopleReport(console, { ...options, hasLog: log !== undefined });
  const show = options.json ? await jsonEmitter(console, options.jsonEntries) : people.emit;
  return {
    emit: (event) => {
      show(event);
      log?.emit(event);
    },
    end: async () => {
      const failure = await log?.end();
      return failure === undefined ? undefined : `the log could not be written (${failure})`;
    },
  };
}

async function jsonEmitter(console: Console, withEntries: boolean): Promise<EmitEvent> {
  const { jsonLine } = await import("./json.ts");
  return (event) => {
    if (event.type === "entry" && !withEntries) return;
    console.out.write(`${jsonLine(event)}\n`);
  };
}
