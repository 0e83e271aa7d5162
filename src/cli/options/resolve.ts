// From an invocation to the plain data that a run is given. The files that options name are read here.

import type { Environment } from "#model/environment.ts";
import { rawFromText, textFromRaw, type RawPath } from "#model/name.ts";
import { PLAIN_POLICY, PLAIN_RUN, type RunOptions, type Verb } from "#model/options.ts";
import { refuseContradictions } from "./contradictions.ts";
import { resolveFilter, type Warn } from "./filter_options.ts";
import { isGiven, lastValue, type Invocation } from "./parse.ts";
import { parseCount } from "./quantity.ts";
import { refuseRemote } from "./remote.ts";

export async function resolveRun(
  verb: Verb,
  invocation: Invocation,
  environment: Environment,
  warn: Warn,
): Promise<RunOptions> {
  refuseContradictions(invocation, CONTRADICTIONS, "leave one of them out");
  await refuseRemote(invocation.operands);
  const maxDelete = lastValue(invocation, "max-delete");
  const given = (name: Parameters<typeof isGiven>[1]): boolean => isGiven(invocation, name);
  return {
    verb,
    ...endsOf(invocation),
    compare: {
      checksum: given("checksum"),
      sizeOnly: given("size-only"),
      ignoreTimes: given("ignore-times"),
      ignoreExisting: given("ignore-existing"),
      update: given("update"),
      preserveOwner: !given("no-owner"),
      preserveXattrs: !given("no-xattrs"),
      unshare: verb !== "move",
    },
    filter: await resolveFilter(invocation, Date.now(), warn),
    dryRun: given("dry-run"),
    yes: given("yes"),
    maxDelete:
      maxDelete === undefined ? undefined : parseCount(textFromRaw(maxDelete), "--max-delete", 0),
    allowEmptySource: given("allow-empty-source"),
    durable: given("durable"),
    oneFileSystem: given("one-file-system"),
    reportEntries: given("verbose") || given("dry-run") || given("log"),
    log: lastValue(invocation, "log"),
    workers: workerCap(invocation, environment)?.count,
  };
}

/** A run that only compares: nothing is written, asked or deleted. */
export async function resolveVerify(
  invocation: Invocation,
  environment: Environment,
  warn: Warn,
): Promise<RunOptions> {
  refuseContradictions(invocation, CONTRADICTIONS, "leave one of them out");
  await refuseRemote(invocation.operands);
  return {
    ...PLAIN_RUN,
    verb: "verify",
    ...endsOf(invocation),
    compare: {
      ...PLAIN_POLICY,
      checksum: !isGiven(invocation, "quick"),
      preserveOwner: !isGiven(invocation, "no-owner"),
      preserveXattrs: !isGiven(invocation, "no-xattrs"),
    },
    filter: await resolveFilter(invocation, Date.now(), warn),
    dryRun: true,
    yes: true,
    allowEmptySource: true,
    oneFileSystem: isGiven(invocation, "one-file-system"),
    workers: workerCap(invocation, environment)?.count,
  };
}

/** The last operand is the destination; the parser has made sure that there are two. */
function endsOf(invocation: Invocation): { sources: readonly RawPath[]; destination: RawPath } {
  const { operands } = invocation;
  return { sources: operands.slice(0, -1), destination: operands.at(-1) ?? ("" as RawPath) };
}

export interface WorkerCap {
  readonly count: number;
  readonly origin: "--workers" | "BLIT_MAX_WORKERS";
}

/** The limit for debugging, from the option or else from the environment. */
export function workerCap(invocation: Invocation, environment: Environment): WorkerCap | undefined {
  const typed = lastValue(invocation, "workers");
  const origin = typed === undefined ? "BLIT_MAX_WORKERS" : "--workers";
  const value = typed ?? rawFromText(environment["BLIT_MAX_WORKERS"] ?? "");
  if (value === "" && typed === undefined) return undefined;
  return { count: parseCount(textFromRaw(value), origin, 1), origin };
}

const CONTRADICTIONS = [
  ["quiet", "verbose"],
  ["quiet", "json"],
  ["checksum", "size-only"],
  ["checksum", "ignore-times"],
  ["size-only", "ignore-times"],
] as const;
