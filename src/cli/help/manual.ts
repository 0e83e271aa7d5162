// The manual page, as man(7) macros, from the same tables as --help.

import { VERSION } from "#model/version.ts";
import { COMMON_OPTIONS, OPTION_GROUPS, OPTION_TABLE, type OptionSpec } from "../options/table.ts";
import { TOPICS, VERBS, type VerbSpec } from "../verbs.ts";
import type { Block, Section } from "./document.ts";
import { TOPIC_SECTIONS } from "./topics.ts";
import { exampleLines } from "./verb_help.ts";

export function manualPage(): string {
  return [
    `.TH BLIT 1 "" "blit ${escaped(VERSION)}" "User Commands"`,
    // In narrow columns words as long as blit's options cannot be spread over a line.
    ".ad l",
    ".SH NAME",
    `blit \\- copy, mirror and move file trees, fast and safely`,
    ".SH SYNOPSIS",
    ...VERBS.flatMap(synopsis),
    ".SH DESCRIPTION",
    ...VERBS.flatMap(verbLines),
    ".SH OPTIONS",
    ...OPTION_GROUPS.flatMap(optionGroup),
    ".SS Help",
    ...COMMON_OPTIONS.flatMap((option) => optionEntry(option, "", "every verb")),
    ...TOPICS.flatMap((topic) => sectionLines(TOPIC_SECTIONS[topic])),
    ".SH SEE ALSO",
    ".BR rsync (1),",
    ".BR cp (1),",
    ".BR gitignore (5)",
    "",
  ].join("\n");
}

function synopsis(verb: VerbSpec): string[] {
  const operands = verb.operands === "" ? "" : ` \\fI${escaped(verb.operands)}\\fR`;
  const options = OPTION_TABLE.some(({ verbs }) => verbs.some((name) => name === verb.name));
  return [`\\fBblit ${verb.name}\\fR${options ? " [\\fIOPTION\\fR...]" : ""}${operands}`, ".br"];
}

function verbLines(verb: VerbSpec): string[] {
  const summary = verb.summary.charAt(0).toUpperCase() + verb.summary.slice(1);
  return [
    `.SS blit ${verb.name}`,
    ...textLines(`${summary}. ${verb.description}`.trim()),
    ...codeLines(exampleLines(verb.examples)),
  ];
}

function optionGroup(group: (typeof OPTION_GROUPS)[number]): string[] {
  const options = OPTION_TABLE.filter((option) => option.group === group);
  if (options.length === 0) return [];
  return [`.SS ${group}`, ...options.flatMap(optionLines)];
}

function optionLines(option: OptionSpec): string[] {
  const value = option.value === undefined ? "" : ` \\fI${option.value.placeholder}\\fR`;
  return optionEntry(option, value, option.verbs.join(", "));
}

function optionEntry(
  { name, short, help }: Pick<OptionSpec, "name" | "short" | "help">,
  value: string,
  whose: string,
): string[] {
  const letter = short === undefined ? "" : `\\fB\\-${short}\\fR, `;
  return [
    ".TP",
    `${letter}\\fB\\-\\-${escaped(name)}\\fR${value}`,
    ...textLines(`${help} (${whose})`),
  ];
}

function sectionLines(section: Section): string[] {
  return [`.SH ${section.heading.toUpperCase()}`, ...section.blocks.flatMap(blockLines)];
}

function blockLines(block: Block): string[] {
  if (block.kind === "text") return [".PP", ...textLines(block.text)];
  if (block.kind === "code") return codeLines(block.lines);
  return block.rows.flatMap(([term, meaning]) => [
    ".TP",
    `\\fB${escaped(term)}\\fR`,
    ...textLines(meaning),
  ]);
}

/** A line a sentence, as roff wants it. */
function textLines(text: string): string[] {
  return text.split(/(?<=[.:]) /).map(safeLine);
}

function codeLines(lines: readonly string[]): string[] {
  return [".PP", ".RS 4", ".nf", ...lines.map(safeLine), ".fi", ".RE"];
}

/** A line that begins with a dot or an apostrophe would be taken for a request. */
function safeLine(line: string): string {
  return /^[.']/.test(line) ? `\\&${escaped(line)}` : escaped(line);
}

function escaped(text: string): string {
  return text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll("'", "\\(aq")
    .replaceAll("`", "\\(ga")
    .replaceAll("~", "\\(ti")
    .replaceAll("^", "\\(ha");
}
