// What every verb is: a function from what was typed to an exit code. It writes through the console alone.

import type { Environment } from "#model/environment.ts";
import type { ExitCode } from "../exit_code.ts";
import type { Invocation } from "../options/parse.ts";
import type { Console } from "../render/console.ts";

export interface Context {
  readonly console: Console;
  readonly environment: Environment;
}

export type Command = (invocation: Invocation, context: Context) => Promise<ExitCode>;
