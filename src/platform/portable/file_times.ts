// How a time is handed to node:fs, which takes a Date of milliseconds or seconds as a double.
//
// The grain of this platform is a millisecond: what is finer is cut off, as a file system of that grain would, and a
// caller who reads back what was set can tell it from the value held. A double would come closer, to within 119 ns of
// a nanosecond asked for at present, but in binary steps of 238 ns (477 ns from 2038 on), so that no value read back
// would say what the step is, and no decimal step would make two times compare equal that were meant to be. It is
// also taken to mean "now" by Bun where it is negative.

const NSEC_PER_MSEC = 1_000_000;

/** No Date reaches beyond the year 275,760: refused as EINVAL there. */
export function dateOf(sec: number, nsec: number): Date {
  return new Date(sec * 1000 + Math.floor(nsec / NSEC_PER_MSEC));
}
