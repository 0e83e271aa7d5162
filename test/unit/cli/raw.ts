// Arguments as the tests write them.

import { rawFromText, type RawPath } from "#model/name.ts";

/** "mirror -n a b" as the arguments of a command line. */
export function args(line: string): RawPath[] {
  return line
    .split(" ")
    .filter((word) => word !== "")
    .map(rawFromText);
}

export function bytes(...values: readonly number[]): RawPath {
  return String.fromCharCode(...values) as RawPath;
}
