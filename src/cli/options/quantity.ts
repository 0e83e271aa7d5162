// Numbers, sizes and times as people type them. Pure.

import { UsageError } from "../usage_error.ts";

const POWERS = ["", "k", "m", "g", "t", "p"];

/** "10", "10K", "1.5GiB": powers of 1024; "10KB", "2MB": of 1000, as rsync has it. */
export function parseSizeBytes(text: string, option: string): number {
  const match = /^(\d+(?:\.\d+)?)([kmgtp]?)(b|ib|)$/i.exec(text);
  const power = POWERS.indexOf(match?.[2]?.toLowerCase() ?? "?");
  if (match === null || power < 0) {
    throw new UsageError(
      `${option} needs a size, not ${quoted(text)}`,
      `${option} 10K, 1.5G or 2MB`,
    );
  }
  const base = match[3]?.toLowerCase() === "b" ? 1000 : 1024;
  return Math.round(Number(match[1]) * base ** power);
}

export function parseCount(text: string, option: string, least: number): number {
  const count = /^\d{1,15}$/.test(text) ? Number(text) : -1;
  if (count < least) {
    throw new UsageError(`${option} needs a number from ${least}, not ${quoted(text)}`);
  }
  return count;
}

/** Nothing at all would not be seen. */
function quoted(text: string): string {
  return text === "" ? "''" : text;
}

const UNIT_SECONDS: Readonly<Record<string, number>> = {
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 7 * 86_400,
};

const DATE = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:?\d\d)?)?$/;

/** NaN for what is no date, or a day that no month has. Without a time it is midnight here. */
function parseDateMs(text: string): number {
  const [, year, month, day, time = "00:00", zone = ""] = DATE.exec(text) ?? [];
  const isDay =
    new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() === Number(day);
  return isDay ? Date.parse(`${year}-${month}-${day}T${time}${zone}`) : Number.NaN;
}

/** An age ("90s", "12h", "7d", "2w") or a date ("2026-01-31", "2026-01-31T18:00"), in seconds since 1970. */
export function parseTimeSec(text: string, option: string, nowMs: number): number {
  const age = /^(\d+(?:\.\d+)?)([smhdw])$/.exec(text);
  const unit = UNIT_SECONDS[age?.[2] ?? ""];
  if (age !== null && unit !== undefined) return nowMs / 1000 - Number(age[1]) * unit;
  const ms = parseDateMs(text);
  if (Number.isNaN(ms)) {
    throw new UsageError(
      `${option} needs an age or a date, not ${quoted(text)}`,
      `${option} 7d, 12h or 2026-01-31`,
    );
  }
  return ms / 1000;
}

/** "90s", "3m", "1.5h": a length of time. */
export function parseDurationMs(text: string, option: string): number {
  const match = /^(\d+(?:\.\d+)?)([smhdw])$/.exec(text);
  const unit = UNIT_SECONDS[match?.[2] ?? ""];
  if (match === null || unit === undefined) {
    throw new UsageError(
      `${option} needs a length of time, not ${quoted(text)}`,
      `${option} 90s or 3m`,
    );
  }
  return Number(match[1]) * unit * 1000;
}
