// Names of one directory with their kinds, as one string that fits a task. Names cannot hold "/", so it parts them; each is
// led by a character for its kind.

import type { RawName } from "#model/name.ts";

export interface NameList {
  readonly names: readonly RawName[];
  readonly kinds: readonly number[];
}

const FIRST_KIND = 0x3f;

export function encodeNames({ names, kinds }: NameList): string {
  return names
    .map((name, index) => String.fromCharCode(FIRST_KIND + (kinds[index] ?? 0)) + name)
    .join("/");
}

export function decodeNames(text: string): NameList {
  const parts = text.split("/");
  return {
    names: parts.map((part) => part.slice(1) as RawName),
    kinds: parts.map((part) => part.charCodeAt(0) - FIRST_KIND),
  };
}
