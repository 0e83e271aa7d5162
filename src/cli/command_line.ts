// What was typed → a verb → an exit code. Only the verb that is asked for is loaded.

import { VERSION, COMMIT } from "#model/version.ts";
import type { RawPath } from "#model/name.ts";
import { readArguments } from "./argv.ts";
import type { Command, Context } from "./commands/command.ts";
import { ExitCode, unreported } from "./exit_code.ts";
import type { Invocation } from "./options/parse.ts";
import { openConsole, type Console } from "./render/console.ts";
import { UsageError } from "./usage_error.ts";
import type { VerbName } from "./verbs.ts";

const COMMANDS: Readonly<Partial<Record<VerbName, () => Promise<Command>>>> = {
  copy: async () => (await import("./commands/transfer.ts")).copy,
  mirror: async () => (await import("./commands/transfer.ts")).mirror,
  move: async () => (await import("./commands/transfer.ts")).move,
  verify: async () => (await import("./commands/verify.ts")).verify,
  bench: async () => (await import("./commands/bench.ts")).bench,
  completions: async () => (await import("./commands/completions.ts")).completions,
  "diagnostics perf": async () => (await import("./commands/diagnostics_perf.ts")).diagnosticsPerf,
  "diagnostics dump": async () => (await import("./commands/diagnostics_dump.ts")).diagnosticsDump,
  profile: async () => (await import("./commands/profile.ts")).profile,
  man: async () => (await import("./commands/man.ts")).man,
  help: async () => (await import("./commands/help.ts")).help,
};

export async function runCommandLine(): Promise<number> {
  const [console, args] = await Promise.all([openConsole(process.env), readArguments()]);
  const code = await guarded(console, () => dispatch(args, console));
  await console.out.end();
  const { failure } = console.out;
  if (failure !== undefined) {
    console.err.write(`blit: the output could not be written (${failure})\n`);
  }
  await console.err.end();
  return failure === undefined ? code : unreported(code);
}

async function dispatch(args: readonly RawPath[], console: Console): Promise<ExitCode> {
  const [first] = args;
  if (first === "--version" || first === "-V") {
    console.out.write(`blit ${VERSION} (${COMMIT})\n`);
    return ExitCode.done;
  }
  const context: Context = { console, environment: process.env };
  if (first === undefined || asksForHelp(args)) {
    const { printHelp } = await import("./commands/help.ts");
    return printHelp(args, console);
  }
  const invocation = await parse(args);
  const command = await COMMANDS[invocation.verb]?.();
  if (command === undefined) throw new UsageError(`${invocation.verb} is not in this build`);
  return command(invocation, context);
}

/** Arguments that are refused may be another tool's: then the answer is what to type instead. */
async function parse(args: readonly RawPath[]): Promise<Invocation> {
  const { parseArguments } = await import("./options/parse.ts");
  try {
    return parseArguments(args);
  } catch (error) {
    const { answerHabit } = await import("./options/habits.ts");
    const answer = answerHabit(args);
    throw answer === undefined ? error : new UsageError(answer.message, ...answer.hints);
  }
}

function asksForHelp(args: readonly RawPath[]): boolean {
  const end = args.indexOf("--" as RawPath);
  return args.slice(0, end < 0 ? args.length : end).some((arg) => arg === "--help" || arg === "-h");
}

/** Mistakes of the user are printed plainly; anything else is a mistake of blit's, and shows where. */
async function guarded(console: Console, attempt: () => Promise<ExitCode>): Promise<ExitCode> {
  try {
    return await attempt();
  } catch (error) {
    if (error instanceof UsageError) {
      const { escapeText } = await import("./render/escape.ts");
      const hints = error.hints.map((hint) => `  ${escapeText(hint)}\n`).join("");
      console.err.write(`blit: ${escapeText(error.message)}\n${hints}`);
      return ExitCode.usage;
    }
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    console.err.write(
      `blit: this is a mistake in blit ${VERSION} (${COMMIT}), please report it:\n${stack}\n`,
    );
    return ExitCode.couldNotRun;
  }
}
