// Habits from rsync and robocopy: what was typed is recognised and answered with the blit command to type. Asked
// only after the parser has refused the arguments, or where an operand is a switch of robocopy's. Pure.

import { textFromRaw, type RawPath } from "#model/name.ts";
import { escapeText } from "../render/escape.ts";
import { FIRST_WORDS } from "../verbs.ts";
import { OPTION_TABLE } from "./table.ts";

export interface Answer {
  readonly message: string;
  /** A line each. */
  readonly hints: readonly string[];
}

interface Translation {
  /** What blit needs of it; undefined where blit does it without asking. */
  readonly becomes?: string;
  readonly takesValue?: boolean;
  readonly mirrors?: boolean;
  readonly moves?: boolean;
  /** Blit has no such thing. */
  readonly hasNoCounterpart?: boolean;
}

const BY_ITSELF: Translation = {};
const MIRRORS: Translation = { mirrors: true };
const NOT_THERE: Translation = { hasNoCounterpart: true };
const NOT_THERE_VALUE: Translation = { hasNoCounterpart: true, takesValue: true };

const RSYNC_LETTERS: Readonly<Record<string, Translation>> = {
  ...Object.fromEntries(
    "arlptgoDHAXSWhPzdKLkOJENUs".split("").map((letter) => [letter, BY_ITSELF]),
  ),
  ...Object.fromEntries("nvqcuIx0".split("").map((letter) => [letter, { becomes: `-${letter}` }])),
  i: { becomes: "-v" },
  b: NOT_THERE,
  R: NOT_THERE,
  e: NOT_THERE_VALUE,
  f: NOT_THERE_VALUE,
};

const RSYNC_WORDS: Readonly<Record<string, Translation>> = {
  ...Object.fromEntries(
    (
      "archive recursive links perms times group owner devices specials hard-links acls xattrs sparse " +
      "whole-file numeric-ids progress stats human-readable partial compress inplace fsync super dirs " +
      "info no-compress no-inc-recursive delay-updates atimes crtimes executability force " +
      "partial-dir modify-window outbuf"
    )
      .split(" ")
      .map((word) => [word, BY_ITSELF]),
  ),
  ...Object.fromEntries(
    "delete delete-after delete-before delete-during delete-delay del delete-missing-args"
      .split(" ")
      .map((word) => [word, MIRRORS]),
  ),
  "delete-excluded": { mirrors: true, becomes: "--delete-excluded" },
  "max-delete": { mirrors: true, becomes: "--max-delete", takesValue: true },
  "remove-source-files": { moves: true },
  "itemize-changes": { becomes: "-v" },
  existing: NOT_THERE,
  backup: NOT_THERE,
  relative: NOT_THERE,
  append: NOT_THERE,
  bwlimit: NOT_THERE_VALUE,
  rsh: NOT_THERE_VALUE,
  "link-dest": NOT_THERE_VALUE,
  "compare-dest": NOT_THERE_VALUE,
  "copy-dest": NOT_THERE_VALUE,
  "backup-dir": NOT_THERE_VALUE,
  chmod: NOT_THERE_VALUE,
  chown: NOT_THERE_VALUE,
  filter: NOT_THERE_VALUE,
  "include-from": NOT_THERE_VALUE,
  "log-file": { becomes: "--log", takesValue: true },
};

const ROBOCOPY: Readonly<Record<string, Translation>> = {
  ...Object.fromEntries(
    (
      "e s copyall copy dcopy dat datsou sec z zb b j np nfl ndl njh njs nc ns eta mt r w tee unicode " +
      "r:n xj sl fft dst reg save"
    )
      .split(" ")
      .map((word) => [word, BY_ITSELF]),
  ),
  mir: MIRRORS,
  purge: MIRRORS,
  mov: { moves: true },
  move: { moves: true },
  l: { becomes: "-n" },
  v: { becomes: "-v" },
  is: { becomes: "--ignore-times" },
  xo: { becomes: "--update" },
  xd: { becomes: "--exclude", takesValue: true },
  xf: { becomes: "--exclude", takesValue: true },
  max: { becomes: "--max-size", takesValue: true },
  min: { becomes: "--min-size", takesValue: true },
  maxage: { becomes: "--newer-than", takesValue: true },
  minage: { becomes: "--older-than", takesValue: true },
  log: { becomes: "--log", takesValue: true },
};

/** What to type instead, where these arguments are another tool's; undefined where nothing is recognised. */
export function answerHabit(args: readonly RawPath[]): Answer | undefined {
  const words = args.map(textFromRaw);
  const typedVerb = FIRST_WORDS.find((word) => word === words[0]);
  const isTransfer = typedVerb === "copy" || typedVerb === "mirror" || typedVerb === "move";
  if (typedVerb !== undefined && !isTransfer) return undefined;
  const found = translate(words.slice(typedVerb === undefined ? 0 : 1));
  if (found.recognised.length === 0) return undefined;
  return answer(found, typedVerb);
}

interface Found {
  readonly tool: "rsync" | "robocopy";
  readonly recognised: readonly string[];
  readonly withoutCounterpart: readonly string[];
  readonly options: readonly string[];
  readonly operands: readonly string[];
  readonly mirrors: boolean;
  readonly moves: boolean;
}

function translate(words: readonly string[]): Found {
  const seen: { readonly typed: string; readonly translation: Translation }[] = [];
  const options: string[] = [];
  const operands: string[] = [];
  const isRobocopy = words.some((word) => robocopySwitch(word) !== undefined);
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? "";
    const parts = isRobocopy ? robocopyParts(word) : rsyncParts(word);
    if (parts.length === 0 && isOption(word, isRobocopy)) {
      options.push(word);
      if (takesNextWord(word)) options.push(words[++index] ?? "VALUE");
    } else if (parts.length === 0) {
      operands.push(word);
    }
    for (const { typed, translation, value } of parts) {
      seen.push({ typed, translation });
      const taken =
        value ?? (translation.takesValue === true ? (words[++index] ?? "VALUE") : undefined);
      if (translation.becomes === undefined) continue;
      if (taken !== undefined) options.push(translation.becomes, taken);
      else if (!options.includes(translation.becomes)) options.push(translation.becomes);
    }
  }
  const foreign = seen.filter(({ typed, translation }) => translation.becomes !== typed);
  return {
    tool: isRobocopy ? "robocopy" : "rsync",
    recognised: foreign.map(({ typed }) => typed),
    withoutCounterpart: foreign
      .filter(({ translation }) => translation.hasNoCounterpart === true)
      .map(({ typed }) => typed),
    options,
    operands,
    mirrors: seen.some(({ translation }) => translation.mirrors === true),
    moves: seen.some(({ translation }) => translation.moves === true),
  };
}

function isOption(word: string, isRobocopy: boolean): boolean {
  return !isRobocopy && word.startsWith("-") && word !== "-";
}

/** An option of blit's own whose value is the word after it. */
function takesNextWord(word: string): boolean {
  return OPTION_TABLE.some(({ name, value }) => value !== undefined && word === `--${name}`);
}

interface Part {
  readonly typed: string;
  readonly translation: Translation;
  readonly value: string | undefined;
}

/** The letters of "-av" or the name in "--delete=x"; empty where it is no option of rsync's. */
function rsyncParts(word: string): Part[] {
  if (word.startsWith("--")) {
    const [name = "", value] = word.slice(2).split(/=(.*)/s);
    const isNegated = name.startsWith("no-") && RSYNC_WORDS[name.slice(3)] !== undefined;
    const translation = isNegated ? NOT_THERE : RSYNC_WORDS[name];
    return translation === undefined ? [] : [{ typed: `--${name}`, translation, value }];
  }
  if (!/^-[a-zA-Z0-9]+$/.test(word)) return [];
  const letters: Part[] = [];
  for (const letter of word.slice(1)) {
    const translation = RSYNC_LETTERS[letter];
    if (translation === undefined) return [];
    letters.push({ typed: `-${letter}`, translation, value: undefined });
  }
  return letters;
}

function robocopySwitch(word: string): Part | undefined {
  const match = /^\/([a-z]+)(?::(.*))?$/i.exec(word);
  const translation = ROBOCOPY[match?.[1]?.toLowerCase() ?? ""];
  if (match === null || translation === undefined) return undefined;
  return { typed: word, translation, value: match[2] };
}

function robocopyParts(word: string): Part[] {
  const part = robocopySwitch(word);
  return part === undefined ? [] : [part];
}

function answer(found: Found, typedVerb: string | undefined): Answer {
  const { tool, recognised, withoutCounterpart, mirrors, moves } = found;
  const kept = typedVerb === "mirror" || typedVerb === "move" ? typedVerb : "copy";
  const verb = mirrors ? "mirror" : moves ? "move" : kept;
  const is = recognised.length === 1 ? "is an option" : "are options";
  const missing =
    withoutCounterpart.length === 0
      ? []
      : [`there is nothing like ${list(withoutCounterpart)} in blit`];
  const command = `type: ${commandLine(verb, found.options, found.operands)}`;
  return {
    message: `${list(recognised)} ${is} of ${tool}'s`,
    hints: [command, ...folderAdvice(found, verb), ...missing],
  };
}

function commandLine(
  verb: string,
  options: readonly string[],
  operands: readonly string[],
): string {
  return ["blit", verb, ...[...options, ...operands].map(shellWord)].join(" ");
}

/** rsync puts SRC without a slash inside DST, under its name; blit never does. */
function folderAdvice({ tool, options, operands }: Found, verb: string): string[] {
  const [source = "", destination = ""] = operands;
  const name = source.slice(source.lastIndexOf("/") + 1);
  const isPlain = name === "" || name === "." || name === "..";
  if (tool !== "rsync" || operands.length !== 2 || isPlain) return [];
  const inside = `${destination.replace(/\/+$/, "")}/${name}`;
  return [
    `or, if ${shellWord(name)} is a folder and is to go inside ${shellWord(destination)}, as with rsync:`,
    `      ${commandLine(verb, options, [source, inside])}`,
  ];
}

function list(words: readonly string[]): string {
  const unique = [...new Set(words)];
  return unique.length < 2
    ? unique.join("")
    : `${unique.slice(0, -1).join(", ")} and ${unique.at(-1) ?? ""}`;
}

/** As it must be typed in a shell; what cannot be shown is written as bash and zsh read it back. */
function shellWord(word: string): string {
  if (/^[\w@%+=:,./~-]+$/.test(word)) return word;
  const shown = escapeText(word);
  if (shown !== word) return `$'${shown.replaceAll("'", "\\'")}'`;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
