// Names as they may be shown: whatever could move the cursor, recolour the screen, break a line or reverse the
// reading order is written as an escape, and so is every byte that is no UTF-8.

import type { RawName, RawPath } from "#model/name.ts";

/** C0, DEL, C1, the line and paragraph separators, bidirectional marks, overrides and isolates, the BOM. */
const UNSAFE = /[\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;
const PLAIN = /^[\x20-\x7e]*$/;
const NAMED: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

export function escapeText(text: string): string {
  return PLAIN.test(text) ? text : text.replace(UNSAFE, escapeCharacter);
}

function escapeCharacter(character: string): string {
  const code = character.charCodeAt(0);
  return NAMED[character] ?? (code < 0x100 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`);
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, "0");
}

const STRICT = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A path for the screen. */
export function showPath(raw: RawPath | RawName): string {
  if (PLAIN.test(raw)) return raw;
  const bytes = Buffer.from(raw, "latin1");
  return escapeText(decoded(bytes) ?? "") || showBytes(bytes);
}

/** The text of bytes that are UTF-8 throughout; else undefined. */
export function decoded(bytes: Uint8Array): string | undefined {
  try {
    return STRICT.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Character by character, each byte that belongs to none as \xff. */
function showBytes(bytes: Uint8Array): string {
  let shown = "";
  for (let start = 0; start < bytes.length;) {
    const character = [1, 2, 3, 4]
      .map((lengthBytes) => bytes.subarray(start, start + lengthBytes))
      .find((slice) => decoded(slice) !== undefined);
    shown +=
      character === undefined
        ? `\\x${hex(bytes[start] ?? 0, 2)}`
        : escapeText(decoded(character) ?? "");
    start += character?.length ?? 1;
  }
  return shown;
}
