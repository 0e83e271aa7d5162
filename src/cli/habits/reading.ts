// What another tool's command line asks for, in blit's terms: filled word by word by read_rsync.ts and
// read_robocopy.ts.

import { textFromRaw, type RawPath } from "#model/name.ts";
import { OPTION_TABLE } from "../options/table.ts";
import type { Translation } from "./translation.ts";

export type Tool = "rsync" | "cp" | "mv" | "robocopy";

/** An option of blit's as it is to be typed. */
export interface Choice {
  readonly option: string;
  readonly value: RawPath | undefined;
}

export class Reading {
  /** Options that are not blit's own, as typed. */
  readonly foreign: string[] = [];
  /** Those of them that blit has nothing for. */
  readonly missing: string[] = [];
  /** Words that no tool knows, and that may have a value: where one ends nobody can tell. */
  readonly unknown: string[] = [];
  readonly options: Choice[] = [];
  readonly operands: RawPath[] = [];
  readonly notes: string[] = [];
  readonly tool: Tool;
  mirrors = false;
  /** What differs is to be listed. */
  itemizes = false;
  /** The option that asks for the source to be removed. */
  movedBy: string | undefined;

  constructor(tool: Tool) {
    this.tool = tool;
  }

  add(typed: string, translation: Translation, value?: RawPath): void {
    if (translation.becomes !== typed) this.foreign.push(typed);
    if (translation.hasNoCounterpart === true) this.missing.push(typed);
    if (translation.mirrors === true) this.mirrors = true;
    if (translation.itemizes === true) this.itemizes = true;
    if (translation.moves === true) this.movedBy = typed;
    const { becomes, takesValue } = translation;
    if (becomes === undefined) return;
    this.choose(becomes, takesValue === true ? (value ?? placeholder(becomes)) : undefined);
  }

  choose(option: string, value?: RawPath): void {
    const isThere = this.options.some((choice) => choice.option === option);
    if (value !== undefined || !isThere) this.options.push({ option, value });
  }

  /** Takes what is blit's own, an option or a cluster of letters; false where it is not. `next` gives the word after it. */
  takeOwn(word: RawPath, next: () => RawPath | undefined): boolean {
    const [typed, attached] = splitValue(word);
    if (typed === undefined) return this.#takeOwnLetters(word);
    const row = OPTION_TABLE.find(({ name, verbs }) => typed === name && isTransfer(verbs));
    const isRefused = row?.value === undefined && attached !== undefined;
    if (row === undefined || isRefused) return false;
    const value = row.value === undefined ? undefined : (attached ?? next() ?? placeholder(typed));
    this.choose(`--${row.name}`, value);
    return true;
  }

  #takeOwnLetters(word: RawPath): boolean {
    const letters = Array.from(word.slice(1));
    const areOwn = letters.every((letter) => ownLetter(letter));
    if (areOwn) for (const letter of letters) this.choose(`-${letter}`);
    return areOwn;
  }

  refuse(word: RawPath): void {
    this.unknown.push(textFromRaw(word));
  }
}

/** A switch of blit's own; no letter of these verbs has a value. */
export function ownLetter(letter: string): boolean {
  return OPTION_TABLE.some(({ short, verbs }) => short === letter && isTransfer(verbs));
}

function isTransfer(verbs: readonly string[]): boolean {
  return verbs.includes("copy") || verbs.includes("mirror");
}

/** "--name=value" as its name and value; undefined and undefined where it is no long option. */
export function splitValue(word: RawPath): [name: string | undefined, value: RawPath | undefined] {
  const [, name, value] = /^--([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
  return [name, value as RawPath | undefined];
}

/** What stands for a value that was not typed. */
function placeholder(option: string): RawPath {
  const row = OPTION_TABLE.find(({ name }) => option === name || option === `--${name}`);
  return (row?.value?.placeholder ?? "VALUE") as RawPath;
}
