// A command line as robocopy would read it: SRC DST [FILE...] [/SWITCH...].

import { textFromRaw, type RawPath } from "#model/name.ts";
import { Reading } from "./reading.ts";
import { ROBOCOPY_SWITCHES } from "./robocopy_table.ts";
import { lookUp } from "./translation.ts";

interface Switch {
  readonly name: string;
  readonly value: RawPath | undefined;
}

/** One word after /XD or /XF. */
interface Exclusion {
  readonly typed: string;
  readonly word: RawPath;
  readonly isFolder: boolean;
}

const SWITCH = /^\/([a-z0-9]+[+-]?)(?::(.*))?$/is;
/** No path looks like that. */
const SURELY_SWITCH = /^\/(?:[A-Z0-9]+[+-]?|[a-z0-9]+[+-]?:.*)$/s;
const PATHS = 2;
const RECURSING = ["e", "s", "mir"];
const EVERY_FILE = ["*", "*.*"];

export function isRobocopySwitch(word: RawPath): boolean {
  const parsed = parseSwitch(word);
  return parsed !== undefined && lookUp(ROBOCOPY_SWITCHES, parsed.name) !== undefined;
}

function parseSwitch(word: RawPath): Switch | undefined {
  const [, name, value] = SWITCH.exec(word) ?? [];
  if (name === undefined) return undefined;
  return { name: name.toLowerCase(), value: value as RawPath | undefined };
}

export function readRobocopy(words: readonly RawPath[]): Reading {
  return new Reader(words).read();
}

class Reader {
  readonly #words: readonly RawPath[];
  readonly #reading = new Reading("robocopy");
  readonly #seen = new Set<string>();
  readonly #excludes: Exclusion[] = [];
  readonly #lacksPaths: boolean;
  #at = 0;

  constructor(words: readonly RawPath[]) {
    this.#words = words;
    const others = words.filter((word) => !word.startsWith("-") && !isRobocopySwitch(word));
    this.#lacksPaths = others.length < PATHS;
  }

  read(): Reading {
    const { operands } = this.#reading;
    for (let word = this.#next(); word !== undefined; word = this.#next()) {
      if (word === "--") {
        operands.push(...this.#words.slice(this.#at));
        break;
      }
      if (this.#isPath(word)) operands.push(word);
      else if (isRobocopySwitch(word)) this.#switch(word);
      else if (word.startsWith("/")) this.#reading.add(textFromRaw(word), UNKNOWN);
      else if (!this.#reading.takeOwn(word, this.#next)) this.#reading.refuse(word);
    }
    this.#chooseFiles(operands.splice(PATHS));
    for (const exclude of this.#excludes) this.#exclude(exclude);
    // /XX keeps what only the destination has.
    if (this.#seen.has("xx")) this.#reading.mirrors = false;
    return this.#reading;
  }

  #next = (): RawPath | undefined => this.#words[this.#at++];

  /** robocopy's paths come first; "/src" and "/dst" are both paths where there are no others. */
  #isPath(word: RawPath): boolean {
    if (word.startsWith("-")) return false;
    if (parseSwitch(word) === undefined) return true;
    if (this.#reading.operands.length >= PATHS || SURELY_SWITCH.test(word)) return false;
    return !isRobocopySwitch(word) || (this.#lacksPaths && this.#at <= PATHS);
  }

  #switch(word: RawPath): void {
    const { name, value } = parseSwitch(word) ?? { name: "", value: undefined };
    const typed = textFromRaw(word);
    const translation = lookUp(ROBOCOPY_SWITCHES, name) ?? UNKNOWN;
    this.#seen.add(name);
    if (name === "xd" || name === "xf") {
      this.#reading.foreign.push(typed);
      this.#excludes.push(
        ...this.#listed().map((word) => ({ typed, word, isFolder: name === "xd" })),
      );
    } else {
      this.#reading.add(typed, translation, name.endsWith("age") ? ageFrom(value) : value);
    }
  }

  /** All words up to the next switch. */
  #listed(): RawPath[] {
    const from = this.#at;
    while (this.#at < this.#words.length && !this.#endsList(this.#words[this.#at])) this.#at++;
    return this.#words.slice(from, this.#at);
  }

  #endsList(word: RawPath | undefined): boolean {
    return word === undefined || word.startsWith("-") || parseSwitch(word) !== undefined;
  }

  /** Patterns after the two paths say which files are meant; the last rule that matches decides. */
  #chooseFiles(patterns: readonly RawPath[]): void {
    const { options, notes } = this.#reading;
    const isDeep = RECURSING.some((name) => this.#seen.has(name));
    const rules: [option: string, pattern: string][] = [];
    if (!patterns.every((pattern) => EVERY_FILE.includes(pattern))) {
      rules.push(["--exclude", "*"]);
      if (isDeep) rules.push(["--include", "*/"]);
      rules.push(...patterns.map((each): [string, string] => ["--include", globFrom(each)]));
    }
    if (!isDeep) {
      rules.push(["--exclude", "*/"]);
      notes.push("--exclude '*/' leaves out the folders, as robocopy does without /E or /S");
    }
    options.unshift(...rules.map(([option, value]) => ({ option, value: value as RawPath })));
  }

  #exclude({ typed, word, isFolder }: Exclusion): void {
    const pattern = this.#patternInSource(word);
    if (pattern === undefined) this.#reading.missing.push(`${typed} ${textFromRaw(word)}`);
    else this.#reading.choose("--exclude", (isFolder ? `${pattern}/` : pattern) as RawPath);
  }

  /** gitignore's for a name or a path; undefined for one that does not begin with SRC. */
  #patternInSource(word: RawPath): string | undefined {
    const path = slashes(word);
    const source = slashes(this.#reading.operands[0] ?? "");
    if (source !== "" && path.startsWith(`${source}/`)) return globFrom(path.slice(source.length));
    return /^(?:\/|[a-z]:)/i.test(path) ? undefined : globFrom(path);
  }
}

const UNKNOWN = { hasNoCounterpart: true };

function slashes(path: string): string {
  return path.replaceAll("\\", "/").replace(/\/+$/, "");
}

/** robocopy's wildcards are * and ?; gitignore knows more. */
function globFrom(pattern: string): string {
  return pattern.replace(/[[\]]/g, "\\$&").replace(/^[!#]/, "\\$&");
}

function ageFrom(text: RawPath | undefined): RawPath | undefined {
  const date = /^(\d{4})(\d{2})(\d{2})$/.exec(text ?? "");
  if (date !== null) return date.slice(1).join("-") as RawPath;
  return (text !== undefined && /^\d+$/.test(text) ? `${text}d` : text) as RawPath | undefined;
}
