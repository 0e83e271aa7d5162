// From the arguments to a verb, its options in the order given and its operands. Pure. Not node:util's parseArgs:
// importing that costs a quarter of the start-up time of `blit --version`, and it knows neither the table nor
// names that are not UTF-8.

import { textFromRaw, type RawPath } from "#model/name.ts";
import { UsageError } from "../usage_error.ts";
import { FIRST_WORDS, verbSpec, VERBS, type VerbName } from "../verbs.ts";
import { COMMON_OPTIONS, OPTION_TABLE, type OptionName } from "./table.ts";
import { closest } from "./suggest.ts";

type Option = (typeof OPTION_TABLE)[number];

export interface Occurrence {
  readonly name: OptionName;
  /** The bytes of the value; "" for a switch. */
  readonly value: RawPath;
}

export interface Invocation {
  readonly verb: VerbName;
  readonly occurrences: readonly Occurrence[];
  readonly operands: readonly RawPath[];
}

/** What every verb answers to, asked for whatever else is mistyped: but not as the value of an option, nor after "--". */
export function commonOption(
  args: readonly RawPath[],
): (typeof COMMON_OPTIONS)[number]["name"] | undefined {
  const isHabit = namesPathsOnly(args);
  const remaining = args[Symbol.iterator]();
  for (const arg of remaining) {
    if (arg === "--" || (arg === "-h" && isHabit)) return undefined;
    const found = COMMON_OPTIONS.find(
      ({ name, short }) => arg === `--${name}` || arg === `-${short}`,
    );
    if (found !== undefined) return found.name;
    if (OPTION_TABLE.some(({ name, value }) => value !== undefined && arg === `--${name}`))
      remaining.next();
  }
  return undefined;
}

/** As another tool's arguments do, or its name before them: rsync's -h, for sizes that people read, is then no cry for help. */
function namesPathsOnly(args: readonly RawPath[]): boolean {
  const [first, second] = args.filter((arg) => !arg.startsWith("-")).map(textFromRaw);
  if (first === undefined || second === undefined) return false;
  return !FIRST_WORDS.includes(first) && meantVerb(first) === undefined;
}

/** Options and operands may be mixed; after "--" everything is an operand. */
export function parseArguments(args: readonly RawPath[]): Invocation {
  const { verb, rest } = takeVerb(args);
  const occurrences: Occurrence[] = [];
  const operands: RawPath[] = [];
  const remaining = rest[Symbol.iterator]();
  const taken: string[] = [];
  const valueOf = (option: Option, shown: string): RawPath => {
    if (option.value === undefined) return "" as RawPath;
    const next = remaining.next();
    if (next.done === true) throw needsValue(option, shown);
    taken.push(`${textFromRaw(next.value)} is the value of ${shown}`);
    return next.value;
  };
  for (const arg of remaining) {
    if (arg === "--") {
      operands.push(...remaining);
    } else if (arg.startsWith("--")) {
      occurrences.push(parseLong(arg, verb, valueOf));
    } else if (arg.startsWith("-") && arg !== "-") {
      for (const letter of textFromRaw(arg).slice(1)) {
        const option = findOption(`-${letter}`, verb);
        occurrences.push({ name: option.name, value: valueOf(option, `-${letter}`) });
      }
    } else {
      operands.push(arg);
    }
  }
  checkOperands(verb, operands, taken);
  return { verb, occurrences, operands };
}

function parseLong(
  arg: RawPath,
  verb: VerbName,
  valueOf: (option: Option, shown: string) => RawPath,
): Occurrence {
  const equals = arg.indexOf("=");
  const shown = textFromRaw((equals < 0 ? arg : arg.slice(0, equals)) as RawPath);
  const option = findOption(shown, verb);
  if (equals < 0) return { name: option.name, value: valueOf(option, shown) };
  if (option.value === undefined) throw new UsageError(`${shown} takes no value`);
  return { name: option.name, value: arg.slice(equals + 1) as RawPath };
}

/** The verb, of one word or two, and the arguments after it. */
function takeVerb(args: readonly RawPath[]): { verb: VerbName; rest: readonly RawPath[] } {
  const [first, second] = args;
  const found = VERBS.find(
    ({ name }) => name === first || (second !== undefined && name === `${first} ${second}`),
  );
  if (found !== undefined) {
    return { verb: found.name, rest: args.slice(found.name.includes(" ") ? 2 : 1) };
  }
  throw unknownVerb(first === undefined ? "" : textFromRaw(first));
}

/** What other tools call it; cp, mv, rsync and robocopy have answers of their own (habits/). */
const SYNONYMS: ReadonlyMap<string, VerbName | "--version"> = new Map([
  ["version", "--version"],
  ["sync", "mirror"],
  ["diff", "verify"],
  ["cmp", "verify"],
  ["check", "verify"],
]);

/** What a first word that is no verb was probably meant to be. */
export function meantVerb(typed: string): string | undefined {
  return SYNONYMS.get(typed) ?? closest(typed, FIRST_WORDS);
}

function unknownVerb(typed: string): UsageError {
  const families = VERBS.filter(({ name }) => name.startsWith(`${typed} `));
  if (families.length > 0) {
    const choices = families.map(({ name }) => `blit ${name}`).join(" or ");
    return new UsageError(`${typed} needs to know what to show`, `type ${choices}`);
  }
  if (typed.startsWith("-")) return misplacedOption(typed);
  const near = meantVerb(typed);
  return new UsageError(
    `there is no verb ${typed}`,
    near === undefined ? VERB_FIRST : `did you mean ${near}?`,
  );
}

const VERB_FIRST =
  "a verb comes first: blit copy SRC... DST, blit mirror SRC DST; blit help shows them all";

/** An option stands where the verb belongs. */
function misplacedOption(typed: string): UsageError {
  const name = typed.replace(/=.*$/s, "");
  const belongs = OPTION_TABLE.find((row) => name === `--${row.name}` || name === `-${row.short}`);
  const near = closest(
    name,
    [...COMMON_OPTIONS.map((row) => row.name), ...FIRST_WORDS].map((word) => `--${word}`),
  );
  if (belongs !== undefined) {
    const verbs = belongs.verbs.slice(0, 2).map((verb) => `blit ${verb} ${typed} ...`);
    return new UsageError(`${typed} must follow a verb`, `type ${verbs.join(" or ")}`);
  }
  if (near === undefined) return new UsageError(`there is no option ${typed}`, VERB_FIRST);
  const isVerb = FIRST_WORDS.some((word) => near === `--${word}`);
  const hint = isVerb ? near.slice("--".length) : near;
  return new UsageError(`there is no option ${typed}`, `did you mean ${hint}?`);
}

/** By the name as typed, "--exclude" or "-x". */
function findOption(typed: string, verb: VerbName): Option {
  const option = OPTION_TABLE.find((row) =>
    typed.startsWith("--") ? row.name === typed.slice(2) : row.short === typed.slice(1),
  );
  if (option?.verbs.includes(verb) === true) return option;
  if (option !== undefined) {
    throw new UsageError(
      `${typed} is not an option of ${verb}`,
      `it belongs to ${option.verbs.join(", ")}; type blit ${verb} --help`,
    );
  }
  if (COMMON_OPTIONS.some(({ name, short }) => typed === `--${name}` || typed === `-${short}`))
    throw new UsageError(`${typed} stands alone`, `type blit ${verb} ${typed}`);
  const names = OPTION_TABLE.filter((row) => row.verbs.includes(verb)).map(
    (row) => `--${row.name}`,
  );
  const near = typed.startsWith("--") ? closest(typed, names) : undefined;
  throw new UsageError(
    `there is no option ${typed}`,
    near === undefined ? `type blit ${verb} --help` : `did you mean ${near}?`,
  );
}

function needsValue(option: Option, shown: string): UsageError {
  return new UsageError(`${shown} needs a value`, `${shown} ${option.value?.placeholder ?? ""}`);
}

/** `taken`: which arguments are no operands, because an option before them needs a value. */
function checkOperands(
  verb: VerbName,
  operands: readonly RawPath[],
  taken: readonly string[],
): void {
  const spec = verbSpec(verb);
  const synopsis = `blit ${verb} ${spec.operands}`.trimEnd();
  if (operands.length < spec.minOperands) {
    const only = operands[0];
    const missing =
      spec.operandKind === "path" && only !== undefined
        ? `${verb} needs a destination after ${textFromRaw(only)}`
        : `${verb} needs ${spec.operands}`;
    throw new UsageError(missing, ...taken, `type ${synopsis}`);
  }
  const foreign = operands.length > 2 && operands.find((operand) => ROBOCOPY_SWITCH.test(operand));
  if (foreign) throw new UsageError(`${foreign} is no path here`, `type ${foreign}/ if it is one`);
  if (operands.length > spec.maxOperands) {
    const extra = textFromRaw(operands[spec.maxOperands] ?? ("" as RawPath));
    const message =
      spec.operandKind === "path"
        ? `${verb} takes one source and one destination, and ${operands.length} paths are given`
        : `${verb} does not take ${extra}`;
    throw new UsageError(message, `type ${synopsis}`);
  }
}

/** The switches by which robocopy is recognised even where they could be paths. */
const ROBOCOPY_SWITCH = /^\/(mir|e|s|purge|move?|copyall|mt|r|w|l|x[dfo])(:\S*)?$/i;

export function isGiven(invocation: Invocation, name: OptionName): boolean {
  return invocation.occurrences.some((occurrence) => occurrence.name === name);
}

/** The value of the last occurrence: a later one overrides an earlier. */
export function lastValue(invocation: Invocation, name: OptionName): RawPath | undefined {
  return invocation.occurrences.findLast((occurrence) => occurrence.name === name)?.value;
}
