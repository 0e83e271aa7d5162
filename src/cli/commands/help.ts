// blit, blit help [VERB | TOPIC], blit VERB --help.

import { textFromRaw, type RawPath } from "#model/name.ts";
import { ExitCode } from "../exit_code.ts";
import { plainText } from "../help/plain_text.ts";
import type { Section } from "../help/document.ts";
import { TOPIC_SECTIONS } from "../help/topics.ts";
import { FIRST_LINES, overview, verbHelp } from "../help/verb_help.ts";
import { closest } from "../options/suggest.ts";
import type { Console } from "../render/console.ts";
import { UsageError } from "../usage_error.ts";
import { TOPICS, VERBS } from "../verbs.ts";
import type { Command } from "./command.ts";

const COLUMNS = 80;

export const help: Command = async ({ operands }, { console }) => explain(operands, console);

/** For `blit` alone and for --help anywhere: the verb is what stands before the options. */
export function printHelp(args: readonly RawPath[], console: Console): ExitCode {
  if (args.length === 0) {
    console.out.write(`${FIRST_LINES.join("\n")}\n`);
    return ExitCode.done;
  }
  const words = args.filter((arg) => !arg.startsWith("-"));
  const named = VERBS.find(({ name }) => `${words.join(" ")} `.startsWith(`${name} `));
  return explain(named === undefined ? words.slice(0, 1) : ([named.name] as RawPath[]), console);
}

function explain(names: readonly RawPath[], console: Console): ExitCode {
  const name = names.map(textFromRaw).join(" ");
  console.out.write(plainText(sectionsFor(name), COLUMNS));
  return ExitCode.done;
}

function sectionsFor(name: string): readonly Section[] {
  if (name === "" || name === "help") return overview();
  const topic = TOPICS.find((known) => known === name);
  if (topic !== undefined) return [TOPIC_SECTIONS[topic]];
  const verb = VERBS.find((known) => known.name === name);
  if (verb !== undefined) return verbHelp(verb.name);
  const family = VERBS.filter((known) => known.name.startsWith(`${name} `));
  if (family.length > 0) return family.flatMap((known) => verbHelp(known.name));
  const near = closest(name, [...VERBS.map((known) => known.name), ...TOPICS]);
  const hint =
    near === undefined ? `topics are ${TOPICS.join(", ")}` : `did you mean blit help ${near}?`;
  throw new UsageError(`there is no help for ${name}`, hint);
}
