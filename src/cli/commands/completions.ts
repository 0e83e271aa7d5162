// blit completions SHELL.

import { textFromRaw } from "#model/name.ts";
import { bashCompletions } from "../completions/bash.ts";
import { fishCompletions } from "../completions/fish.ts";
import { powershellCompletions } from "../completions/powershell.ts";
import { zshCompletions } from "../completions/zsh.ts";
import { ExitCode } from "../exit_code.ts";
import { closest } from "../options/suggest.ts";
import { UsageError } from "../usage_error.ts";
import { SHELLS, type Shell } from "../verbs.ts";
import type { Command } from "./command.ts";

const WRITERS: Readonly<Record<Shell, () => string>> = {
  bash: bashCompletions,
  zsh: zshCompletions,
  fish: fishCompletions,
  powershell: powershellCompletions,
};

export const completions: Command = async ({ operands }, { console }) => {
  const typed = operands.map(textFromRaw).join(" ");
  const shell = SHELLS.find((known) => known === typed);
  if (shell === undefined) {
    const near = closest(typed, SHELLS);
    const hint = near === undefined ? `there are ${SHELLS.join(", ")}` : `did you mean ${near}?`;
    throw new UsageError(`there are no completions for ${typed}`, hint);
  }
  console.out.write(WRITERS[shell]());
  return ExitCode.done;
};
