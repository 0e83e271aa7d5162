// One workload, measured: every contender, phase and round, with the judging of each result. Deletes nothing
// but what the contenders themselves delete in the delete phase.

import * as fs from "node:fs";
import type { RawPath } from "#model/name.ts";
import { age } from "#bench/age.ts";
import {
  type Command,
  type CommandContext,
  type Phase,
  PHASES,
  fillCommand,
  shellLine,
} from "#bench/contenders.ts";
import type { FoundContender } from "#bench/find_contenders.ts";
import type { FreshDirectories } from "#bench/fresh_directory.ts";
import { judge } from "#bench/judge.ts";
import { type Manifest, readManifest } from "#bench/manifest.ts";
import { type Measurement, measure } from "#bench/measure.ts";
import { emptyPageCache, fillPageCache } from "#bench/page_cache.ts";
import type { MeasuredResult, RunRecord } from "#bench/report.ts";
import type { Source } from "#bench/source.ts";

/** What a trial needs around it; shared by all trials of a bench. */
export interface Ground {
  readonly fresh: FreshDirectories;
  readonly root: string;
  /** An open file that takes what the contenders print, opened for reading and appending. */
  readonly log: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly cores: number;
  readonly strict: boolean;
  readonly coldCache: boolean;
  readonly seed: string;
  readonly timeoutMs: () => number;
  readonly status: (text: string) => void;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type OpenResult = Mutable<Omit<MeasuredResult, "runs">> & { runs: RunRecord[] };

/** A faithful copy that a contender has made. */
interface Copy {
  readonly directory: string;
  /** As it was last judged; given up, for the memory, when a later copy takes its place. */
  manifest: Manifest | undefined;
}

interface Standing {
  readonly found: FoundContender;
  readonly context: CommandContext;
  readonly results: ReadonlyMap<Phase, OpenResult>;
  /** The last is the one that the unchanged and changed phases work on; the delete phase uses them up. */
  readonly copies: Copy[];
}

/** Longer lists of arguments may be refused by the kernel, and say nothing about the tool. */
const MAX_DOOMED_ARGUMENTS = 1_000;
const SHOWN_DOOMED = 3;
const SHOWN_OUTPUT_LINES = 4;
const SHOWN_OUTPUT_BYTES = 2_000;

export class Trial {
  readonly name: string;
  readonly source: Source;
  readonly #ground: Ground;
  readonly #files: readonly RawPath[];
  readonly #standings: readonly Standing[];

  constructor(name: string, source: Source, contenders: readonly FoundContender[], ground: Ground) {
    this.name = name;
    this.source = source;
    this.#ground = ground;
    this.#files = [...source.manifest].flatMap(([path, { kind }]) =>
      kind === "file" ? [path] : [],
    );
    this.#standings = contenders.map((found) => this.#newStanding(found));
  }

  get results(): ReadonlyMap<Phase, readonly MeasuredResult[]> {
    return new Map(
      PHASES.map((phase) => [
        phase,
        this.#standings.flatMap(({ results }) => results.get(phase) ?? []),
      ]),
    );
  }

  /** Whether any contender still takes part in the phase. */
  isContested(phase: Phase): boolean {
    return this.#standings.some((standing) => takesPart(standing, phase));
  }

  /** How many copies of the source lie about. */
  get copyCount(): number {
    return this.#standings.reduce((sum, { copies }) => sum + copies.length, 0);
  }

  /**
   * Runs the phase once for every contender. Every other round goes in the opposite order, A B then B A, so that
   * a machine that steadily slows down or speeds up favours nobody. Throws when the signal aborts.
   */
  async round(phase: Phase, round: number): Promise<void> {
    const order = round % 2 === 0 ? this.#standings : this.#standings.toReversed();
    for (const standing of order) {
      if (takesPart(standing, phase)) await this.#turn(standing, phase, round);
    }
  }

  #newStanding(found: FoundContender): Standing {
    const { cores, strict, root } = this.#ground;
    const scratch = `${root}/scratch-${found.contender.name}`;
    fs.mkdirSync(scratch, { recursive: true });
    const context = { traits: this.source.traits, cores, strict, version: found.version, scratch };
    const results = PHASES.map((phase): [Phase, OpenResult] => {
      const command = found.contender.command(phase, context);
      const unworkable =
        command?.includes("{doomed}") && this.source.doomed.length > MAX_DOOMED_ARGUMENTS;
      return [
        phase,
        {
          contender: found.contender.name,
          label: found.contender.nameIn?.(phase) ?? found.contender.name,
          command: command === undefined ? "" : this.#shownCommand(command),
          runs: [],
          absent:
            command === undefined
              ? "has no such mode"
              : unworkable
                ? "too many arguments"
                : undefined,
          failure: undefined,
          lesser: {},
        },
      ];
    });
    return { found, context, results: new Map(results), copies: [] };
  }

  /** With {src} and {dst} left standing; a long list of what is to be deleted is cut. */
  #shownCommand(command: Command): string {
    const { doomed } = this.source;
    const shown = doomed.slice(0, SHOWN_DOOMED).map((name) => `{dst}/${name}`);
    const rest = doomed.length > SHOWN_DOOMED ? ["..."] : [];
    return shellLine(fillCommand(command, "{src}", "{dst}", [...shown, ...rest]));
  }

  async #turn(standing: Standing, phase: Phase, round: number): Promise<void> {
    const result = standing.results.get(phase);
    const copy = phase === "cold" ? undefined : await this.#copyFor(standing);
    if (result === undefined) return;
    if (phase !== "cold" && copy === undefined) {
      result.failure = {
        round,
        what: "could not make the copy that this phase begins with",
        details: [],
      };
      return;
    }
    this.#ground.status(`${standing.found.contender.name}, round ${round + 1}`);
    const outcome = await this.#runAndJudge(standing, phase, round, copy);
    if (phase === "delete") standing.copies.pop();
    if ("what" in outcome) result.failure = { round, ...outcome };
    else {
      result.runs.push({ round, ...recordOf(outcome.measurement) });
      result.lesser = outcome.lesser;
    }
  }

  /** The copy that a phase works on: made outside the clock where the cold phase has left none. */
  async #copyFor(standing: Standing): Promise<Copy | undefined> {
    if (standing.copies.length === 0) {
      this.#ground.status(`${standing.found.contender.name}, making its copy`);
      await this.#runAndJudge(standing, "cold", 0, undefined);
    }
    return standing.copies.at(-1);
  }

  async #runAndJudge(
    standing: Standing,
    phase: Phase,
    round: number,
    copy: Copy | undefined,
  ): Promise<Faithful | Unfaithful> {
    const { contender } = standing.found;
    const source = phase === "delete" ? this.source.pruned : this.source.directory;
    const destination = copy?.directory ?? this.#ground.fresh.make(contender.name);
    const command = contender.command(phase, standing.context) ?? [];
    const doomed = this.source.doomed.map((name) => `${destination}/${name}`);
    const exact = fillCommand(command, source, destination, doomed);
    const before = this.#logLine(`== ${this.name} ${phase}: ${shellLine(exact)}`);
    await this.#settle(this.#setScene(phase, round, destination));
    const measurement = await this.#clocked(exact);
    if (measurement === undefined) return { what: "could not be started", details: [] };
    this.#ground.signal.throwIfAborted();
    const ended = whyUnsuccessful(measurement, contender.succeeded);
    if (ended !== undefined) return { what: ended, details: this.#outputSince(before) };

    const manifest = await readManifest(destination, this.#ground.signal, copy?.manifest);
    const wanted = phase === "delete" ? this.source.prunedManifest : this.source.manifest;
    const verdict = judge(wanted, manifest, new Set(contender.claims(standing.context, phase)));
    if (verdict.failureCount > 0) {
      const what = `its result differs from the source in ${verdict.failureCount} entries`;
      this.#logLine([`== ${what}`, ...verdict.failures].join("\n"));
      return { what, details: verdict.failures };
    }
    if (copy !== undefined) copy.manifest = manifest;
    else {
      for (const earlier of standing.copies) earlier.manifest = undefined;
      standing.copies.push({ directory: destination, manifest });
    }
    return { measurement, lesser: verdict.lesser };
  }

  async #clocked(command: readonly string[]): Promise<Measurement | undefined> {
    const { log, root, environment, signal, timeoutMs } = this.#ground;
    try {
      return await measure(command, {
        output: log,
        directory: root,
        environment,
        signal,
        timeoutMs: timeoutMs(),
      });
    } catch {
      return undefined;
    }
  }

  /** Makes the copy as the phase wants it, and tells which files of the source the run will read. */
  #setScene(phase: Phase, round: number, destination: string): readonly RawPath[] {
    if (phase === "changed")
      return age(this.source.manifest, destination, `${this.#ground.seed}/${round}`);
    return phase === "cold" ? this.#files : [];
  }

  /** Equal conditions: what the run will read is in memory (or nothing is), what was written before is on disk. */
  async #settle(read: readonly RawPath[]): Promise<void> {
    const { coldCache, signal } = this.#ground;
    if (!coldCache) await fillPageCache(this.source.directory, read, signal);
    if (process.platform !== "win32")
      await Bun.spawn(["sync"], { stdin: "ignore", stdout: "ignore", stderr: "ignore" }).exited;
    if (coldCache) emptyPageCache();
  }

  /** Appends a line and returns where the log ends now. */
  #logLine(line: string): number {
    fs.writeSync(this.#ground.log, `${line}\n`);
    return fs.fstatSync(this.#ground.log).size;
  }

  /** The last lines that a contender has printed. */
  #outputSince(offset: number): string[] {
    const buffer = Buffer.alloc(SHOWN_OUTPUT_BYTES);
    const end = fs.fstatSync(this.#ground.log).size;
    const start = Math.max(offset, end - buffer.length);
    const read = fs.readSync(this.#ground.log, buffer, 0, end - start, start);
    const lines = buffer.toString("utf8", 0, read).split("\n");
    return lines.filter((line) => line.trim() !== "").slice(-SHOWN_OUTPUT_LINES);
  }
}

interface Faithful {
  readonly measurement: Measurement;
  readonly lesser: MeasuredResult["lesser"];
}

interface Unfaithful {
  readonly what: string;
  readonly details: readonly string[];
}

function takesPart(standing: Standing, phase: Phase): boolean {
  const result = standing.results.get(phase);
  return result !== undefined && result.absent === undefined && result.failure === undefined;
}

function recordOf({
  exitCode: _exitCode,
  ending: _ending,
  ...used
}: Measurement): Omit<RunRecord, "round"> {
  return used;
}

function isZero(exitCode: number): boolean {
  return exitCode === 0;
}

function whyUnsuccessful(
  run: Measurement,
  succeeded: (exitCode: number) => boolean = isZero,
): string | undefined {
  if (run.ending === "timed-out") return "stopped at the time limit";
  if (run.exitCode === null) return "killed by a signal";
  return succeeded(run.exitCode) ? undefined : `exit code ${run.exitCode}`;
}
