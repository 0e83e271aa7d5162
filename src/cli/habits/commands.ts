// From what was asked for to blit's commands: one, or one for each source where they must go one by one.

import type { RawPath } from "#model/name.ts";
import { OPTION_TABLE } from "../options/table.ts";
import type { Choice, Reading } from "./reading.ts";
import { shellWord } from "./shell_word.ts";

export interface AdvisedCommand {
  readonly verb: string;
  readonly words: readonly RawPath[];
}

export function commandLine({ verb, words }: AdvisedCommand): string {
  return ["blit", verb, ...words.map(shellWord)].join(" ");
}

/** None where blit cannot do it in any number of them. */
export function commandsFor(reading: Reading, typedVerb: string | undefined): AdvisedCommand[] {
  const kept = typedVerb === "mirror" || typedVerb === "move" ? typedVerb : "copy";
  const moves = reading.movedBy !== undefined || reading.tool === "mv";
  const verb = reading.mirrors ? "mirror" : moves ? "move" : kept;
  const options = optionsFor(reading, verb);
  const compared = verb === "mirror" ? comparisonOptions(reading, options) : undefined;
  return operandsFor(reading, verb).map((operands) =>
    command(compared === undefined ? verb : "verify", compared ?? options, operands),
  );
}

function command(
  verb: string,
  options: readonly Choice[],
  operands: readonly RawPath[],
): AdvisedCommand {
  const words = options.flatMap(({ option, value }) =>
    value === undefined ? [option as RawPath] : [option as RawPath, value],
  );
  const needsEnd = operands.some((operand) => operand.startsWith("-") && operand !== "-");
  return { verb, words: [...words, ...(needsEnd ? ["--" as RawPath] : []), ...operands] };
}

function optionsFor({ tool, options }: Reading, verb: string): readonly Choice[] {
  const filters = options.some(({ option }) => isFilter(option));
  const wanted = options.filter(({ option }) => {
    if (option === "--max-delete") return verb === "mirror";
    return option !== "--delete-excluded" || filters;
  });
  return tool === "rsync" ? inBlitsOrder(wanted) : wanted;
}

function isFilter(option: string): boolean {
  return OPTION_TABLE.some(
    ({ name, value, group }) =>
      group === "Filters" && value !== undefined && option === `--${name}`,
  );
}

const RULES = ["--include", "--exclude", "--exclude-from"];

/**
 * Of rsync's rules the first that matches decides, of blit's the last. An include after all excludes is of no use to
 * rsync: who types that knows blit's order.
 */
function inBlitsOrder(options: readonly Choice[]): readonly Choice[] {
  const rules = options.filter(({ option }) => RULES.includes(option));
  const include = rules.findIndex(({ option }) => option === "--include");
  const exclude = rules.findLastIndex(({ option }) => option !== "--include");
  if (include < 0 || include > exclude) return options;
  return [...options.filter((choice) => !rules.includes(choice)), ...rules.toReversed()];
}

/** What `rsync -nic --delete` does is `blit verify`, with these options; undefined where that lacks one of them. */
function comparisonOptions(
  { itemizes }: Reading,
  options: readonly Choice[],
): readonly Choice[] | undefined {
  const typed = (...names: readonly string[]) =>
    options.some(({ option }) => names.includes(option));
  if (!itemizes || !typed("-n", "--dry-run") || !typed("-c", "--checksum")) return undefined;
  const implied = ["-n", "--dry-run", "-c", "--checksum", "-v", "--verbose"];
  const others = options.filter(({ option }) => !implied.includes(option));
  return others.every(({ option }) => isOfVerify(option)) ? others : undefined;
}

function isOfVerify(option: string): boolean {
  return OPTION_TABLE.some(
    ({ name, short, verbs }) =>
      verbs.includes("verify") && (option === `--${name}` || option === `-${short}`),
  );
}

/** The operands of each command. */
function operandsFor({ tool, operands }: Reading, verb: string): readonly RawPath[][] {
  const [first, second, third] = operands;
  if (third === undefined) {
    return [[first ?? ("SRC" as RawPath), second ?? ("DST" as RawPath)]];
  }
  const sources = operands.slice(0, -1);
  const destination = operands.at(-1) ?? second ?? third;
  const merges = sources.some(meansContents) || new Set(sources.map(nameOf)).size < sources.length;
  if (tool !== "rsync" || (!merges && verb !== "mirror")) return [[...sources, destination]];
  if (verb === "mirror")
    return merges ? [] : sources.map((each) => [each, inside(each, destination)]);
  // rsync takes what two sources have from the first, and blit would replace it by the second's.
  return sources
    .toReversed()
    .map((each) => [each, meansContents(each) ? destination : inside(each, destination)]);
}

/** To rsync. */
function meansContents(path: RawPath): boolean {
  return /(^|\/)\.{0,2}$/.test(path);
}

function nameOf(path: RawPath): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function inside(source: RawPath, destination: RawPath): RawPath {
  return `${destination.replace(/\/+$/, "")}/${nameOf(source)}` as RawPath;
}

/** rsync, cp and mv put a folder inside DST, under its name; blit never does. */
export function insideAdvice(
  { tool, operands, options }: Reading,
  commands: readonly AdvisedCommand[],
): string[] {
  const [source, destination, third] = operands;
  const [only] = commands;
  if (tool === "robocopy" || only === undefined) return [];
  // What a list names goes straight into DST with rsync as well.
  if (options.some(({ option }) => option === "--files-from")) return [];
  if (source === undefined || destination === undefined || third !== undefined) return [];
  const bare = (tool === "rsync" ? source : source.replace(/\/+$/, "")) as RawPath;
  if (meansContents(bare)) return [];
  const words = [...only.words.slice(0, -1), inside(bare, destination)];
  return [
    `or, if ${shellWord(nameOf(bare) as RawPath)} is a folder and is to go inside ${shellWord(destination)}, as with ${tool}:`,
    `      ${commandLine({ verb: only.verb, words })}`,
  ];
}
