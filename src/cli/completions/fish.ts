// Completions for fish.

import { OPTION_TABLE, optionsOf, type OptionSpec, type ValueSpec } from "../options/table.ts";
import { FIRST_WORDS, VERBS } from "../verbs.ts";
import { firstWordSummary, operandWords, secondWords } from "./table.ts";

export function fishCompletions(): string {
  const lines = [
    ...FIRST_WORDS.map((word) => line("__blit_at", ["-f", "-a", word], firstWordSummary(word))),
    line("__blit_at", ["-f", "-s", "h", "-l", "help"], "show help"),
    line("__blit_at", ["-f", "-s", "V", "-l", "version"], "show the version"),
    ...FIRST_WORDS.flatMap((first) =>
      secondWords(first).map(({ word, summary }) =>
        line(`__blit_at ${first}`, ["-f", "-a", word], summary),
      ),
    ),
    ...VERBS.flatMap((verb) => {
      const condition = `__blit_in ${verb.name}`;
      const choices = operandWords(verb);
      return [
        ...optionsOf(verb.name).map((option) => line(condition, optionFlags(option), option.help)),
        line(condition, ["-s", "h", "-l", "help"], "show this help"),
        ...(verb.operandKind === "path" ? [] : [line(condition, ["-f"], "")]),
        ...(choices === undefined
          ? []
          : [line(`__blit_at ${verb.name}`, ["-a", quoted(choices.join(" "))], "")]),
      ];
    }),
  ];
  return `# fish completion for blit; made by: blit completions fish
# The words before the cursor without options and their values.
function __blit_words
    set -l words (commandline -opc)[2..]
    set -l skip 0
    for word in $words
        if test $skip = 1
            set skip 0
        else if contains -- $word ${withValues().join(" ")}
            set skip 1
        else if not string match -q -- '-*' $word
            echo -- $word
        end
    end
end
# True where just these words stand there.
function __blit_at
    test "$(__blit_words)" = "$argv"
end
# True where the words begin with these.
function __blit_in
    set -l words (__blit_words)
    set -l count (count $argv)
    test (count $words) -ge $count; and test "$words[1..$count]" = "$argv"
end
${lines.join("\n")}
`;
}

function withValues(): string[] {
  return OPTION_TABLE.filter(({ value }) => value !== undefined).map(({ name }) => `--${name}`);
}

function optionFlags(option: OptionSpec): string[] {
  const names = option.short === undefined ? [] : ["-s", option.short];
  const value = option.value === undefined ? [] : VALUE_FLAGS[option.value.complete];
  return [...names, "-l", option.name, ...value];
}

const VALUE_FLAGS: Readonly<Record<ValueSpec["complete"], readonly string[]>> = {
  file: ["-r", "-F"],
  directory: ["-x", "-a", "'(__fish_complete_directories)'"],
  none: ["-x"],
};

function line(condition: string, flags: readonly string[], help: string): string {
  const description = help === "" ? "" : ` -d ${quoted(help)}`;
  return `complete -c blit -n ${quoted(condition)} ${flags.join(" ")}${description}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
