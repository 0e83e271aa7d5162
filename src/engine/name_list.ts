// Names of one directory with their kinds, as one string that fits a task. Names cannot hold "/", so it parts them; each is
// led by a character for its kind.

import type { RawName } from "#model/name.ts";
import type { Names } from "#platform/platform.ts";
import { TextNames } from "#platform/text_names.ts";

const FIRST_KIND = 0x3f;

/** Those from `start` on and before `end`. */
export function encodeNames(list: Names, start = 0, end = list.count): string {
  const parts: string[] = [];
  for (let index = start; index < end; index++)
    parts.push(String.fromCharCode(FIRST_KIND + (list.kinds[index] ?? 0)) + list.text(index));
  return parts.join("/");
}

export function decodeNames(text: string): TextNames {
  const list = new TextNames();
  for (const part of text.split("/"))
    list.add(part.slice(1) as RawName, part.charCodeAt(0) - FIRST_KIND);
  return list;
}

/** Names that outlive their listing. */
export function textNames(list: Names): TextNames {
  const names = new TextNames();
  for (let index = 0; index < list.count; index++)
    names.add(list.text(index), list.kinds[index] as number);
  return names;
}
