// A whole bench: its folders and contenders, what it measures there, and the report.

import { PHASES, shellLine } from "#bench/contenders.ts";
import type { Contest } from "#bench/contest.ts";
import { type Lineup, findContenders } from "#bench/find_contenders.ts";
import { type Noise, describeMachine, measureNoise } from "#bench/machine.ts";
import { type BenchIo, type BenchOptions, CannotBench, repeatCommand } from "#bench/options.ts";
import { checkPlaces } from "#bench/places.ts";
import {
  type BenchReport,
  REPORT_VERSION,
  type WorkloadReport,
  analysePhase,
} from "#bench/report.ts";
import { Schedule } from "#bench/schedule.ts";
import { type Site, closeSite, openSite } from "#bench/site.ts";

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
  return new Bench(options, io, lineup).run();
}

function checkOptions(options: BenchOptions): void {
  checkPlaces(options);
  if (options.coldCache && (process.platform !== "linux" || process.getuid?.() !== 0)) {
    throw new CannotBench("--cold-cache needs Linux and root, to empty the page cache");
  }
}

/** A full disk or an unreadable tree is no mistake of the program's. */
function plainly(error: unknown, hint: string | undefined, directory: string): unknown {
  if (!(error instanceof Error && "syscall" in error)) return error;
  if ("code" in error && error.code === "ENOSPC") {
    // Of a write the system names no path.
    const message = `no space is left in ${directory}, or where the logs are kept (ENOSPC)`;
    return new CannotBench(message, hint ?? "choose another --dir or a smaller --size");
  }
  return new CannotBench(`the bench could not go on: ${error.message}`, hint);
}

class Bench {
  readonly #options: BenchOptions;
  readonly #io: BenchIo;
  readonly #lineup: Lineup;
  readonly #startedMs = performance.now();
  readonly #startedAt = new Date().toISOString();
  readonly #notes = new Set<string>();

  constructor(options: BenchOptions, io: BenchIo, lineup: Lineup) {
    this.#options = options;
    this.#io = io;
    this.#lineup = lineup;
  }

  async run(): Promise<BenchReport> {
    const before = measureNoise();
    const site = this.#openSite();
    const contests = await this.#measureIn(site);
    const after = measureNoise();
    return this.#report(site, contests, after.spread > before.spread ? after : before);
  }

  #openSite(): Site {
    try {
      const site = openSite(this.#options, this.#startedAt);
      this.#io.working(site.root);
      return site;
    } catch (error) {
      throw plainly(error, undefined, this.#options.directory);
    }
  }

  /** The trees are removed however it ends; what is left behind is named beside anything else there is to say. */
  async #measureIn(site: Site): Promise<readonly Contest[]> {
    const contests: Contest[] = [];
    let failure: unknown;
    try {
      const { timeLimitMs } = this.#options;
      const deadlineMs = this.#startedMs + timeLimitMs;
      const arena = { site, deadlineMs, notes: this.#notes, contests };
      await new Schedule(this.#options, this.#io, this.#lineup, arena).run();
    } catch (error) {
      if (!this.#io.signal.aborted) failure = error;
    }
    this.#io.status("removing the trees");
    const left = await closeSite(site);
    this.#io.status(undefined);
    if (failure !== undefined) throw plainly(failure, left, this.#options.directory);
    if (left !== undefined) this.#notes.add(left);
    return contests;
  }

  #report(site: Site, contests: readonly Contest[], noise: Noise): BenchReport {
    const { seed, coldCache } = this.#options;
    if (!noise.quiet)
      this.#notes.add("the machine was not quiet: other work takes part in these figures");
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
        remark: contender.remark ?? null,
        version,
        path,
      })),
      skipped: this.#lineup.skipped,
      workloads: contests.map((contest) => this.#workloadReport(contest, noise)),
      notes: [...this.#notes],
      logDirectory: site.logDirectory,
    };
  }

  #workloadReport({ job, trial, fileSystem }: Contest, noise: Noise): WorkloadReport {
    const { phases } = this.#options;
    return {
      name: job.name,
      title: job.title,
      counts: trial.source.counts,
      fileSystem,
      sourceFileSystem: trial.source.fileSystem,
      sourceChange: trial.sourceChange ?? null,
      phases: PHASES.filter((phase) => phases.includes(phase)).map((phase) =>
        analysePhase(phase, trial.results.get(phase) ?? [], noise.spread),
      ),
    };
  }
}
