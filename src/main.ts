// The program, and each of its worker threads: one file is the entry of both, so that one executable holds all. Neither
// loads what only the other needs.

if (Bun.isMainThread) {
  const { runCommandLine } = await import("#cli/command_line.ts");
  process.exit(await runCommandLine());
} else {
  await import("#engine/worker.ts");
}

export {};
