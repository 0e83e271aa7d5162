// Completions for PowerShell. Where none fits it completes file names by itself.

import { optionsOf } from "../options/table.ts";
import { FIRST_WORDS, VERBS } from "../verbs.ts";
import { firstWordSummary, operandWords, secondWords, valueOptions } from "./table.ts";

const VALUE_KINDS = ["file", "directory", "none"] as const;

type Row = readonly [word: string, help: string];

export function powershellCompletions(): string {
  const families = FIRST_WORDS.filter((word) => secondWords(word).length > 0);
  const tables = VERBS.map((verb) => {
    const options = optionsOf(verb.name).map(({ name, help }): Row => [`--${name}`, help]);
    const words = (operandWords(verb) ?? []).map((word): Row => [word, word]);
    return `    ${quoted(verb.name)} = ${rows([...options, ["--help", "show this help"], ...words])}`;
  });
  const seconds = families.map((first) => {
    const words = secondWords(first).map(({ word, summary }): Row => [word, summary]);
    return `    ${quoted(first)} = ${rows(words)}`;
  });
  return `# PowerShell completion for blit; made by: blit completions powershell
Register-ArgumentCompleter -Native -CommandName blit -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $table = @{
    '' = ${rows(FIRST_WORDS.map((word): Row => [word, firstWordSummary(word)]))}
${[...seconds, ...tables].join("\n")}
  }
  $words = @($commandAst.CommandElements | Select-Object -Skip 1 |
      Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.ToString() })
  if ($words -contains '--') { return }
  if ($words.Count -gt 0 -and ${quotedList(VALUE_KINDS.flatMap(valueOptions))} -contains $words[-1]) { return }
  $plain = @($words | Where-Object { -not $_.StartsWith('-') })
  $key = ''
  foreach ($count in 2, 1) {
    $name = ($plain | Select-Object -First $count) -join ' '
    if ($plain.Count -ge $count -and $table.ContainsKey($name)) { $key = $name; break }
  }
  if ($key -eq '' -and $plain.Count -gt 0) { return }
  # Of the words only the first is offered, of the options all.
  $isOperandGiven = $plain.Count -gt @($key -split ' ' -ne '').Count
  $table[$key] | Where-Object {
    $_[0].StartsWith($wordToComplete) -and ($_[0].StartsWith('-') -or -not $isOperandGiven)
  } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_[0], $_[0], 'ParameterValue', $_[1])
  }
}
`;
}

function rows(all: readonly Row[]): string {
  return `@(${all.map(([word, help]) => `,@(${quoted(word)}, ${quoted(help)})`).join("; ")})`;
}

function quotedList(words: readonly string[]): string {
  return `@(${words.map(quoted).join(", ")})`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
