// The one question blit asks: whether to delete. Never blocking, so that signals and the heartbeat go on.

import { counted, formatCount } from "#model/count_text.ts";
import type { Answer, DeletionPreview } from "#orchestrator/deletions.ts";
import type { Console } from "./console.ts";
import { showPath } from "./escape.ts";

export async function confirmDeletions(
  console: Console,
  { count, first }: DeletionPreview,
  interruption: Promise<void>,
): Promise<Answer> {
  const more = count - first.length;
  console.err.write(
    [
      `${counted(count, "entry", "entries")} at the destination ${count === 1 ? "is" : "are"} not in the source:`,
      ...first.map((path) => `  ${showPath(path)}`),
      ...(more > 0 ? [`  and ${formatCount(more)} more`] : []),
      `Delete ${count === 1 ? "it" : "them"}? [y/N] `,
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
