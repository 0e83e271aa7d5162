// Which of the contenders asked for are on this machine, and which version each is.

import { type Contender, PEERS, blitContender, customContender } from "#bench/contenders.ts";
import type { BenchIo, BenchOptions } from "#bench/options.ts";
import { killGroup } from "#bench/process_group.ts";

/** Longer than any program needs to print its version, and short enough to wait for one that never does. */
const VERSION_LIMIT_MS = 5_000;

export interface FoundContender {
  readonly contender: Contender;
  readonly version: string;
  readonly path: string;
}

interface Skipped {
  readonly name: string;
  readonly reason: string;
}

export interface Lineup {
  /** blit first, then in the order asked for. */
  readonly found: readonly FoundContender[];
  readonly skipped: readonly Skipped[];
}

/** Looks on PATH and asks each for its version. A custom contender replaces a built-in of the same name. */
export async function findContenders(options: BenchOptions, io: BenchIo): Promise<Lineup> {
  const custom = new Map(
    options.custom.map(({ name, command }) => [name, customContender(name, command)]),
  );
  const found: FoundContender[] = [];
  const skipped: Skipped[] = [];
  for (const name of new Set(["blit", ...options.peers, ...custom.keys()])) {
    const examined = await examine(name, custom.get(name) ?? builtIn(name, io), io);
    if ("reason" in examined) skipped.push(examined);
    else found.push(examined);
  }
  return { found, skipped };
}

function builtIn(name: string, io: BenchIo): Contender | undefined {
  if (name === "blit") return io.self === undefined ? undefined : blitContender(io.self);
  return PEERS.find((peer) => peer.name === name);
}

async function examine(
  name: string,
  contender: Contender | undefined,
  io: BenchIo,
): Promise<FoundContender | Skipped> {
  if (contender === undefined) return { name, reason: whyUnknown(name) };
  if (!contender.platforms.includes(process.platform)) {
    return { name, reason: `not made for ${process.platform}` };
  }
  const { PATH } = io.environment;
  const path = Bun.which(contender.program, { PATH: PATH ?? "" });
  if (path === null) return { name, reason: "not installed" };
  if (contender.isCustom === true) return { contender, path, version: "your own command" };
  try {
    const output = await outputOf([path, ...contender.versionArguments], io);
    if (output === undefined) return { name, reason: "does not tell its version, but hangs" };
    return { contender, path, version: firstLine(output) ?? "version not told" };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { name, reason: `could not be started: ${message}` };
  }
}

function whyUnknown(name: string): string {
  return name === "blit"
    ? "running from its sources, which is not what anyone installs; build the executable first"
    : "not known";
}

/** What the command prints, errors last; undefined where it does not end in time. */
async function outputOf(command: string[], io: BenchIo): Promise<string | undefined> {
  const child = Bun.spawn(command, {
    env: { ...io.environment },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    detached: true,
  });
  let isLate = false;
  const kill = () => killGroup(child.pid);
  const timer = setTimeout(() => {
    isLate = true;
    kill();
  }, VERSION_LIMIT_MS);
  io.signal.addEventListener("abort", kill);
  try {
    const [output, errors] = await Promise.all([child.stdout.text(), child.stderr.text()]);
    return isLate ? undefined : `${output}\n${errors}`;
  } finally {
    clearTimeout(timer);
    io.signal.removeEventListener("abort", kill);
  }
}

function firstLine(text: string): string | undefined {
  return text
    .split("\n")
    .map((line) => line.trim())
    .find((line) => line !== "");
}
