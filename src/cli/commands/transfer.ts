// copy, mirror and move: the same run but for its verb.

import { counted } from "#model/count_text.ts";
import type { Verb } from "#model/options.ts";
import type { Summary } from "#model/summary.ts";
import { MOST_WORKERS } from "#orchestrator/crew.ts";
import { run, type RunHooks } from "#orchestrator/run.ts";
import { exitCode, type ExitCode, unreported } from "../exit_code.ts";
import type { Warn } from "../options/filter_options.ts";
import { isGiven, lastValue, type Invocation } from "../options/parse.ts";
import { resolveRun, workerCap } from "../options/resolve.ts";
import { isTerminal } from "../render/console.ts";
import { escapeText } from "../render/escape.ts";
import { openReport, type Report } from "../render/report.ts";
import type { Command, Context } from "./command.ts";

export const copy: Command = (invocation, context) => transfer("copy", invocation, context);
export const mirror: Command = (invocation, context) => transfer("mirror", invocation, context);
export const move: Command = (invocation, context) => transfer("move", invocation, context);

async function transfer(verb: Verb, invocation: Invocation, context: Context): Promise<ExitCode> {
  const options = await resolveRun(verb, invocation, context.environment, warner(context));
  const report = await openRunReport(invocation, context);
  const asks = verb === "mirror" && !options.yes && !options.dryRun;
  const summary = await run(options, {
    emit: report.emit,
    confirmDeletions: asks ? await deletionQuestion(context) : undefined,
    isWatched: context.console.canRedraw && !isGiven(invocation, "json"),
  });
  return finishReport(report, summary, context);
}

/** Only somebody who can see the question and answer it is asked. */
async function deletionQuestion({ console }: Context): Promise<RunHooks["confirmDeletions"]> {
  if (!console.errIsTerminal || !(await isTerminal(0))) return undefined;
  return async (preview, interruption) => {
    const { confirmDeletions } = await import("../render/question.ts");
    return confirmDeletions(console, preview, interruption);
  };
}

/** For what there is to say before there is a report. */
export function warner({ console }: Context): Warn {
  return (message) => console.err.write(`blit: ${escapeText(message)}\n`);
}

/** The report of any verb that runs over trees; says at once if the run is capped. */
export async function openRunReport(invocation: Invocation, context: Context): Promise<Report> {
  const isVerbose = isGiven(invocation, "verbose");
  const dryRun = isGiven(invocation, "dry-run");
  const report = await openReport(context.console, {
    verbosity: isGiven(invocation, "quiet") ? "quiet" : isVerbose ? "verbose" : "normal",
    dryRun,
    json: isGiven(invocation, "json"),
    jsonEntries: isVerbose || dryRun,
    log: lastValue(invocation, "log"),
  });
  const cap = workerCap(invocation, context.environment);
  if (cap !== undefined) {
    const threads = counted(Math.min(cap.count, MOST_WORKERS), "worker");
    report.emit({
      type: "note",
      message: `capped at ${threads} by ${cap.origin}: blit may be slower`,
    });
  }
  return report;
}

/** The exit code of a run; a report that could not be written is a failure of its own. */
export async function finishReport(
  report: Report,
  summary: Summary,
  { console }: Context,
): Promise<ExitCode> {
  const code = exitCode(summary);
  const failure = await report.end();
  if (failure === undefined) return code;
  console.err.write(`blit: ${failure}\n`);
  return unreported(code);
}
