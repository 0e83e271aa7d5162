// What the four writers of completions have in common.

import { COMMON_OPTIONS, OPTION_TABLE, optionsOf, type ValueSpec } from "../options/table.ts";
import { FIRST_WORDS, SHELLS, TOPICS, VERBS, type VerbName, type VerbSpec } from "../verbs.ts";

/** The second words of a family ("diagnostics" → perf, dump); empty for a verb of one word. */
export function secondWords(first: string): { readonly word: string; readonly summary: string }[] {
  return VERBS.filter(({ name }) => name.startsWith(`${first} `)).map(({ name, summary }) => {
    return { word: name.slice(first.length + 1), summary };
  });
}

export function firstWordSummary(word: string): string {
  const verb: VerbSpec | undefined = VERBS.find(({ name }) => name === word);
  if (verb !== undefined) return verb.summary;
  return secondWords(word)
    .map((second) => second.word)
    .join(" or ");
}

/** "--dry-run", "-n" and the like, of one verb, with --help. */
export function optionWords(verb: VerbName): string[] {
  const own = optionsOf(verb).flatMap(({ name, short }) =>
    short === undefined ? [`--${name}`] : [`--${name}`, `-${short}`],
  );
  return [...own, `--${COMMON_OPTIONS[0].name}`, `-${COMMON_OPTIONS[0].short}`];
}

/** The options that are followed by a value of a kind. */
export function valueOptions(kind: ValueSpec["complete"]): string[] {
  return OPTION_TABLE.filter(({ value }) => value?.complete === kind).map(
    ({ name }) => `--${name}`,
  );
}

/** The words the first operand of a verb may be; undefined where it is a path, or where there is none. */
export function operandWords(verb: VerbSpec): readonly string[] | undefined {
  if (verb.operandKind === "shell") return SHELLS;
  return verb.operandKind === "topic" ? [...FIRST_WORDS, ...TOPICS] : undefined;
}
