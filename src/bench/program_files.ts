// The files that contenders' programs are made of. Emptying the page cache does not evict those of blit, because the bench
// itself is running from them; so before every run those of all contenders are read back in, for all alike.

import * as fs from "node:fs";
import { isAbsolute } from "node:path";
import type { Environment } from "#model/environment.ts";
import type { Command } from "#bench/contenders.ts";

/** The programs and scripts that the commands name, with their interpreters and shared libraries. Linux only. */
export function programFiles(
  commands: Iterable<Command>,
  environment: Environment,
): readonly string[] {
  const files = new Set<string>();
  const add = (path: string): void => {
    if (files.has(path) || !fs.statSync(path, { throwIfNoEntry: false })?.isFile()) return;
    files.add(path);
    for (const library of librariesOf(path)) files.add(library);
    const interpreter = interpreterOf(path);
    if (interpreter !== undefined) add(interpreter);
  };
  for (const [program = "", ...words] of commands) {
    const path = Bun.which(program, { PATH: environment["PATH"] ?? "" });
    for (const word of [path ?? "", ...words]) if (isAbsolute(word)) add(word);
  }
  return [...files];
}

/** As ldd(1) tells; none of a script, and of what is linked statically. */
function librariesOf(path: string): string[] {
  if (Bun.which("ldd") === null) return [];
  const { stdout } = Bun.spawnSync(["ldd", path], { stderr: "ignore" });
  return [...stdout.toString().matchAll(/(\/\S+) \(0x/g)].map(([, library = ""]) => library);
}

function interpreterOf(path: string): string | undefined {
  const head = Buffer.alloc(128);
  const descriptor = fs.openSync(path, fs.constants.O_RDONLY);
  try {
    fs.readSync(descriptor, head, 0, head.length, 0);
  } finally {
    fs.closeSync(descriptor);
  }
  return /^#! *(\/\S+)/.exec(head.toString("latin1"))?.[1];
}
