// Completions for zsh, by its own _arguments.

import { optionsOf, type OptionSpec, type ValueSpec } from "../options/table.ts";
import { FIRST_WORDS, VERBS, type VerbSpec } from "../verbs.ts";
import { firstWordSummary, operandWords, secondWords } from "./table.ts";

export function zshCompletions(): string {
  const families = FIRST_WORDS.filter((word) => secondWords(word).length > 0);
  return `#compdef blit
# zsh completion for blit; made by: blit completions zsh
_blit() {
  local context state state_descr line verb
  typeset -A opt_args
  local -a words_of_blit
  _arguments -C \\
    '(- *)'{-h,--help}'[show help]' \\
    '(- *)'{-V,--version}'[show the version]' \\
    '1:verb:->verb' '*::argument:->argument' && return
  if [[ $state == verb ]]; then
    words_of_blit=(${FIRST_WORDS.map((word) => described(word, firstWordSummary(word))).join(" ")})
    _describe verb words_of_blit
    return
  fi
  verb=$line[1]
  case $verb in
${families.map(family).join("\n")}
  esac
  case $verb in
${VERBS.map(verbCase).join("\n")}
  esac
}
# Sourced, it registers itself; from a folder of $fpath it is the function.
if [[ $funcstack[1] == _blit ]]; then _blit "$@"; else compdef _blit blit; fi
`;
}

function family(word: string): string {
  const rows = secondWords(word).map((second) => described(second.word, second.summary));
  return `    ${word})
      if ((CURRENT == 2)); then
        words_of_blit=(${rows.join(" ")})
        _describe 'what to show' words_of_blit
        return
      fi
      verb+=" $words[2]"
      shift words
      ((CURRENT--))
      ;;`;
}

function verbCase(verb: (typeof VERBS)[number]): string {
  const options = optionsOf(verb.name).flatMap(optionSpecs);
  const help = `'(- *)'{-h,--help}'[show this help]'`;
  const all = [...options, help, ...operandSpecs(verb)];
  return `    '${verb.name}')\n      _arguments -s -S \\\n        ${all.join(" \\\n        ")}\n      ;;`;
}

function operandSpecs(verb: VerbSpec): string[] {
  if (verb.operandKind === "path") return ["'*:path:_files'"];
  const choices = operandWords(verb);
  return choices === undefined ? [] : [`'1:${verb.operandKind}:(${choices.join(" ")})'`];
}

const VALUE_ACTIONS: Readonly<Record<ValueSpec["complete"], string>> = {
  file: "_files",
  directory: "_files -/",
  none: "",
};

/** Options with a value may be given more than once. */
function optionSpecs(option: OptionSpec): string[] {
  const help = `[${option.help.replaceAll("[", "\\[").replaceAll("]", "\\]")}]`;
  if (option.value !== undefined) {
    const { placeholder, complete } = option.value;
    return [quoted(`*--${option.name}=${help}:${placeholder}:${VALUE_ACTIONS[complete]}`)];
  }
  const long = `--${option.name}`;
  if (option.short === undefined) return [quoted(`${long}${help}`)];
  const short = `-${option.short}`;
  return [`'(${short} ${long})'{${short},${long}}${quoted(help)}`];
}

function described(word: string, summary: string): string {
  return quoted(`${word}:${summary}`);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
