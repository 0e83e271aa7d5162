// The one question blit asks: whether to delete. Never blocking, so that signals and the heartbeat go on.

import type { RawPath } from "#model/name.ts";
import type { Console } from "./console.ts";
import { showPath } from "./escape.ts";
import { counted, formatCount } from "./quantity.ts";

const PATHS_SHOWN = 5;

export async function confirmDeletions(
  console: Console,
  preview: { readonly count: number; readonly first: readonly RawPath[] },
  interruption: Promise<void>,
): Promise<"yes" | "no" | "none"> {
  const paths = preview.first.slice(0, PATHS_SHOWN);
  const more = preview.count - paths.length;
  console.err.write(
    [
      `${counted(preview.count, "entry", "entries")} at the destination ${preview.count === 1 ? "is" : "are"} not in the source:`,
      ...paths.map((path) => `  ${showPath(path)}`),
      ...(more > 0 ? [`  and ${formatCount(more)} more`] : []),
      `Delete ${preview.count === 1 ? "it" : "them"}? [y/N] `,
    ].join("\n"),
  );
  const answer = await Promise.race([readLine(), interruption.then(() => "")]);
  const isWhole = answer.includes("\n");
  if (!isWhole) console.err.write("\n");
  if (/^\s*y(es)?\s*$/i.test(answer)) return "yes";
  return isWhole ? "no" : "none";
}

/** The next line of standard input; what is there of it at the end of input. */
async function readLine(): Promise<string> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of Bun.stdin.stream()) {
    text += decoder.decode(chunk, { stream: true });
    if (text.includes("\n")) break;
  }
  return text;
}
