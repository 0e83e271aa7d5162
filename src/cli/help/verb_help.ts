// What --help says of a verb, from the tables: examples first.

import { COMMON_OPTIONS, OPTION_GROUPS, optionsOf, type OptionSpec } from "../options/table.ts";
import { verbSpec, VERBS, type Example, type VerbName } from "../verbs.ts";
import { code, terms, text, type Section } from "./document.ts";

export function verbHelp(verb: VerbName): Section[] {
  const spec = verbSpec(verb);
  const options = optionsOf(verb);
  const usage = [`blit ${verb}`, options.length > 0 ? "[OPTION...]" : "", spec.operands]
    .filter((part) => part !== "")
    .join(" ");
  return [
    { heading: "", blocks: [code(...exampleLines(spec.examples))] },
    { heading: "Usage", blocks: [code(usage)] },
    {
      heading: "",
      blocks: [
        text(`${capitalised(spec.summary)}.`),
        ...(spec.description === "" ? [] : [text(spec.description)]),
      ],
    },
    ...optionSections(verb),
  ];
}

/** The options of a verb, by group; the last group has those that every verb answers to. */
function optionSections(verb: VerbName): Section[] {
  const options = optionsOf(verb);
  const groups = OPTION_GROUPS.map((group) => {
    return { heading: group, options: options.filter((option) => option.group === group) };
  }).filter((group) => group.options.length > 0);
  return [
    ...groups.map((group) => {
      const rows = group.options.map((option): [string, string] => [
        optionTerm(option),
        option.help,
      ]);
      return { heading: group.heading, blocks: [terms(...rows)] };
    }),
    { heading: "Help", blocks: [terms(...COMMON_TERMS)] },
  ];
}

const COMMON_TERMS = COMMON_OPTIONS.map(({ name, short, help }): [string, string] => [
  `-${short}, --${name}`,
  help,
]);

/** "-n, --dry-run", "--max-delete N". */
function optionTerm(option: OptionSpec): string {
  const short = option.short === undefined ? "    " : `-${option.short}, `;
  const value = option.value === undefined ? "" : ` ${option.value.placeholder}`;
  return `${short}--${option.name}${value}`;
}

/** All verbs, for `blit help`. */
export function overview(): Section[] {
  const rows = VERBS.map(({ name, operands, summary }): [string, string] => [
    `${name} ${operands}`.trimEnd(),
    summary,
  ]);
  return [
    { heading: "", blocks: [text("blit copies, mirrors and moves file trees, fast and safely.")] },
    { heading: "Verbs", blocks: [terms(...rows)] },
    {
      heading: "More",
      blocks: [
        terms(
          ["blit VERB --help", "examples and options"],
          ["blit help TOPIC", "exit-codes, filters, safety, json, environment"],
          ["blit man", "the whole manual"],
          ["blit --version", COMMON_OPTIONS[1].help],
        ),
      ],
    },
  ];
}

/** What `blit` alone shows: five lines, no wall. */
export const FIRST_LINES = [
  "blit copies, mirrors and moves file trees, fast and safely.",
  "  blit copy photos /backup/photos      make the backup hold what photos holds",
  "  blit mirror photos /backup/photos    the same, then delete what only the backup has",
  "  blit move inbox /archive/inbox       copy, then remove what arrived",
  "More: blit help, blit mirror --help. Add -n to any of them to see what would be done.",
];

export function exampleLines(examples: readonly Example[]): string[] {
  const explained = examples.filter(({ says }) => says !== "");
  const width = Math.max(0, ...explained.map(({ command }) => command.length));
  return examples.map(({ command, says }) =>
    says === "" ? command : `${command.padEnd(width)}  # ${says}`,
  );
}

function capitalised(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
