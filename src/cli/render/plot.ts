// Small plots out of characters: block elements where the terminal and the locale can show them, ASCII elsewhere.

import { barText } from "#model/bar_text.ts";
import type { Environment } from "#model/environment.ts";

const LEVELS = "▁▂▃▄▅▆▇█";
const ASCII_LEVELS = "_.-=+*%#";

export type Charset = "unicode" | "ascii";

/** Unicode where the locale says UTF-8 (locale(7): LC_ALL, then LC_CTYPE, then LANG) and the terminal is not dumb. */
export function charsetOf(
  environment: Environment,
  system: NodeJS.Platform = process.platform,
): Charset {
  if (environment["TERM"] === "dumb") return "ascii";
  const locale = environment["LC_ALL"] || environment["LC_CTYPE"] || environment["LANG"];
  if (locale === undefined || locale === "") return system === "win32" ? "unicode" : "ascii";
  return /utf-?8/i.test(locale) ? "unicode" : "ascii";
}

/** One character a value, from 0 to the largest; the last `width` values where there are more. */
export function sparkline(values: readonly number[], width: number, charset: Charset): string {
  const shown = values.slice(-Math.max(1, width));
  const largest = Math.max(...shown.filter(Number.isFinite), 0);
  const levels = charset === "unicode" ? LEVELS : ASCII_LEVELS;
  return shown
    .map((value) => {
      if (Number.isNaN(value)) return " ";
      const share = largest > 0 ? Math.min(Math.max(value, 0) / largest, 1) : 0;
      return levels[Math.round(share * (levels.length - 1))] ?? " ";
    })
    .join("");
}

/** A bar of at most `width` characters for a share of 1; a share above 0 is never invisible. */
export function bar(share: number, width: number, charset: Charset): string {
  const shown = Math.min(Math.max(share, 0), 1);
  if (!(shown * width > 0)) return "";
  if (charset === "unicode") return barText(shown, width);
  return "#".repeat(Math.max(1, Math.round(shown * width)));
}
