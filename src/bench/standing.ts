// Where one contender stands in a trial: what it is to run, what it has got, and the copies that it has made.

import * as fs from "node:fs";
import { type RawPath, rawFromText, textFromRaw } from "#model/name.ts";
import {
  type Command,
  type CommandContext,
  PHASES,
  type Phase,
  fillCommand,
  shellLine,
} from "#bench/contenders.ts";
import type { FoundContender } from "#bench/find_contenders.ts";
import type { Manifest } from "#bench/manifest.ts";
import type { Failure, MeasuredResult, RunRecord } from "#bench/report.ts";
import type { Source } from "#bench/source.ts";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
export type OpenResult = Mutable<Omit<MeasuredResult, "runs">> & { runs: RunRecord[] };

/** A faithful copy that a contender has made. */
export interface Copy {
  readonly directory: string;
  /** As it was last judged; given up, for the memory, when a later copy takes its place. */
  manifest: Manifest | undefined;
}

export interface Standing {
  readonly found: FoundContender;
  readonly context: CommandContext;
  readonly results: ReadonlyMap<Phase, OpenResult>;
  /** The last is the one that the unchanged and changed phases work on; the delete phase uses them up. */
  readonly copies: Copy[];
}

/** Of the ground of the trial. */
interface Surroundings {
  readonly root: string;
  readonly cores: number;
  readonly strict: boolean;
}

/** Longer lists of arguments may be refused by the kernel, and say nothing about the tool. */
const MAX_DOOMED_ARGUMENTS = 1_000;
const SHOWN_DOOMED = 3;

export function newStanding(
  found: FoundContender,
  source: Source,
  { cores, strict, root }: Surroundings,
): Standing {
  const scratch = `${root}/scratch-${found.contender.name}`;
  fs.mkdirSync(scratch, { recursive: true });
  const context = { traits: source.traits, cores, strict, version: found.version, scratch };
  const results = PHASES.map((phase): [Phase, OpenResult] => {
    const command = found.contender.command(phase, context);
    return [
      phase,
      {
        contender: found.contender.name,
        label: found.contender.nameIn?.(phase) ?? found.contender.name,
        command: command === undefined ? "" : shownCommand(command, source),
        runs: [],
        absent: whyAbsent(phase, command, source),
        failure: null,
        lesser: {},
      },
    ];
  });
  return { found, context, results: new Map(results), copies: [] };
}

function whyAbsent(phase: Phase, command: Command | undefined, { doomed }: Source): string | null {
  if (command === undefined) return "has no such mode";
  if (phase !== "delete") return null;
  if (doomed.length === 0) return "there is nothing to delete";
  if (!command.includes("{doomed}")) return null;
  if (doomed.length > MAX_DOOMED_ARGUMENTS) return "too many arguments";
  return doomed.every(isText) ? null : "a name that is not UTF-8 cannot be passed to it";
}

function isText(path: RawPath): boolean {
  return rawFromText(textFromRaw(path)) === path;
}

/** With {src} and {dst} left standing; a long list of what is to be deleted is cut. */
function shownCommand(command: Command, { doomed }: Source): string {
  const shown = doomed.slice(0, SHOWN_DOOMED).map((path) => `{dst}/${textFromRaw(path)}`);
  const rest = doomed.length > SHOWN_DOOMED ? ["..."] : [];
  return shellLine(fillCommand(command, "{src}", "{dst}", [...shown, ...rest]));
}

export function takesPart(standing: Standing, phase: Phase): boolean {
  const result = standing.results.get(phase);
  return result !== undefined && result.absent === null && result.failure === null;
}

/** Fails the contender in every phase in which it has not failed before. */
export function failEverywhere({ results }: Standing, failure: Failure): void {
  for (const result of results.values()) result.failure ??= failure;
}
