// blit profile: what the predictor has learned about each pair of file systems, and what it decides from that.

import { allRecords } from "#history/history.ts";
import { reviewPairs, type PairReview } from "#history/review.ts";
import { ExitCode } from "../exit_code.ts";
import { isGiven } from "../options/parse.ts";
import { JSON_VERSION } from "../render/json.ts";
import { fastPathLimitMs, profileLines } from "../render/profile_report.ts";
import type { Command } from "./command.ts";
import { openStore, plotStyle } from "./history_access.ts";

export const profile: Command = async (invocation, context) => {
  const { out } = context.console;
  const store = await openStore(context);
  const pairs = reviewPairs(allRecords(store));
  if (isGiven(invocation, "json")) {
    for (const pair of pairs) out.write(`${JSON.stringify(jsonOf(pair))}\n`);
    return ExitCode.done;
  }
  const style = plotStyle(context);
  out.write(pairs.map((pair) => `${profileLines(pair, style).join("\n")}\n`).join("\n"));
  if (pairs.length === 0) out.write("Nothing has been learned yet: no run is recorded.\n");
  if (store.off !== undefined) out.write(`No history is kept: ${store.off}.\n`);
  return ExitCode.done;
};

function jsonOf(pair: PairReview): object {
  const { alone, workers, settledWorkers } = pair.model;
  return {
    v: JSON_VERSION,
    type: "profile",
    verb: pair.verb,
    source: pair.source,
    destination: pair.destination,
    runs: pair.runs,
    workers: { runs: workers.lessons.length, costs: workers.costs },
    fastPath: { runs: alone.lessons.length, costs: alone.costs, limitMs: fastPathLimitMs(pair) },
    settledWorkers,
    errors: pair.errors,
  };
}
