// The filter options as plain data, with the files that they name read in. A run without filters pays nothing:
// the planner's filter module is imported only where one of these options is given.

import { matchTextFromRaw, textFromRaw, type RawPath } from "#model/name.ts";
import type { FilterOptions, FilterRule } from "#model/options.ts";
import { fileError } from "../file_error.ts";
import { UsageError } from "../usage_error.ts";
import { isGiven, lastValue, type Invocation, type Occurrence } from "./parse.ts";
import { parseSizeBytes, parseTimeSec } from "./quantity.ts";
import type { OptionName } from "./table.ts";

const FILTERING: readonly OptionName[] = [
  "exclude",
  "include",
  "exclude-from",
  "min-size",
  "max-size",
  "newer-than",
  "older-than",
  "files-from",
];
const READING: readonly OptionName[] = ["exclude-from", "files-from"];
const STANDARD_INPUT = "-";
const PATIENCE_SECONDS = 10;
/** As a pattern it matches no entry at all. */
const MATCHES_NOTHING = /^[/!\\ ]*$/;

/** For what there is to say before the run. */
export type Warn = (message: string) => void;

/** Undefined where nothing is filtered. */
export async function resolveFilter(
  invocation: Invocation,
  nowMs: number,
  warn: Warn,
): Promise<FilterOptions | undefined> {
  if (!FILTERING.some((name) => isGiven(invocation, name))) {
    refuseAlone(invocation, "from0", "--files-from");
    refuseAlone(invocation, "delete-excluded", "a filter");
    return undefined;
  }
  const size = (name: "min-size" | "max-size"): number | undefined =>
    mapped(lastValue(invocation, name), (text) => parseSizeBytes(text, `--${name}`));
  const time = (name: "newer-than" | "older-than"): number | undefined =>
    mapped(lastValue(invocation, name), (text) => parseTimeSec(text, `--${name}`, nowMs));
  const minSizeBytes = size("min-size");
  const maxSizeBytes = size("max-size");
  const newerThanSec = time("newer-than");
  const olderThanSec = time("older-than");
  if ((minSizeBytes ?? 0) > (maxSizeBytes ?? Infinity))
    throw new UsageError("no file is both so large and so small: --min-size, --max-size");
  if ((newerThanSec ?? -Infinity) >= (olderThanSec ?? Infinity))
    throw new UsageError("no file is both newer and older: --newer-than, --older-than");
  refuseTwoReaders(invocation);
  return {
    rules: await collectRules(invocation.occurrences, warn),
    minSizeBytes,
    maxSizeBytes,
    newerThanSec,
    olderThanSec,
    filesFrom: await readPathList(invocation, warn),
    deleteExcluded: isGiven(invocation, "delete-excluded"),
  };
}

function refuseAlone(invocation: Invocation, name: OptionName, companion: string): void {
  if (isGiven(invocation, name)) throw new UsageError(`--${name} needs ${companion} beside it`);
}

function refuseTwoReaders({ occurrences }: Invocation): void {
  const readers = occurrences.filter(
    ({ name, value }) => READING.includes(name) && value === STANDARD_INPUT,
  );
  if (readers.length > 1)
    throw new UsageError("standard input can be read only once", "give one of the files a name");
}

function mapped<T>(value: RawPath | undefined, parse: (text: string) => T): T | undefined {
  return value === undefined ? undefined : parse(textFromRaw(value));
}

/** In the order typed, files in the place where they are named: the last rule that matches decides. */
async function collectRules(
  occurrences: readonly Occurrence[],
  warn: Warn,
): Promise<readonly FilterRule[]> {
  const rules: FilterRule[] = [];
  for (const { name, value } of occurrences) {
    if (name === "include") {
      rules.push(includeRule(value));
    } else if (name === "exclude") {
      rules.push(await excludeRule(value));
    } else if (name === "exclude-from") {
      const { parsePatternFile } = await import("#planner/filter.ts");
      const bytes = Buffer.from(await readNamed(value, "--exclude-from", warn)).toString("latin1");
      if (bytes.includes("\0"))
        throw new UsageError(
          `--exclude-from: ${textFromRaw(value)} is no text`,
          "a pattern a line",
        );
      rules.push(...parsePatternFile(matchTextFromRaw(bytes as RawPath), textFromRaw(value)));
    }
  }
  return rules;
}

function includeRule(value: RawPath): FilterRule {
  const pattern = matchTextFromRaw(value);
  if (!MATCHES_NOTHING.test(pattern)) return { kind: "include", pattern, origin: "--include" };
  throw new UsageError(`--include '${pattern}' includes nothing`);
}

async function excludeRule(value: RawPath): Promise<FilterRule> {
  const { parseRule } = await import("#planner/filter.ts");
  const text = matchTextFromRaw(value);
  const rule = parseRule(text, "--exclude");
  if (rule !== undefined && !MATCHES_NOTHING.test(text)) return rule;
  const hint = text.startsWith("#")
    ? `a pattern that begins with # is written '\\${text}'`
    : undefined;
  throw new UsageError(`--exclude '${text}' excludes nothing`, hint);
}

async function readPathList(
  invocation: Invocation,
  warn: Warn,
): Promise<readonly RawPath[] | undefined> {
  const file = lastValue(invocation, "files-from");
  if (file === undefined) {
    refuseAlone(invocation, "from0", "--files-from");
    return undefined;
  }
  const { parsePathList } = await import("#planner/filter.ts");
  const list = parsePathList(
    await readNamed(file, "--files-from", warn),
    isGiven(invocation, "from0"),
  );
  if ("refusal" in list) throw new UsageError(list.refusal.message, list.refusal.hint);
  return list.paths;
}

/** Says so where it takes long: storage may hang, and nobody may write a FIFO; but one that is written slowly is worth the wait. */
async function readNamed(path: RawPath, option: string, warn: Warn): Promise<Uint8Array> {
  const say = () =>
    warn(`${option}: still waiting for ${textFromRaw(path)} after ${PATIENCE_SECONDS} s`);
  const timer = path === STANDARD_INPUT ? undefined : setTimeout(say, PATIENCE_SECONDS * 1000);
  try {
    if (path === STANDARD_INPUT) return await Bun.stdin.bytes();
    return await Bun.file(Buffer.from(path, "latin1")).bytes();
  } catch (error) {
    throw fileError(option, "read", path, error);
  } finally {
    clearTimeout(timer);
  }
}
