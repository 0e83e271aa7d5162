// Which of the contenders asked for are on this machine, and which version each is.

import { type Contender, PEERS, blitContender, customContender } from "#bench/contenders.ts";
import type { BenchIo, BenchOptions } from "#bench/options.ts";

export interface FoundContender {
  readonly contender: Contender;
  readonly version: string;
  readonly path: string;
}

export interface Lineup {
  /** blit first, then in the order asked for. */
  readonly found: readonly FoundContender[];
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
}

/** Looks on PATH and asks each for its version. A custom contender replaces a built-in of the same name. */
export async function findContenders(options: BenchOptions, io: BenchIo): Promise<Lineup> {
  const custom = new Map(
    options.custom.map(({ name, command }) => [name, customContender(name, command)]),
  );
  const found: FoundContender[] = [];
  const skipped: { name: string; reason: string }[] = [];
  for (const name of new Set(["blit", ...options.peers, ...custom.keys()])) {
    const contender = custom.get(name) ?? builtIn(name, io);
    const reason = contender === undefined ? whyUnknown(name) : whyMissing(contender, io);
    if (contender === undefined || reason !== undefined)
      skipped.push({ name, reason: reason ?? "" });
    else found.push(await describe(contender, io));
  }
  return { found, skipped };
}

function builtIn(name: string, io: BenchIo): Contender | undefined {
  if (name === "blit") return io.self === undefined ? undefined : blitContender(io.self);
  return PEERS.find((peer) => peer.name === name);
}

function whyUnknown(name: string): string {
  return name === "blit"
    ? "running from its sources, which is not what anyone installs; build the executable first"
    : "not known";
}

function whyMissing(contender: Contender, io: BenchIo): string | undefined {
  if (!contender.platforms.includes(process.platform)) return `not made for ${process.platform}`;
  return locate(contender, io) === undefined ? "not installed" : undefined;
}

function locate(contender: Contender, io: BenchIo): string | undefined {
  if (contender.program === undefined) return undefined;
  return Bun.which(contender.program, { PATH: io.environment["PATH"] ?? "" }) ?? undefined;
}

async function describe(contender: Contender, io: BenchIo): Promise<FoundContender> {
  const path = locate(contender, io) ?? contender.name;
  const child = Bun.spawn([path, ...contender.versionArguments], {
    env: { ...io.environment },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [output, errors] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  const version = firstLine(output) ?? firstLine(errors) ?? "version not told";
  return { contender, path, version };
}

function firstLine(text: string): string | undefined {
  return text
    .split("\n")
    .map((line) => line.trim())
    .find((line) => line !== "");
}
