// From an invocation of bench to the plain data that src/bench is given.

import { tmpdir } from "node:os";
import { resolve } from "node:path";
import { stateFolderPath } from "#history/state_folder.ts";
import { PEER_NAMES, PHASES, splitCommand } from "#bench/contenders.ts";
import {
  type BenchOptions,
  type CustomContender,
  DEFAULT_PEERS,
  DEFAULT_RUNS,
  DEFAULT_SEED,
  DEFAULT_TIME_LIMIT_MS,
  DEFAULT_WORKLOADS,
} from "#bench/options.ts";
import { WORKLOAD_NAMES, type WorkloadName, type WorkloadSize } from "#bench/workloads.ts";
import type { Environment } from "#model/environment.ts";
import { textFromRaw } from "#model/name.ts";
import { UsageError } from "../usage_error.ts";
import { refuseContradictions } from "./contradictions.ts";
import { isGiven, lastValue, type Invocation } from "./parse.ts";
import { parseCount, parseDurationMs, parseSizeBytes } from "./quantity.ts";
import { closest } from "./suggest.ts";
import type { OptionName } from "./table.ts";

/** An empty one would be taken for the current folder. */
const PATHS: ReadonlySet<OptionName> = new Set(["tree", "dir"]);

export function resolveBench(invocation: Invocation, environment: Environment): BenchOptions {
  const text = (name: OptionName): string | undefined => {
    const value = lastValue(invocation, name);
    if (value === "" && PATHS.has(name)) {
      throw new UsageError(`--${name}: the path is empty`, "is a variable of the shell not set?");
    }
    return value === undefined ? undefined : textFromRaw(value);
  };
  const custom = contendersOf(invocation, environment);
  const vs = text("vs");
  const runs = text("runs");
  const timeLimit = text("time-limit");
  const tree = text("tree");
  refuseContradictions(
    invocation,
    [
      ["tree", "workload"],
      ["tree", "size"],
    ],
    "leave one of them out: your own data is copied as it is, in place of the workloads",
  );
  const state = stateFolderPath(environment, process.platform);
  return {
    peers: vs === undefined ? (custom.length > 0 ? [] : DEFAULT_PEERS) : peersOf(vs),
    custom,
    ...workloadsAndSize(text("workload"), text("size")),
    tree: tree === undefined ? undefined : resolve(tree),
    phases: phasesOf(text("phases")),
    runs: runs === undefined ? DEFAULT_RUNS : parseCount(runs, "--runs", 1),
    directory: resolve(text("dir") ?? tmpdir()),
    logParent: resolve(state === undefined ? tmpdir() : textFromRaw(state), "bench"),
    timeLimitMs:
      timeLimit === undefined ? DEFAULT_TIME_LIMIT_MS : parseDurationMs(timeLimit, "--time-limit"),
    seed: text("seed") ?? DEFAULT_SEED,
    coldCache: isGiven(invocation, "cold-cache"),
    strict: isGiven(invocation, "strict"),
  };
}

/** blit may be named among the others: it takes part anyway. */
function peersOf(list: string): string[] {
  return namesOf(list, "--vs", ["blit", ...PEER_NAMES]).filter((name) => name !== "blit");
}

function phasesOf(list: string | undefined): BenchOptions["phases"] {
  if (list === undefined) return PHASES;
  const asked = new Set<string>(namesOf(list, "--phases", PHASES));
  return PHASES.filter((phase) => asked.has(phase));
}

/** Where nothing is asked for, there shall be enough rounds for a verdict; a workload asked for by name is made in full. */
function workloadsAndSize(
  workload: string | undefined,
  size: string | undefined,
): Pick<BenchOptions, "workloads" | "size"> {
  if (workload !== undefined) {
    const names = namesOf(workload, "--workload", WORKLOAD_NAMES);
    return { workloads: names as readonly WorkloadName[], size: parseSize(size ?? "full") };
  }
  // "How large" is often answered by "small", and meant for the workload of that name.
  const workloads: readonly WorkloadName[] = size === "small" ? ["small"] : DEFAULT_WORKLOADS;
  return { workloads, size: parseSize(size ?? "small") };
}

export function parseSize(text: string): WorkloadSize {
  if (text === "small" || text === "full") return text;
  const bytes = parseSizeBytes(text, "--size");
  if (bytes === 0) throw new UsageError("--size needs more than nothing");
  return bytes;
}

/** A list separated by commas, each name once. */
function namesOf(list: string, option: string, known: readonly string[]): string[] {
  const names = [...new Set(list.split(","))];
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return names;
  const near = closest(unknown, known);
  throw new UsageError(
    `${option} knows ${known.join(", ")}, not ${unknown === "" ? "''" : unknown}`,
    near === undefined ? undefined : `did you mean ${near}?`,
  );
}

function contendersOf(invocation: Invocation, environment: Environment): CustomContender[] {
  return invocation.occurrences
    .filter(({ name }) => name === "contender")
    .map(({ value }) => parseContender(textFromRaw(value), environment));
}

function parseContender(text: string, environment: Environment): CustomContender {
  const [, name, line] = /^([\w.-]+)=(.*)$/s.exec(text) ?? [];
  const [program, ...rest] = splitCommand(line ?? "") ?? [];
  const example = "--contender 'mine=./mine.sh {src} {dst}'";
  if (name === undefined || program === undefined) {
    throw new UsageError(`--contender needs NAME=COMMAND, not ${text}`, example);
  }
  if (!line?.includes("{src}") || !line.includes("{dst}")) {
    throw new UsageError(`the command of ${name} must hold {src} and {dst}`, example);
  }
  return { name, command: [findProgram(name, program, environment), ...rest] };
}

/** A path is meant from where the user stands; the bench runs its contenders elsewhere. */
function findProgram(name: string, program: string, environment: Environment): string {
  const isPath = /[/\\]/.test(program);
  const found = isPath ? resolve(program) : program;
  if (Bun.which(found, { PATH: environment["PATH"] ?? "" }) !== null) return found;
  throw new UsageError(`--contender: the program of ${name} is not found: ${program}`);
}
