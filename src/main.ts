// The program, and each of its worker threads: one file is the entry of both, so that one executable holds all.

import { runCommandLine } from "#cli/command_line.ts";

if (Bun.isMainThread) {
  process.exit(await runCommandLine());
} else {
  await import("#engine/worker.ts");
}
