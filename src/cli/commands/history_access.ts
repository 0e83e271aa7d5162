// What `profile` and `diagnostics perf` share: the store of the history, and how much room there is to draw.

import { Store } from "#history/store.ts";
import { selectPlatform } from "#platform/select.ts";
import type { PlotStyle } from "../render/history_report.ts";
import { charsetOf } from "../render/plot.ts";
import type { Context } from "./command.ts";

/** In a file or a pipe: wide enough for all columns. */
const WIDTH_ELSEWHERE = 120;
const FALLBACK_WIDTH = 80;

export async function openStore(context: Context): Promise<Store> {
  const platform = await selectPlatform();
  platform.clearUmask();
  return new Store(platform, context.environment);
}

export function plotStyle({ console, environment }: Context): PlotStyle {
  const columns = console.outIsTerminal ? process.stdout.columns : WIDTH_ELSEWHERE;
  return { width: columns > 0 ? columns : FALLBACK_WIDTH, charset: charsetOf(environment) };
}
