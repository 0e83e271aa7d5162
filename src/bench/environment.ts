// The environment in which contenders run.

import type { Environment } from "#model/environment.ts";

/** Options of a tool that nobody would see in the report, and that whoever repeats the bench does not have. */
const OPTIONS_OF_TOOLS = /^(RCLONE_.*|RSYNC_.*|TAR_OPTIONS)$/;

/** History would make the second run of blit differ from the first; in the C locale all tools speak alike. */
export function contenderEnvironment(environment: Environment): Environment {
  const passed = Object.entries(environment).filter(([name]) => !OPTIONS_OF_TOOLS.test(name));
  return { ...Object.fromEntries(passed), BLIT_DISABLE_PERF_HISTORY: "1", LC_ALL: "C" };
}

/** The names of those that are kept from the contenders. */
export function withheldVariables(environment: Environment): string[] {
  return Object.keys(environment).filter((name) => OPTIONS_OF_TOOLS.test(name));
}
