// One workload, measured: every contender, phase and round, with the judging of each result. Deletes nothing
// but what the contenders themselves delete in the delete phase.

import * as fs from "node:fs";
import { counted } from "#model/count_text.ts";
import type { Environment } from "#model/environment.ts";
import { type RawPath, textFromRaw } from "#model/name.ts";
import { age } from "#bench/age.ts";
import { type Command, type Phase, PHASES, fillCommand, shellLine } from "#bench/contenders.ts";
import type { FoundContender } from "#bench/find_contenders.ts";
import type { FreshDirectories } from "#bench/fresh_directory.ts";
import { changesOf, judge } from "#bench/judge.ts";
import { readManifest } from "#bench/manifest.ts";
import { type Measurement, measure } from "#bench/measure.ts";
import { emptyPageCache, fillPageCache } from "#bench/page_cache.ts";
import { programFiles } from "#bench/program_files.ts";
import type { Failure, MeasuredResult, RunRecord, SourceChange } from "#bench/report.ts";
import type { Source } from "#bench/source.ts";
import {
  type Copy,
  type OpenResult,
  type Standing,
  failEverywhere,
  newStanding,
  takesPart,
} from "#bench/standing.ts";

/** What a trial needs around it; shared by all trials of a bench. */
export interface Ground {
  readonly fresh: FreshDirectories;
  readonly root: string;
  /** An open file that takes what the contenders print, opened for reading and appending. */
  readonly log: number;
  readonly environment: Environment;
  readonly signal: AbortSignal;
  readonly cores: number;
  readonly strict: boolean;
  readonly coldCache: boolean;
  readonly seed: string;
  readonly timeoutMs: () => number;
  readonly status: (text: string) => void;
  /** Told what a reader of the report must know. */
  readonly note: (text: string) => void;
}

const SHOWN_OUTPUT_LINES = 4;
const SHOWN_OUTPUT_BYTES = 2_000;

export class Trial {
  readonly name: string;
  readonly source: Source;
  readonly #ground: Ground;
  readonly #files: readonly RawPath[];
  readonly #standings: readonly Standing[];
  /** Kept in memory where the page cache is emptied. */
  readonly #programs: readonly string[];
  readonly #dropped = new Map<string, Failure>();
  #sourceChange: SourceChange | undefined;

  constructor(name: string, source: Source, contenders: readonly FoundContender[], ground: Ground) {
    this.name = name;
    this.source = source;
    this.#ground = ground;
    this.#files = [...source.manifest].flatMap(([path, { kind }]) =>
      kind === "file" ? [path] : [],
    );
    this.#standings = contenders.map((found) => newStanding(found, source, ground));
    this.#programs = ground.coldCache ? programFiles(this.#commands(), ground.environment) : [];
  }

  get results(): ReadonlyMap<Phase, readonly MeasuredResult[]> {
    return new Map(
      PHASES.map((phase) => [
        phase,
        this.#standings.flatMap(({ results }) => results.get(phase) ?? []),
      ]),
    );
  }

  /** undefined as long as the source is what it was when it was read. */
  get sourceChange(): SourceChange | undefined {
    return this.#sourceChange;
  }

  /** Whether any contender still takes part in the phase. */
  isContested(phase: Phase): boolean {
    return (
      this.#sourceChange === undefined &&
      this.#standings.some((standing) => takesPart(standing, phase))
    );
  }

  /** How many copies of the source lie about. */
  get copyCount(): number {
    return this.#standings.reduce((sum, { copies }) => sum + copies.length, 0);
  }

  /** Those who hung, and take no part any more. */
  get dropped(): ReadonlyMap<string, Failure> {
    return this.#dropped;
  }

  /** Lets the contender take no further part. */
  drop(name: string, failure: Failure): void {
    this.#dropped.set(name, failure);
    const standing = this.#standings.find(({ found }) => found.contender.name === name);
    if (standing !== undefined) failEverywhere(standing, failure);
  }

  /**
   * Runs the phase once for every contender. Every other round goes in the opposite order, A B then B A, so that
   * a machine that steadily slows down or speeds up favours nobody. Throws when the signal aborts. Once the source has
   * changed nothing is run any more: no copy could be judged.
   */
  async round(phase: Phase, round: number): Promise<void> {
    const order = round % 2 === 0 ? this.#standings : this.#standings.toReversed();
    for (const standing of order) {
      if (this.isContested(phase) && takesPart(standing, phase)) {
        await this.#turn(standing, phase, round);
      }
    }
  }

  async #turn(standing: Standing, phase: Phase, round: number): Promise<void> {
    const { name } = standing.found.contender;
    const result = standing.results.get(phase);
    if (result === undefined) return;
    if (phase !== "cold" && standing.copies.length === 0) {
      this.#ground.status(`${name}, making its copy`);
      const made = await this.#attempt(standing, "cold", 0, undefined);
      if ("what" in made) {
        const what = `could not make the copy that this phase begins with: ${made.what}`;
        this.#fail(standing, result, round, { ...made, what });
      }
      if (!takesPart(standing, phase) || this.sourceChange !== undefined) return;
    }
    const copy = phase === "cold" ? undefined : standing.copies.at(-1);
    this.#ground.status(`${name}, round ${round + 1}`);
    const outcome = await this.#attempt(standing, phase, round, copy);
    if (this.sourceChange !== undefined) return;
    // One that was not judged to be faithful is nothing for the next phase to begin with.
    if (copy !== undefined && (phase === "delete" || "what" in outcome)) standing.copies.pop();
    if ("what" in outcome) this.#fail(standing, result, round, outcome);
    else {
      result.runs.push({ round, ...recordOf(outcome.measurement) });
      result.lesser = outcome.lesser;
    }
  }

  #fail(standing: Standing, result: OpenResult, round: number, outcome: Unfaithful): void {
    const { what, details, hung } = outcome;
    result.failure = { round, what, details };
    if (hung === true) this.drop(standing.found.contender.name, result.failure);
  }

  /** One run, judged; and if it may have touched its source, whether that is what it was. */
  async #attempt(
    standing: Standing,
    phase: Phase,
    round: number,
    copy: Copy | undefined,
  ): Promise<Faithful | Unfaithful> {
    const { contender } = standing.found;
    const outcome = await this.#runAndJudge(standing, phase, round, copy).catch(asUnfaithful);
    this.#ground.signal.throwIfAborted();
    if ("what" in outcome || contender.isCustom === true) {
      const details = await this.#changesOfSource(phase);
      if (details.length > 0)
        this.#sourceChange = { during: contender.name, phase, round, details };
    }
    return outcome;
  }

  async #changesOfSource(phase: Phase): Promise<readonly string[]> {
    const { source } = this;
    const [directory, before] =
      phase === "delete"
        ? [source.pruned, source.prunedManifest]
        : [source.directory, source.manifest];
    try {
      return changesOf(before, await readManifest(directory, this.#ground.signal, before)).failures;
    } catch (error) {
      return asUnfaithful(error).details;
    }
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
    const doomed = this.source.doomed.map((path) => `${destination}/${textFromRaw(path)}`);
    const exact = fillCommand(command, source, destination, doomed);
    const before = this.#logLine(`== ${this.name} ${phase}: ${shellLine(exact)}`);
    await this.#settle(this.#setScene(phase, round, destination));
    const measurement = await this.#clocked(exact);
    if (measurement === undefined) return { what: "could not be started", details: [] };
    this.#ground.signal.throwIfAborted();
    const ended = whyUnsuccessful(measurement, contender.succeeded);
    if (ended !== undefined) {
      const hung = measurement.ending === "timed-out";
      return { what: ended, details: this.#outputSince(before), hung };
    }
    const manifest = await readManifest(destination, this.#ground.signal, copy?.manifest);
    const wanted = phase === "delete" ? this.source.prunedManifest : this.source.manifest;
    const verdict = judge(wanted, manifest, new Set(contender.claims(standing.context, phase)));
    if (verdict.failureCount > 0) {
      const what = `its result differs from the source in ${counted(verdict.failureCount, "entry", "entries")}`;
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

  /** Of all contenders, with the programs that these start in turn. */
  #commands(): Command[] {
    return this.#standings.flatMap(({ found: { contender, path }, context }) => [
      [path],
      ...(contender.starts ?? []).map((program) => [program]),
      ...PHASES.flatMap((phase) => [contender.command(phase, context) ?? []]),
    ]);
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
    if (process.platform !== "win32") await this.#sync();
    if (coldCache) emptyPageCache(this.#programs);
  }

  async #sync(): Promise<void> {
    try {
      await Bun.spawn(["sync"], { stdin: "ignore", stdout: "ignore", stderr: "ignore" }).exited;
    } catch {
      this.#ground.note(
        "sync(1) could not be started: what a run leaves unwritten may cost the next",
      );
    }
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
  readonly hung?: boolean;
}

/** What becomes of trees that somebody takes away, replaces or closes; a full or broken disk is nobody's doing. */
const DOINGS: ReadonlySet<string> = new Set([
  "ENOENT",
  "ENOTDIR",
  "EISDIR",
  "EEXIST",
  "ELOOP",
  "EACCES",
  "EPERM",
]);

/** Throws what is no fault of a tree's. */
function asUnfaithful(error: unknown): Unfaithful {
  const isDoing = error instanceof Error && "code" in error && DOINGS.has(String(error.code));
  if (!isDoing) throw error;
  return { what: "its trees could not be read or prepared", details: [error.message] };
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
