// blit man: the manual page as roff; on a terminal shown by man(1), where there is one.

import { ExitCode } from "../exit_code.ts";
import { manualPage } from "../help/manual.ts";
import type { Command } from "./command.ts";

export const man: Command = async (_invocation, { console }) => {
  const page = manualPage();
  const viewer = console.outIsTerminal ? Bun.which("man") : null;
  if (viewer === null) {
    console.out.write(page);
    return ExitCode.done;
  }
  const shown = Bun.spawn([viewer, "-l", "-"], {
    stdin: Buffer.from(page),
    stdout: "inherit",
    stderr: "inherit",
  });
  return (await shown.exited) === 0 ? ExitCode.done : ExitCode.couldNotRun;
};
