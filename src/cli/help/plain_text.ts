// Help as plain text for a terminal of a given width.

import type { Block, Section } from "./document.ts";

const INDENT = "  ";
/** Longer terms stand on a line of their own. */
const MOST_TERM_COLUMNS = 28;
const GAP = 2;

export function plainText(sections: readonly Section[], columns: number): string {
  return sections
    .map(({ heading, blocks }) => {
      const indent = heading === "" ? "" : INDENT;
      const body = blocks.map((block) => plainBlock(block, columns, indent)).join("\n");
      return heading === "" ? body : `${heading}\n${body}`;
    })
    .join("\n");
}

function plainBlock(block: Block, columns: number, indent: string): string {
  if (block.kind === "text") return lines(wrap(block.text, columns - indent.length), indent);
  return block.kind === "code" ? lines(block.lines, INDENT) : plainTerms(block.rows, columns);
}

function lines(all: readonly string[], indent: string): string {
  return all.map((line) => `${indent}${line}\n`).join("");
}

function plainTerms(rows: readonly (readonly [string, string])[], columns: number): string {
  const widths = rows.map(([term]) => term.length).filter((width) => width <= MOST_TERM_COLUMNS);
  const termWidth = Math.max(0, ...widths) + GAP;
  const hanging = INDENT + " ".repeat(termWidth);
  return rows
    .map(([term, meaning]) => {
      const [first = "", ...rest] = wrap(meaning, columns - hanging.length);
      const head =
        term.length + GAP > termWidth
          ? `${INDENT}${term}\n${hanging}${first}`
          : `${INDENT}${term.padEnd(termWidth)}${first}`;
      return `${head.trimEnd()}\n${lines(rest, hanging)}`;
    })
    .join("");
}

/** Breaks at spaces; a word that is too long for a line stands alone on one. */
function wrap(text: string, width: number): string[] {
  const wrapped: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      wrapped.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return line === "" ? wrapped : [...wrapped, line];
}
