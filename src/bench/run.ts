// A whole bench: the machine, every workload's rounds within the time limit, the deletions last, the report.

import * as fs from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { removeTree, removeTrees } from "#bench/clean_up.ts";
import { PHASES, type Phase, shellLine } from "#bench/contenders.ts";
import { Contest, type Job } from "#bench/contest.ts";
import { type Lineup, findContenders } from "#bench/find_contenders.ts";
import { FreshDirectories } from "#bench/fresh_directory.ts";
import { type Noise, describeFileSystem, describeMachine, measureNoise } from "#bench/machine.ts";
import { type BenchIo, type BenchOptions, CannotBench, repeatCommand } from "#bench/options.ts";
import {
  type BenchReport,
  REPORT_VERSION,
  type WorkloadReport,
  analysePhase,
} from "#bench/report.ts";
import { readSource } from "#bench/source.ts";
import { MIN_ROUNDS_FOR_VERDICT } from "#bench/statistics.ts";
import { formatLeft, mayStartDelete, mayStartMain } from "#bench/time_budget.ts";
import { type Ground, Trial } from "#bench/trial.ts";
import { WORKLOADS, generate, scaleOf } from "#bench/workloads.ts";

/** The clean-up removes several trees at once, which is so many times as quick. */
const REMOVALS_AT_ONCE_GAIN = 2;
/** The sample that warms every tool up is this share of the workload. */
const SAMPLE_SHARE = 0.04;
/** Of the free space, this much may be used. */
const SPACE_SHARE = 0.7;
const BLOCK_BYTES = 4096;
/** Those of every round; the deletions come after all of them. */
const MAIN_PHASES = PHASES.filter((phase) => phase !== "delete");

/**
 * Measures what the options ask for. Ends early, with `interrupted` set, when the signal aborts; removes its trees
 * in every case. Throws CannotBench where the options or the system do not allow it.
 */
export async function runBench(options: BenchOptions, io: BenchIo): Promise<BenchReport> {
  checkOptions(options);
  const lineup = await findContenders(options, io);
  if (lineup.found.length === 0) {
    throw new CannotBench(
      "there is nothing to measure",
      lineup.skipped.map((s) => `${s.name}: ${s.reason}`).join("; "),
    );
  }
  try {
    return await new Bench(options, io, lineup).run();
  } catch (error) {
    // A full disk or an unreadable tree is no mistake of the program's.
    if (isSystemError(error)) throw new CannotBench(`the bench could not go on: ${error.message}`);
    throw error;
  }
}

function isSystemError(error: unknown): error is Error {
  return error instanceof Error && "syscall" in error;
}

function checkOptions({ directory, tree, coldCache }: BenchOptions): void {
  for (const path of tree === undefined ? [directory] : [directory, tree]) {
    if (!fs.statSync(path, { throwIfNoEntry: false })?.isDirectory())
      throw new CannotBench(`${path} is no directory`);
  }
  if (coldCache && (process.platform !== "linux" || process.getuid?.() !== 0)) {
    throw new CannotBench("--cold-cache needs Linux and root, to empty the page cache");
  }
}

class Bench {
  readonly #options: BenchOptions;
  readonly #io: BenchIo;
  readonly #lineup: Lineup;
  readonly #startedMs = performance.now();
  readonly #startedAt = new Date().toISOString();
  readonly #root: string;
  readonly #logDirectory: string;
  readonly #ground: Ground;
  readonly #contests: Contest[] = [];
  readonly #notes: string[] = [];
  #doing = "";

  constructor(options: BenchOptions, io: BenchIo, lineup: Lineup) {
    this.#options = options;
    this.#io = io;
    this.#lineup = lineup;
    this.#logDirectory = join(options.logParent, this.#startedAt.replaceAll(/[:.]/g, "-"));
    fs.mkdirSync(this.#logDirectory, { recursive: true });
    this.#root = fs.mkdtempSync(join(fs.realpathSync(options.directory), "blit-bench-"));
    io.working(this.#root);
    this.#ground = {
      fresh: new FreshDirectories(this.#root, describeFileSystem(this.#root).kind),
      root: this.#root,
      log: fs.openSync(join(this.#logDirectory, "output.log"), "a+"),
      // History would make the second run of blit differ from the first; in the C locale all tools speak alike.
      environment: { ...io.environment, BLIT_DISABLE_PERF_HISTORY: "1", LC_ALL: "C" },
      signal: io.signal,
      cores: availableParallelism(),
      strict: options.strict,
      coldCache: options.coldCache,
      seed: options.seed,
      timeoutMs: () => Math.max(5_000, this.#leftMs),
      status: (text) => io.status(`${this.#doing}: ${text} (${this.#timeLeft()})`),
    };
  }

  async run(): Promise<BenchReport> {
    const before = measureNoise();
    try {
      await this.#measureAll();
    } catch (error) {
      if (!this.#io.signal.aborted) throw error;
    } finally {
      this.#io.status("removing the trees");
      await removeTrees(this.#root);
      fs.closeSync(this.#ground.log);
      this.#io.status(undefined);
    }
    const after = measureNoise();
    return this.#report(after.spread > before.spread ? after : before);
  }

  get #leftMs(): number {
    return this.#options.timeLimitMs - (performance.now() - this.#startedMs);
  }

  /** By what the rounds have cost so far; the limit itself where that is not known, or more. */
  #timeLeft(): string {
    const last = this.#contests.at(-1);
    const isKnown = last?.wantedRounds !== 0 && this.#contests.length === this.#jobCount;
    const expectedMs = this.#contests.reduce(
      (sum, each) => sum + each.expectedMs(this.#options.phases.includes("delete")),
      0,
    );
    return isKnown && expectedMs < this.#leftMs
      ? `about ${formatLeft(expectedMs)} left`
      : `at most ${formatLeft(this.#leftMs)} left`;
  }

  get #jobCount(): number {
    return this.#options.tree === undefined ? this.#options.workloads.length : 1;
  }

  async #measureAll(): Promise<void> {
    const { tree, workloads } = this.#options;
    const jobs: Job[] =
      tree === undefined
        ? workloads.map((name) => ({ name, title: WORKLOADS[name].title, tree: undefined }))
        : [{ name: "tree", title: tree, tree: fs.realpathSync(tree) }];
    for (const [i, job] of jobs.entries()) {
      const contest = await this.#prepare(job);
      await this.#mainRounds(contest, jobs.length - i);
    }
    // Deletions come after the last tree has been made, for what they do to ext4 (fresh_directory.ts).
    if (this.#options.phases.includes("delete")) {
      for (const contest of this.#contests) await this.#deleteRounds(contest);
    }
  }

  async #prepare(job: Job): Promise<Contest> {
    const { found } = this.#lineup;
    const { fresh, signal } = this.#ground;
    this.#doing = job.name;
    this.#ground.status("making the source");
    const fileSystem = describeFileSystem(this.#root);
    const source = await readSource(job.tree ?? this.#generate(job, 1), fresh, signal);
    const trial = new Trial(job.name, source, found, this.#ground);
    const contest = new Contest(job, trial, fileSystem, found.length);
    this.#contests.push(contest);
    await this.#warmUp(contest);
    return contest;
  }

  /**
   * The main phases once on a small sample: every program is in memory, and has been timed. What a removal costs is
   * learned from one tree of the sample alone, for what removals do to ext4.
   */
  async #warmUp(contest: Contest): Promise<void> {
    const { fresh, signal } = this.#ground;
    this.#doing = `${contest.job.name}, warming up`;
    const sample = await readSource(this.#generate(contest.job, SAMPLE_SHARE), fresh, signal);
    const trial = new Trial("warm-up", sample, this.#lineup.found, this.#ground);
    const { counts, manifest } = contest.trial.source;
    const ratio = Math.max(
      manifest.size / sample.manifest.size,
      counts.bytes / sample.counts.bytes,
    );
    for (const phase of MAIN_PHASES) {
      const tookMs = await elapsed(() => trial.round(phase, 0));
      if (this.#options.phases.includes(phase)) contest.mainMs += tookMs * ratio;
    }
    const oneRemovalMs = ratio * (await elapsed(() => removeTree(sample.directory)));
    contest.deleteMs = oneRemovalMs * this.#lineup.found.length;
    contest.removalMs = oneRemovalMs / REMOVALS_AT_ONCE_GAIN;
    this.#doing = contest.job.name;
  }

  #generate(job: Job, share: number): string {
    const { size, seed } = this.#options;
    const workload =
      WORKLOADS[job.tree === undefined ? (job.name as keyof typeof WORKLOADS) : "mixed"];
    const root = join(this.#ground.fresh.make(job.name), "source");
    generate(workload, root, seed, scaleOf(workload, size) * share);
    return root;
  }

  async #mainRounds(contest: Contest, jobsLeft: number): Promise<void> {
    const phases = PHASES.filter(
      (phase) => phase !== "delete" && this.#options.phases.includes(phase),
    );
    const rounds = this.#roundsThatFit(contest);
    contest.wantedRounds = rounds;
    const wantsDelete = this.#options.phases.includes("delete");
    for (let round = 0; round < rounds && phases.length > 0; round++) {
      const leftMs = (this.#leftMs - this.#reservedMs(contest)) / jobsLeft;
      const costs = {
        mainMs: contest.mainMs,
        deleteMs: wantsDelete ? contest.deleteMs : 0,
        cleanUpMs: (deleteRounds: number) => contest.cleanUpMs(1 - deleteRounds),
      };
      if (!mayStartMain(round, leftMs, costs)) {
        const advice =
          round < MIN_ROUNDS_FOR_VERDICT
            ? "; a smaller --size or a longer --time-limit gives a verdict"
            : "";
        this.#notes.push(
          `${contest.job.name}: ${round} of ${rounds} rounds within the time limit${advice}`,
        );
        contest.wantedRounds = round;
        return;
      }
      contest.mainMs = await elapsed(() => this.#mainRound(contest, phases, round));
      contest.rounds++;
    }
  }

  async #mainRound(contest: Contest, phases: readonly Phase[], round: number): Promise<void> {
    for (const phase of phases) {
      this.#doing = `${contest.job.name} ${phase}`;
      await contest.trial.round(phase, round);
    }
  }

  async #deleteRounds(contest: Contest): Promise<void> {
    this.#doing = `${contest.job.name} delete`;
    // Each has a copy of the main rounds to delete; where there were none, copies are made for it.
    const rounds = contest.rounds || this.#options.runs;
    for (let round = 0; round < rounds && contest.trial.isContested("delete"); round++) {
      const cleanUpMs = this.#contests.reduce(
        (sum, each) => sum + each.cleanUpMs(each === contest ? -1 : 0),
        0,
      );
      if (!mayStartDelete(this.#leftMs, contest.deleteMs, cleanUpMs)) {
        this.#notes.push(
          `${contest.job.name}: ${round} of ${rounds} delete rounds within the time limit`,
        );
        return;
      }
      contest.deleteMs = await elapsed(() => contest.trial.round("delete", round));
      contest.deleteRounds++;
    }
  }

  /** What the workloads before this one still need at the end. */
  #reservedMs(current: Contest): number {
    return this.#contests
      .filter((contest) => contest !== current)
      .reduce((sum, contest) => sum + contest.deleteMs + contest.cleanUpMs(0), 0);
  }

  #roundsThatFit({ job, trial, fileSystem }: Contest): number {
    const { runs } = this.#options;
    const { bytes, files, directories } = trial.source.counts;
    const treeBytes = bytes + (files + directories) * BLOCK_BYTES;
    const perRound = this.#lineup.found.length;
    const room = Math.min(
      (SPACE_SHARE * fileSystem.availableBytes) / treeBytes,
      (SPACE_SHARE * (fileSystem.availableInodes ?? Infinity)) / (files + directories),
    );
    const fit = Math.floor((room - 2) / perRound);
    if (fit < 1) {
      throw new CannotBench(
        `${this.#options.directory} has no room for ${perRound + 2} trees of ${Math.ceil(treeBytes / 1e6)} MB`,
        "choose another --dir or a smaller --size",
      );
    }
    if (fit < runs)
      this.#notes.push(`${job.name}: ${fit} rounds instead of ${runs}, for want of space`);
    return Math.min(runs, fit);
  }

  #report(noise: Noise): BenchReport {
    const { seed, coldCache } = this.#options;
    if (!noise.quiet)
      this.#notes.push("the machine was not quiet: other work takes part in these figures");
    return {
      v: REPORT_VERSION,
      type: "bench",
      startedAt: this.#startedAt,
      elapsedMs: performance.now() - this.#startedMs,
      interrupted: this.#io.signal.aborted,
      repeatWith: shellLine(repeatCommand(this.#options)),
      seed,
      coldCache,
      machine: describeMachine(),
      noise,
      contenders: this.#lineup.found.map(({ contender, version, path }) => ({
        name: contender.name,
        version,
        path,
      })),
      skipped: this.#lineup.skipped,
      workloads: this.#contests.map((contest) => this.#workloadReport(contest, noise)),
      notes: this.#notes,
      logDirectory: this.#logDirectory,
    };
  }

  #workloadReport({ job, trial, fileSystem }: Contest, noise: Noise): WorkloadReport {
    const { phases, seed } = this.#options;
    return {
      name: job.name,
      title: job.title,
      counts: trial.source.counts,
      fileSystem,
      phases: PHASES.filter((phase) => phases.includes(phase)).map((phase) =>
        analysePhase(phase, trial.results.get(phase) ?? [], noise.spread, seed),
      ),
    };
  }
}

async function elapsed(work: () => Promise<void>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}
