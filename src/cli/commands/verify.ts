// blit verify SRC DST: compares two trees and lists what differs.

import { run } from "#orchestrator/run.ts";
import { isGiven } from "../options/parse.ts";
import { resolveVerify } from "../options/resolve.ts";
import type { Command } from "./command.ts";
import { finishReport, openRunReport, warner } from "./transfer.ts";

export const verify: Command = async (invocation, context) => {
  const options = await resolveVerify(invocation, context.environment, warner(context));
  const report = await openRunReport(invocation, context);
  const isWatched = context.console.canRedraw && !isGiven(invocation, "json");
  const { emit } = report;
  const summary = await run(options, { emit, isWatched, confirmDeletions: undefined });
  return finishReport(report, summary, context);
};
