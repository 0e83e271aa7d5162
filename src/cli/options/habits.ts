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
  /** robocopy's age: days, or a date as 20260131. */
  readonly countsDays?: boolean;
  readonly mirrors?: boolean;
  readonly moves?: boolean;
  /** Blit has no such thing. */
  readonly hasNoCounterpart?: boolean;
}

const BY_ITSELF: Translation = {};
const BY_ITSELF_VALUE: Translation = { takesValue: true };
const MIRRORS: Translation = { mirrors: true };
const NOT_THERE: Translation = { hasNoCounterpart: true };
const NOT_THERE_VALUE: Translation = { hasNoCounterpart: true, takesValue: true };

const RSYNC_LETTERS: Readonly<Record<string, Translation>> = {
  ...Object.fromEntries("arlptgoDHAXSWhPzEs".split("").map((letter) => [letter, BY_ITSELF])),
  ...Object.fromEntries("nvqcuIx0".split("").map((letter) => [letter, { becomes: `-${letter}` }])),
  i: { becomes: "-v" },
  ...Object.fromEntries("bdkKLyCmJNORU".split("").map((letter) => [letter, NOT_THERE])),
  e: NOT_THERE_VALUE,
  f: NOT_THERE_VALUE,
};

const RSYNC_WORDS: Readonly<Record<string, Translation>> = {
  ...Object.fromEntries(
    (
      "archive recursive links perms times group owner devices specials hard-links acls xattrs sparse " +
      "whole-file numeric-ids progress stats human-readable partial compress super no-compress " +
      "no-inc-recursive inc-recursive executability force protect-args secluded-args"
    )
      .split(" ")
      .map((word) => [word, BY_ITSELF]),
  ),
  ...Object.fromEntries(
    "info debug partial-dir temp-dir modify-window outbuf compress-level block-size checksum-choice"
      .split(" ")
      .map((word) => [word, BY_ITSELF_VALUE]),
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
  fsync: { becomes: "--durable" },
  ...Object.fromEntries(
    (
      "existing ignore-non-existing backup relative append append-verify inplace dirs atimes crtimes " +
      "open-noatime copy-links copy-unsafe-links safe-links munge-links copy-dirlinks keep-dirlinks fuzzy " +
      "omit-dir-times omit-link-times prune-empty-dirs cvs-exclude delay-updates ignore-errors " +
      "ignore-missing-args list-only preallocate"
    )
      .split(" ")
      .map((word) => [word, NOT_THERE]),
  ),
  ...Object.fromEntries(
    (
      "bwlimit rsh rsync-path link-dest compare-dest copy-dest backup-dir suffix chmod chown usermap " +
      "groupmap filter include-from iconv timeout stop-after stop-at write-batch read-batch out-format"
    )
      .split(" ")
      .map((word) => [word, NOT_THERE_VALUE]),
  ),
  "log-file": { becomes: "--log", takesValue: true },
};

const ROBOCOPY: Readonly<Record<string, Translation>> = {
  ...Object.fromEntries(
    (
      "e s copyall copy dcopy dat datsou sec secfix timfix z zb b j np nfl ndl njh njs nc ns eta mt r w " +
      "tee unicode xj xx sl fft dst reg"
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
  maxage: { becomes: "--newer-than", takesValue: true, countsDays: true },
  minage: { becomes: "--older-than", takesValue: true, countsDays: true },
  log: { becomes: "--log", takesValue: true },
  "log+": { becomes: "--log", takesValue: true },
  ...Object.fromEntries(
    "xc xn xl it im ia xa lev mon mot ipg rh pf create fat maxlad minlad nocopy job save efsraw"
      .split(" ")
      .map((word) => [word, NOT_THERE]),
  ),
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
  const match = /^\/([a-z]+\+?)(?::(.*))?$/i.exec(word);
  const translation = ROBOCOPY[match?.[1]?.toLowerCase() ?? ""];
  if (match === null || translation === undefined) return undefined;
  const [, , value] = match;
  const isAge = translation.countsDays === true && value !== undefined;
  return { typed: word, translation, value: isAge ? ageFrom(value) : value };
}

function ageFrom(text: string): string {
  const date = /^(\d{4})(\d{2})(\d{2})$/.exec(text);
  if (date !== null) return date.slice(1).join("-");
  return /^\d+$/.test(text) ? `${text}d` : text;
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
