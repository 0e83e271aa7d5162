// blit diagnostics perf: the recorded runs, and switching the recording off, on, or back to nothing.

import { counted } from "#model/count_text.ts";
import { textFromRaw } from "#model/name.ts";
import { allRecords } from "#history/history.ts";
import type { RunRecord } from "#history/record.ts";
import type { Store } from "#history/store.ts";
import { ExitCode } from "../exit_code.ts";
import { refuseContradictions } from "../options/contradictions.ts";
import { isGiven, lastValue, type Invocation } from "../options/parse.ts";
import { parseCount } from "../options/quantity.ts";
import { showPath } from "../render/escape.ts";
import { historyLines } from "../render/history_report.ts";
import { JSON_VERSION } from "../render/json.ts";
import type { Command, Context } from "./command.ts";
import { openStore, plotStyle } from "./history_access.ts";

const DEFAULT_LIMIT = 20;

export const diagnosticsPerf: Command = async (invocation, context) => {
  const changes = changesAsked(invocation);
  const limit = limitAsked(invocation);
  const store = await openStore(context);
  const asJson = isGiven(invocation, "json");
  if (changes.length > 0) return makeChanges(store, changes, asJson, context);
  const records = allRecords(store);
  const runs = records.slice(-limit);
  const { out } = context.console;
  if (asJson) {
    for (const run of runs) out.write(`${JSON.stringify(jsonOf(run))}\n`);
    return ExitCode.done;
  }
  if (runs.length > 0) {
    const shown = runs.length < records.length ? `The last ${runs.length} of ` : "";
    out.write(`${shown}${counted(records.length, "run")}, in ${placeOf(store)}\n\n`);
    out.write(`${historyLines(runs, plotStyle(context)).join("\n")}\n`);
  } else {
    out.write("No run is recorded.\n");
  }
  if (store.off !== undefined) out.write(`No history is kept: ${store.off}.\n`);
  return ExitCode.done;
};

type Change = "clear" | "enable" | "disable";

function changesAsked(invocation: Invocation): readonly Change[] {
  refuseContradictions(invocation, [["enable", "disable"]]);
  return (["clear", "enable", "disable"] as const).filter((name) => isGiven(invocation, name));
}

function limitAsked(invocation: Invocation): number {
  const typed = lastValue(invocation, "limit");
  return typed === undefined ? DEFAULT_LIMIT : parseCount(textFromRaw(typed), "--limit", 1);
}

const DONE: Readonly<Record<Change, string>> = {
  clear: "All recorded runs are forgotten.",
  enable: "Runs are recorded from now on.",
  disable: "No more runs are recorded.",
};

function makeChanges(
  store: Store,
  changes: readonly Change[],
  asJson: boolean,
  { console }: Context,
): ExitCode {
  let code: ExitCode = ExitCode.done;
  // Before any change: what the environment says, and no change can lift.
  const barred = store.off;
  for (const change of changes) {
    const done = change === "clear" ? store.clear() >= 0 : store.setEnabled(change === "enable");
    const why = store.off ?? `${placeOf(store)} cannot be written`;
    const message = done ? doneMessage(change, barred) : `cannot ${change} the history: ${why}`;
    if (!done) code = ExitCode.couldNotRun;
    if (asJson) console.out.write(`${JSON.stringify(changeJson(change, done, message))}\n`);
    else if (done) console.out.write(`${message}\n`);
    else console.err.write(`blit: ${message}\n`);
  }
  return code;
}

function doneMessage(change: Change, barred: string | undefined): string {
  if (change !== "enable" || barred === undefined) return DONE[change];
  return `The history is switched on, but no run is recorded: ${barred}.`;
}

function changeJson(change: Change, done: boolean, message: string): object {
  return { v: JSON_VERSION, type: "history", change, done, message };
}

function placeOf(store: Store): string {
  return store.path === undefined ? "no folder" : showPath(store.path);
}

/** What stands for the paths stays here: the output may be shown to others. */
function jsonOf({ paths: _paths, schema: _schema, ...run }: RunRecord): object {
  return { v: JSON_VERSION, type: "run", ...run };
}
