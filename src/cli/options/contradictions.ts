// Options that say opposite things: which one was meant cannot be known.

import { UsageError } from "../usage_error.ts";
import { isGiven, type Invocation } from "./parse.ts";
import type { OptionName } from "./table.ts";

/** Throws UsageError where both of a pair are given. */
export function refuseContradictions(
  invocation: Invocation,
  pairs: readonly (readonly [OptionName, OptionName])[],
  ...hints: readonly string[]
): void {
  for (const [one, other] of pairs) {
    if (isGiven(invocation, one) && isGiven(invocation, other))
      throw new UsageError(`--${one} and --${other} contradict each other`, ...hints);
  }
}
