// What is measured when: every workload's rounds within the time limit, and the deletions last.

import * as fs from "node:fs";
import { availableParallelism } from "node:os";
import { PHASES, type Phase } from "#bench/contenders.ts";
import { Contest, type Job } from "#bench/contest.ts";
import { contenderEnvironment, withheldVariables } from "#bench/environment.ts";
import { elapsed } from "#bench/elapsed.ts";
import type { Lineup } from "#bench/find_contenders.ts";
import { FreshDirectories } from "#bench/fresh_directory.ts";
import { describeFileSystem } from "#bench/machine.ts";
import { type BenchIo, type BenchOptions, CannotBench } from "#bench/options.ts";
import type { Site } from "#bench/site.ts";
import { readSource } from "#bench/source.ts";
import { MIN_ROUNDS_FOR_VERDICT } from "#bench/statistics.ts";
import { formatLeft, mayStartDelete, mayStartMain } from "#bench/time_budget.ts";
import { type Ground, Trial } from "#bench/trial.ts";
import { makeWorkload, warmUp } from "#bench/warm_up.ts";
import { WORKLOADS } from "#bench/workloads.ts";

/** Of the free space, this much may be used. */
const SPACE_SHARE = 0.7;
const BLOCK_BYTES = 4096;
/** Past the time limit, the round that has begun may go on for so long. */
const SHORTEST_LIMIT_MS = 5_000;

const COLD_CACHE_NOTE =
  "the page cache was emptied before every run; then the programs of all contenders, with their libraries, were read " +
  "back in, because blit's own cannot be evicted while it runs the bench";

/** What the bench keeps when its schedule ends early. */
interface Arena {
  readonly site: Site;
  /** On the clock of performance.now(). */
  readonly deadlineMs: number;
  readonly notes: Set<string>;
  readonly contests: Contest[];
}

export class Schedule {
  readonly #options: BenchOptions;
  readonly #lineup: Lineup;
  readonly #environment: BenchIo["environment"];
  readonly #arena: Arena;
  readonly #ground: Ground;
  #doing = "";

  constructor(options: BenchOptions, io: BenchIo, lineup: Lineup, arena: Arena) {
    this.#options = options;
    this.#lineup = lineup;
    this.#environment = io.environment;
    this.#arena = arena;
    const { root, log } = arena.site;
    const { strict, coldCache, seed } = options;
    this.#ground = {
      fresh: new FreshDirectories(root, describeFileSystem(root).kind),
      root,
      log,
      environment: contenderEnvironment(io.environment),
      signal: io.signal,
      cores: availableParallelism(),
      strict,
      coldCache,
      seed,
      timeoutMs: () => Math.max(SHORTEST_LIMIT_MS, this.#leftMs()),
      status: (text) => io.status(`${this.#timeLeft()}; ${this.#doing}: ${text}`),
      note: (text) => arena.notes.add(text),
    };
  }

  async run(): Promise<void> {
    const withheld = withheldVariables(this.#environment);
    if (withheld.length > 0)
      this.#ground.note(`not passed on to the contenders: ${withheld.join(", ")}`);
    if (this.#options.coldCache) this.#ground.note(COLD_CACHE_NOTE);
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
      for (const contest of this.#arena.contests) await this.#deleteRounds(contest);
    }
  }

  async #prepare(job: Job): Promise<Contest> {
    const { found } = this.#lineup;
    const { fresh, signal } = this.#ground;
    this.#doing = job.name;
    this.#ground.status("making the source");
    const fileSystem = describeFileSystem(this.#ground.root);
    const tree = job.tree ?? makeWorkload(job, 1, this.#options, this.#ground);
    const source = await readSource(tree, fresh, signal);
    const trial = new Trial(job.name, source, found, this.#ground);
    const contest = new Contest(job, trial, fileSystem, found.length);
    this.#arena.contests.push(contest);
    this.#doing = `${job.name}, warming up`;
    await warmUp(contest, found, this.#options, this.#ground);
    this.#doing = job.name;
    return contest;
  }

  /** By what the rounds have cost so far; the limit itself where that is not known, or more. */
  #timeLeft(): string {
    const last = this.#arena.contests.at(-1);
    const isKnown = last?.wantedRounds !== 0 && this.#arena.contests.length === this.#jobCount;
    const expectedMs = this.#arena.contests.reduce(
      (sum, each) => sum + each.expectedMs(this.#options.phases.includes("delete")),
      0,
    );
    return isKnown && expectedMs < this.#leftMs()
      ? `about ${formatLeft(expectedMs)} left`
      : `at most ${formatLeft(this.#leftMs())} left`;
  }

  get #jobCount(): number {
    return this.#options.tree === undefined ? this.#options.workloads.length : 1;
  }

  #leftMs(): number {
    return this.#arena.deadlineMs - performance.now();
  }

  async #mainRounds(contest: Contest, jobsLeft: number): Promise<void> {
    const phases = PHASES.filter(
      (phase) => phase !== "delete" && this.#options.phases.includes(phase),
    );
    const rounds = this.#roundsThatFit(contest);
    contest.wantedRounds = rounds;
    const wantsDelete = this.#options.phases.includes("delete");
    const isContested = () => phases.some((phase) => contest.trial.isContested(phase));
    for (let round = 0; round < rounds && isContested(); round++) {
      const leftMs = (this.#leftMs() - this.#reservedMs(contest)) / jobsLeft;
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
        this.#arena.notes.add(
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
      const cleanUpMs = this.#arena.contests.reduce(
        (sum, each) => sum + each.cleanUpMs(each === contest ? -1 : 0),
        0,
      );
      if (!mayStartDelete(this.#leftMs(), contest.deleteMs, cleanUpMs)) {
        this.#arena.notes.add(
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
    return this.#arena.contests
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
      this.#arena.notes.add(`${job.name}: ${fit} rounds instead of ${runs}, for want of space`);
    return Math.min(runs, fit);
  }
}
