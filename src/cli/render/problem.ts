// A problem in words: the path, what was tried, the system's reason, and what to do about it.

import { explain } from "#model/explanation.ts";
import { joinRaw, type RawPath } from "#model/name.ts";
import type { Problem } from "#model/problem.ts";
import { showPath } from "./escape.ts";

/** "cannot read /a/b: permission denied (EACCES)" and what to do, or undefined where nothing sensible is known. */
export function describeProblem(
  problem: Problem,
  root: RawPath,
): { readonly message: string; readonly remedy: string | undefined } {
  const path = problem.path === "" ? root : joinRaw(root, problem.path);
  const { reason, remedy } = explain(problem);
  return { message: `cannot ${problem.operation} ${showPath(path)}: ${reason}`, remedy };
}
