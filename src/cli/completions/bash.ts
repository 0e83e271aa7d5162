// Completions for bash 4 and later, with nothing but what bash itself has.

import { FIRST_WORDS, VERBS, type VerbSpec } from "../verbs.ts";
import { operandWords, optionWords, secondWords, valueOptions } from "./table.ts";

export function bashCompletions(): string {
  const families = FIRST_WORDS.filter((word) => secondWords(word).length > 0);
  return `# bash completion for blit; made by: blit completions bash
_blit() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]}
  local verb=\${COMP_WORDS[1]} options= operands=path
  COMPREPLY=()
  # bash splits --log=FILE into three words.
  [[ $cur == = ]] && cur=
  [[ $prev == = ]] && prev=\${COMP_WORDS[COMP_CWORD - 2]}
  if ((COMP_CWORD == 1)); then
    mapfile -t COMPREPLY < <(compgen -W '${FIRST_WORDS.join(" ")} --help --version' -- "$cur")
    return
  fi
  case $verb in
${families.map(family).join("\n")}
  esac
  case $verb in
${VERBS.map(verbCase).join("\n")}
    *) return ;;
  esac
  [[ $operands != path ]] && ((COMP_CWORD > 2)) && operands=
  # After -- there are no options.
  local word
  for word in "\${COMP_WORDS[@]:2:COMP_CWORD - 2}"; do
    [[ $word == -- ]] && options= prev=
  done
  case $prev in
    ${valueOptions("file").join(" | ")}) operands=path ;;
    ${valueOptions("directory").join(" | ")})
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -d -- "$cur")
      return
      ;;
    ${valueOptions("none").join(" | ")}) return ;;
    *)
      if [[ $cur == -* && -n $options ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur")
        return
      fi
      ;;
  esac
  if [[ $operands == path ]]; then
    compopt -o filenames
    mapfile -t COMPREPLY < <(compgen -f -- "$cur")
  else
    mapfile -t COMPREPLY < <(compgen -W "$operands" -- "$cur")
  fi
}
complete -F _blit blit
`;
}

function family(word: string): string {
  const words = secondWords(word)
    .map((second) => second.word)
    .join(" ");
  return `    ${word})
      if ((COMP_CWORD == 2)); then
        mapfile -t COMPREPLY < <(compgen -W '${words}' -- "$cur")
        return
      fi
      verb+=" \${COMP_WORDS[2]}"
      ;;`;
}

function verbCase(verb: (typeof VERBS)[number]): string {
  const options = optionWords(verb.name).join(" ");
  return `    '${verb.name}') options='${options}' operands='${operandsOf(verb)}' ;;`;
}

function operandsOf(verb: VerbSpec): string {
  return verb.operandKind === "path" ? "path" : (operandWords(verb)?.join(" ") ?? "");
}
