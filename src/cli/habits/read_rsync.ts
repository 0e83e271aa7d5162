// A command line as rsync, cp or mv would read it.

import type { RawPath } from "#model/name.ts";
import { CP_LETTERS, CP_WORDS, TARGET_DIRECTORY } from "./cp_table.ts";
import { ownLetter, Reading, splitValue, type Tool } from "./reading.ts";
import { RSYNC_LETTERS, RSYNC_WORDS, rsyncNegation } from "./rsync_table.ts";
import { BY_ITSELF, lookUp, type Translation } from "./translation.ts";

/** What rsync reads as a rule after -f; after cp's -f stands a path. */
const FILTER_RULE =
  /^(?:[-+!.:,][ _]|:C$|(?:merge|dir-merge|exclude|include|hide|show|protect|risk)[ _])/;

export interface Habit {
  /** The tool's name, where it was typed. */
  readonly named: Tool | undefined;
  /** The verb of blit's that was typed. */
  readonly typedVerb: string | undefined;
}

export function readRsync(words: readonly RawPath[], habit: Habit): Reading {
  return new Reader(words, habit).read();
}

class Reader {
  readonly #words: readonly RawPath[];
  readonly #habit: Habit;
  readonly #isCp: boolean;
  readonly #reading: Reading;
  #at = 0;
  #target: RawPath | undefined;

  constructor(words: readonly RawPath[], habit: Habit) {
    this.#words = words;
    this.#habit = habit;
    this.#isCp = habit.named === "cp" || habit.named === "mv";
    this.#reading = new Reading(habit.named ?? this.#guessTool());
  }

  read(): Reading {
    const { operands } = this.#reading;
    for (let word = this.#next(); word !== undefined; word = this.#next()) {
      if (word === "--") {
        operands.push(...this.#words.slice(this.#at));
        break;
      }
      if (word.startsWith("--")) this.#long(word);
      else if (word.startsWith("-") && word !== "-") this.#letters(word);
      else operands.push(word);
    }
    if (this.#target !== undefined) operands.push(this.#target);
    this.#noteOwner();
    return this.#reading;
  }

  #next = (): RawPath | undefined => this.#words[this.#at++];

  /** cp is meant where only cp knows an option. */
  #guessTool(): Tool {
    const isCp = this.#words.some((word, index) => {
      const [name] = splitValue(word);
      if (name !== undefined)
        return lookUp(CP_WORDS, name) !== undefined && rsyncWord(name) === undefined;
      return /^-\w*f\w*$/.test(word) && !FILTER_RULE.test(this.#words[index + 1] ?? "");
    });
    if (!isCp) return "rsync";
    return this.#habit.typedVerb === "move" ? "mv" : "cp";
  }

  #long(word: RawPath): void {
    const [name = "", attached] = splitValue(word);
    const translation = this.#isCp
      ? lookUp(CP_WORDS, name)
      : (rsyncWord(name) ?? lookUp(CP_WORDS, name));
    if (translation !== undefined) this.#take(`--${name}`, translation, attached);
    else if (!this.#reading.takeOwn(word, this.#next)) this.#reading.refuse(word);
  }

  #letters(word: RawPath): void {
    for (let at = 1; at < word.length; at++) {
      const letter = word[at] ?? "";
      const attached = word.slice(at + 1) as RawPath;
      const translation = this.#letter(letter, attached);
      if (translation === undefined)
        return this.#reading.refuse(isLetter(letter) ? (`-${letter}` as RawPath) : word);
      const takesRest = translation.takesValue === true;
      this.#take(`-${letter}`, translation, takesRest && attached !== "" ? attached : undefined);
      if (takesRest) return;
    }
  }

  /** rsync can leave one of them alone. */
  #noteOwner(): void {
    const typed = (word: string) => this.#words.includes(word as RawPath);
    const group = typed("--no-g") || typed("--no-group");
    const isLone = typed("--no-o") ? !group : group && !typed("--no-owner");
    if (isLone) this.#reading.notes.push("--no-owner leaves both alone, the owner and the group");
  }

  #letter(letter: string, attached: RawPath): Translation | undefined {
    if (this.#isCp) return CP_LETTERS[letter];
    const follows = attached === "" ? (this.#words[this.#at] ?? "") : attached;
    if (letter === "f" && !FILTER_RULE.test(follows)) return BY_ITSELF;
    if (letter === "T" && attached === "" && !this.#hasMoreThanTwoPaths()) return BY_ITSELF;
    const word = RSYNC_LETTERS[letter];
    const isTypedToBlit = this.#habit.named === undefined && this.#habit.typedVerb !== undefined;
    const isRsyncs = word !== undefined && RSYNC_WORDS[word] !== undefined;
    if (ownLetter(letter) && (isTypedToBlit || !isRsyncs)) return { becomes: `-${letter}` };
    return word === undefined ? undefined : RSYNC_WORDS[word];
  }

  /** cp's -T stands before two paths and takes none, rsync's takes one. */
  #hasMoreThanTwoPaths(): boolean {
    return this.#words.filter((word) => !word.startsWith("-")).length > 2;
  }

  #take(typed: string, translation: Translation, attached: RawPath | undefined): void {
    const value = translation.takesValue === true ? (attached ?? this.#next()) : undefined;
    if (translation === TARGET_DIRECTORY) this.#target = value;
    this.#reading.add(typed, translation, value);
  }
}

function isLetter(letter: string): boolean {
  return /^[\x21-\x7e]$/.test(letter);
}

function rsyncWord(name: string): Translation | undefined {
  return lookUp(RSYNC_WORDS, name) ?? rsyncNegation(name);
}
