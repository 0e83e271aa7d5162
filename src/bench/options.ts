// What `blit bench` is asked to do, resolved from the command line.

import type { Environment } from "#model/environment.ts";
import { type Command, type Phase, shellLine } from "#bench/contenders.ts";
import type { WorkloadName, WorkloadSize } from "#bench/workloads.ts";

export interface BenchOptions {
  /** Names after --vs, in the order given. */
  readonly peers: readonly string[];
  readonly custom: readonly CustomContender[];
  readonly workloads: readonly WorkloadName[];
  /** The user's own data, read and never written; replaces the workloads. */
  readonly tree: string | undefined;
  readonly size: WorkloadSize;
  readonly phases: readonly Phase[];
  /** Rounds at most; fewer where the time limit or the disk does not allow them. */
  readonly runs: number;
  /** Where the trees are made. */
  readonly directory: string;
  /** Where the folder with the logs of this run is made. */
  readonly logParent: string;
  readonly timeLimitMs: number;
  readonly seed: string;
  readonly coldCache: boolean;
  readonly strict: boolean;
}

export interface CustomContender {
  readonly name: string;
  readonly command: Command;
}

/** What the bench needs of the process it runs in. */
export interface BenchIo {
  /** How to start the executable that is running; undefined when blit runs from its sources. */
  readonly self: Command | undefined;
  readonly environment: Environment;
  /** Aborted by Ctrl-C: the bench ends early, cleans up and reports what is complete. */
  readonly signal: AbortSignal;
  /** Told the folder that holds the trees, to name it should the process have to end at once. */
  readonly working: (directory: string) => void;
  /** What is happening now, and how long it may still take; undefined when nothing more is to be shown. */
  readonly status: (text: string | undefined) => void;
}

export const DEFAULT_RUNS = 11;
/** Somewhat below three minutes, for what cannot be foreseen. */
export const DEFAULT_TIME_LIMIT_MS = 165_000;
export const DEFAULT_SEED = "1";
export const DEFAULT_WORKLOADS: readonly WorkloadName[] = ["small", "large"];
export const DEFAULT_PEERS: readonly string[] = ["rsync", "cp", "rclone", "robocopy"];

/** The bench cannot be run at all: said plainly, exit 6. */
export class CannotBench extends Error {
  constructor(
    message: string,
    readonly hint?: string,
  ) {
    super(message);
  }
}

/** The command that asks for the same again, every default spelled out. */
export function repeatCommand(options: BenchOptions): string[] {
  const words = ["blit", "bench"];
  if (options.peers.length > 0) words.push("--vs", options.peers.join(","));
  for (const { name, command } of options.custom) {
    words.push("--contender", `${name}=${shellLine(command)}`);
  }
  if (options.tree !== undefined) words.push("--tree", options.tree);
  else words.push("--workload", options.workloads.join(","), "--size", `${options.size}`);
  words.push("--phases", options.phases.join(","), "--runs", `${options.runs}`);
  words.push("--seed", options.seed, "--dir", options.directory);
  words.push("--time-limit", `${options.timeLimitMs / 1000}s`);
  if (options.coldCache) words.push("--cold-cache");
  if (options.strict) words.push("--strict");
  return words;
}
