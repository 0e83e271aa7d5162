// What was typed → a verb → an exit code. Only the verb that is asked for is loaded.

import type { Environment } from "#model/environment.ts";
import { VERSION, COMMIT } from "#model/version.ts";
import type { RawPath } from "#model/name.ts";
import { readArguments } from "./argv.ts";
import type { Command } from "./commands/command.ts";
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
  const args = await readArguments();
  // What the console is takes a moment to find out: the verb is loaded meanwhile.
  const opening = openConsole(process.env);
  const [chosen] = await Promise.allSettled([choose(args)]);
  const console = await opening;
  const code = await guarded(console, () => {
    if (chosen.status === "rejected") throw chosen.reason;
    return chosen.value(console);
  });
  await console.out.end();
  const { failure } = console.out;
  if (failure !== undefined) {
    console.err.write(`blit: the output could not be written (${failure})\n`);
  }
  await console.err.end();
  return failure === undefined ? code : unreported(code);
}

type Action = (console: Console) => ExitCode | Promise<ExitCode>;

/** What is asked for, loaded. */
async function choose(args: readonly RawPath[]): Promise<Action> {
  const [first] = args;
  if (first === "--version" || first === "-V") return printVersion;
  const { commonOption } = await import("./options/parse.ts");
  const common = commonOption(args);
  if (common === "version") return printVersion;
  if (first === undefined || common === "help") {
    const { printHelp } = await import("./commands/help.ts");
    return (console) => printHelp(args, console);
  }
  const invocation = await parse(args);
  if (!ONLY_TELLS.has(invocation.verb)) refuseUnknownPlatform(process.env);
  const command = await COMMANDS[invocation.verb]?.();
  if (command === undefined) throw new UsageError(`${invocation.verb} is not in this build`);
  return (console) => command(invocation, { console, environment: process.env });
}

/** The verbs that touch no file system. */
const ONLY_TELLS: ReadonlySet<VerbName> = new Set(["completions", "man", "help"]);
const PLATFORMS = ["linux", "portable"];

/** A mistyped one would be taken for none: what was to be tested would not be. */
function refuseUnknownPlatform({ BLIT_PLATFORM: name = "" }: Environment): void {
  if (name === "" || PLATFORMS.includes(name)) return;
  throw new UsageError(
    `BLIT_PLATFORM knows ${PLATFORMS.join(" and ")}, not ${name}`,
    "without it blit uses the system's own calls where it can",
  );
}

function printVersion(console: Console): ExitCode {
  console.out.write(`blit ${VERSION} (${COMMIT})\n`);
  return ExitCode.done;
}

/** Arguments that are refused may be another tool's: then the answer is what to type instead. */
async function parse(args: readonly RawPath[]): Promise<Invocation> {
  const { parseArguments } = await import("./options/parse.ts");
  try {
    return parseArguments(args);
  } catch (error) {
    const { answerHabit } = await import("./habits/answer.ts");
    const answer = answerHabit(args);
    throw answer === undefined ? error : new UsageError(answer.message, ...answer.hints);
  }
}

/** Mistakes of the user are printed plainly; anything else is a mistake of blit's, and shows where. */
async function guarded(
  console: Console,
  attempt: () => ExitCode | Promise<ExitCode>,
): Promise<ExitCode> {
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
