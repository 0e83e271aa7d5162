// A word as it must be typed into bash or zsh to be read as these bytes.

import { matchTextFromRaw, textFromRaw, type RawPath } from "#model/name.ts";
import { escapeText } from "../render/escape.ts";

/** What no shell takes for anything but itself; "~" and "=" mean something at the beginning. */
const PLAIN = /^(?![~=])[\w@%+=:,./~-]+$/;

export function shellWord(word: RawPath): string {
  if (PLAIN.test(word)) return word;
  const characters = Array.from(matchTextFromRaw(word));
  if (characters.every(canBeShown)) return `'${textFromRaw(word).replaceAll("'", `'\\''`)}'`;
  return `$'${characters.map(escaped).join("")}'`;
}

function canBeShown(character: string): boolean {
  return byteOf(character) === undefined && escapeText(character) === character;
}

function escaped(character: string): string {
  if (character === "\n") return "\\n";
  if (character === "\t") return "\\t";
  if (character === "\\" || character === "'") return `\\${character}`;
  if (canBeShown(character)) return character;
  // By its bytes, which mean the same in every locale.
  const byte = byteOf(character);
  const bytes = byte === undefined ? Buffer.from(character) : [byte];
  return Array.from(bytes, (value) => `\\x${value.toString(16).padStart(2, "0")}`).join("");
}

/** The byte that a lone surrogate stands for: one that is no UTF-8. */
function byteOf(character: string): number | undefined {
  const code = character.charCodeAt(0);
  return character.length === 1 && code >= 0xdc80 && code <= 0xdcff ? code - 0xdc00 : undefined;
}
