// Habits from rsync, cp and robocopy: what was typed is recognised and answered with the blit command to type, or with
// what blit has nothing for. Asked only after the parser has refused the arguments, or where an operand is a switch of
// robocopy's. Pure.

import { textFromRaw, type RawPath } from "#model/name.ts";
import { meantVerb, parseArguments } from "../options/parse.ts";
import { looksRemote, remoteRefusal } from "../options/remote.ts";
import { closest } from "../options/suggest.ts";
import { OPTION_TABLE } from "../options/table.ts";
import { FIRST_WORDS } from "../verbs.ts";
import { type AdvisedCommand, commandLine, commandsFor, insideAdvice } from "./commands.ts";
import { isRobocopySwitch, readRobocopy } from "./read_robocopy.ts";
import { readRsync } from "./read_rsync.ts";
import type { Reading, Tool } from "./reading.ts";

export interface Answer {
  readonly message: string;
  /** A line each. */
  readonly hints: readonly string[];
}

const TOOLS: readonly Tool[] = ["rsync", "cp", "mv", "robocopy"];

/** What to type instead, where these arguments are another tool's; undefined where nothing is recognised. */
export function answerHabit(args: readonly RawPath[]): Answer | undefined {
  const named = TOOLS.find((tool) => tool === args[0]);
  const typedVerb = FIRST_WORDS.find((word) => word === args[0]);
  const isTransfer = typedVerb === "copy" || typedVerb === "mirror" || typedVerb === "move";
  if (typedVerb !== undefined && !isTransfer) return undefined;
  if (typedVerb === undefined && named === undefined && isNoTransfer(args)) return undefined;
  const words = args.slice(typedVerb === undefined && named === undefined ? 0 : 1);
  const isRobocopy = named === undefined ? looksLikeRobocopy(words) : named === "robocopy";
  const reading = isRobocopy ? readRobocopy(words) : readRsync(words, { named, typedVerb });
  if (reading.foreign.length === 0 && named === undefined) return undefined;
  const hints = hintsFor(reading, typedVerb);
  return hints === undefined ? undefined : { message: messageFor(reading), hints };
}

/** What other commands do, which have some of rsync's letters, blit does not. */
const OTHER_COMMANDS = ["rm", "ls", "du", "df", "find", "ln", "tar", "mkdir"];

function isNoTransfer(args: readonly RawPath[]): boolean {
  return OTHER_COMMANDS.some((command) => command === args[0]) || isMisspeltVerb(args);
}

/** With two paths after it: a folder may well be called "copies". */
function isMisspeltVerb([first, ...others]: readonly RawPath[]): boolean {
  const paths = others.filter((word) => !word.startsWith("-") && !isRobocopySwitch(word));
  if (first === undefined || first.startsWith("-")) return false;
  return paths.length >= 2 && meantVerb(textFromRaw(first)) !== undefined;
}

/** A path may look like a switch: "copy -a /v /e" has no others. */
function looksLikeRobocopy(words: readonly RawPath[]): boolean {
  const others = words.filter((word) => !isRobocopySwitch(word));
  if (others.length === words.length) return false;
  const paths = others.filter((word) => !word.startsWith("-"));
  return paths.length >= 2 || paths.length === others.length;
}

function messageFor({ foreign, tool }: Reading): string {
  if (foreign.length === 0) return `there is no verb ${tool}`;
  return `${list(foreign)} ${foreign.length === 1 ? "is an option" : "are options"} of ${tool}'s`;
}

/** Undefined where no command that can be typed comes of it. */
function hintsFor(reading: Reading, typedVerb: string | undefined): string[] | undefined {
  const remote = reading.operands.find(looksRemote);
  if (remote !== undefined) {
    const { message, hints } = remoteRefusal(remote);
    return [message, ...hints];
  }
  if (reading.unknown.length > 0) return reading.unknown.map(unknownHint);
  const commands = commandsFor(reading, typedVerb);
  if (!commands.every(canBeTyped)) return undefined;
  const [first, ...others] = commands.map(commandLine);
  return [
    first === undefined
      ? "mirror takes one source: it cannot merge several into one"
      : `type: ${first}`,
    ...others.map((line) => `      ${line}`),
    ...insideAdvice(reading, commands),
    ...reading.notes,
    ...missingHint(reading),
  ];
}

function missingHint({ missing, mirrors, movedBy }: Reading): string[] {
  const all = mirrors && movedBy !== undefined ? [...missing, movedBy] : missing;
  const beside = all === missing ? "" : " beside deleting";
  return all.length === 0 ? [] : [`there is nothing like ${list(all)} in blit${beside}`];
}

function canBeTyped({ verb, words }: AdvisedCommand): boolean {
  try {
    parseArguments([verb as RawPath, ...words]);
    return true;
  } catch {
    return false;
  }
}

function unknownHint(typed: string): string {
  const near = closest(
    typed,
    OPTION_TABLE.map(({ name }) => `--${name}`),
  );
  const suggestion = near === undefined ? "" : `; did you mean ${near}?`;
  return `there is no option ${typed}${suggestion}`;
}

function list(words: readonly string[]): string {
  const unique = [...new Set(words)];
  return unique.length < 2
    ? unique.join("")
    : `${unique.slice(0, -1).join(", ")} and ${unique.at(-1) ?? ""}`;
}
