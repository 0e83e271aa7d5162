// blit verify SRC DST: compares two trees and lists what differs.

import { verify as verifyTrees } from "#orchestrator/verify.ts";
import { resolveVerify } from "../options/resolve.ts";
import type { Command } from "./command.ts";
import { finishReport, openRunReport } from "./transfer.ts";

export const verify: Command = async (invocation, context) => {
  const options = await resolveVerify(invocation, context.environment);
  const report = await openRunReport(invocation, context);
  return finishReport(report, await verifyTrees(options, report.emit), context);
};
