// Times as node:fs tells them, nanoseconds since 1970 as a bigint, and as it takes them: seconds as a double, or a
// Date of milliseconds.
//
// A double of seconds since 1970 has steps of 238 ns at present (477 ns from 2038 on), so a nanosecond cannot be hit.
// A microsecond can: aimed at its middle, the value that arrives lies within it, however it is rounded. So a time that
// is read back equals the one that was asked for once both are cut to a microsecond, which is the grain that this
// platform declares; the value held does not tell it, as it is no multiple of it. A time of whole milliseconds goes as
// a Date and arrives exactly; most times that a tool or a person has set are whole seconds. After the year 2242 the
// steps of a double exceed a microsecond.

import type { BigIntStats } from "node:fs";

/** Platform.timeGrainNsec */
export const TIME_GRAIN_NSEC = 1_000;

const NSEC_PER_SEC = 1_000_000_000n;
const NSEC_PER_MSEC = 1_000_000;
/** ECMA-262, "Time Values and Time Range". */
const DATE_LIMIT_SEC = 8.64e12;

export function timeArgument(sec: number, nsec: number): Date | string {
  if (nsec % NSEC_PER_MSEC === 0 && Math.abs(sec) < DATE_LIMIT_SEC)
    return new Date(sec * 1000 + nsec / NSEC_PER_MSEC);
  const middleOfGrain = nsec - (nsec % TIME_GRAIN_NSEC) + TIME_GRAIN_NSEC / 2;
  // As a string, because Bun takes a negative number to mean "now".
  return String(sec + middleOfGrain / 1e9);
}

/** utimes(2) always sets both times: this one to what it was, within the grain. */
export function sameAtime(stats: BigIntStats): Date | string {
  return timeArgument(wholeSeconds(stats.atimeNs), nanoseconds(stats.atimeNs));
}

/** Rounded down, so that the nanoseconds are never negative. */
export function wholeSeconds(timeNsec: bigint): number {
  return Number((timeNsec - BigInt(nanoseconds(timeNsec))) / NSEC_PER_SEC);
}

export function nanoseconds(timeNsec: bigint): number {
  return Number(((timeNsec % NSEC_PER_SEC) + NSEC_PER_SEC) % NSEC_PER_SEC);
}
