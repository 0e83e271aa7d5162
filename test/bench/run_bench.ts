// A small bench in a scratch directory, without the command line.

import * as fs from "node:fs";
import { join } from "node:path";
import { splitCommand } from "#bench/contenders.ts";
import type { BenchIo, BenchOptions } from "#bench/options.ts";
import type { BenchReport, PhaseResult } from "#bench/report.ts";
import { runBench } from "#bench/run.ts";

export const COPY = "cp -a {src}/. {dst}/";

interface Setup {
  readonly contenders: Readonly<Record<string, string>>;
  readonly options?: Partial<BenchOptions>;
  readonly io?: Partial<BenchIo>;
}

export async function bench(
  scratch: string,
  { contenders, options, io }: Setup,
): Promise<BenchReport> {
  for (const name of ["trees", "logs"]) fs.mkdirSync(join(scratch, name), { recursive: true });
  const custom = Object.entries(contenders).map(([name, line]) => ({
    name,
    command: splitCommand(line) ?? [],
  }));
  return runBench(
    {
      peers: [],
      custom,
      workloads: ["small"],
      tree: undefined,
      size: 1_000_000,
      phases: ["cold"],
      runs: 3,
      directory: join(scratch, "trees"),
      logParent: join(scratch, "logs"),
      timeLimitMs: 120_000,
      seed: "1",
      coldCache: false,
      strict: false,
      ...options,
    },
    {
      self: undefined,
      environment: process.env,
      signal: new AbortController().signal,
      status: () => undefined,
      working: () => undefined,
      ...io,
    },
  );
}

export function resultOf(report: BenchReport, contender: string, phase = "cold"): PhaseResult {
  const found = report.workloads[0]?.phases
    .find((candidate) => candidate.phase === phase)
    ?.results.find((result) => result.contender === contender);
  if (found === undefined) throw new Error(`no result of ${contender}`);
  return found;
}

/** A faithful copy, and then something else. */
export function andThen(script: string): string {
  return `sh -c '${COPY.replace("{src}", "$1").replace("{dst}", "$2")}; ${script}' x {src} {dst}`;
}
