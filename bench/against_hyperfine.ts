// Whether `blit bench` and hyperfine agree: `bun bench/against_hyperfine.ts [--vs NAMES] [--workload NAME] [--size SIZE]
// [--dir DIR] [--report FILE]`. The executable in dist measures (or FILE, what such a bench printed as JSON, is taken),
// then hyperfine times the same commands on the same tree. Exit 1 where a ratio differs by more than a tenth.

import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { age } from "#bench/age.ts";
import { PHASES, type Phase, shellLine } from "#bench/contenders.ts";
import { contenderEnvironment } from "#bench/environment.ts";
import { PHASE_NAMES, formatMs, formatTimes } from "#bench/format.ts";
import { FreshDirectories } from "#bench/fresh_directory.ts";
import { describeFileSystem } from "#bench/machine.ts";
import { readManifest } from "#bench/manifest.ts";
import type { BenchReport, PhaseResult } from "#bench/report.ts";
import { readSource } from "#bench/source.ts";
import { compareRounds, median } from "#bench/statistics.ts";
import { parseSize } from "#cli/options/bench_options.ts";
import { WORKLOADS, type WorkloadName, generate, scaleOf } from "#bench/workloads.ts";

/** In each, every contender runs once in each phase, as in a round of the bench. */
const LAPS = 9;
const TOLERANCE = 0.1;
const EXECUTABLE = join(import.meta.dir, "../dist/blit");
const signal = new AbortController().signal;

const { values, positionals } = parseArgs({
  options: {
    vs: { type: "string", default: "rsync,cp,rclone" },
    workload: { type: "string", default: "small" },
    size: { type: "string", default: "small" },
    dir: { type: "string", default: tmpdir() },
    report: { type: "string" },
  },
  allowPositionals: true,
});

const [verb, source = "", copy = ""] = positionals;
if (verb === "age") age(await readManifest(fs.realpathSync(source), signal), copy, `${Date.now()}`);
else if (Bun.which("hyperfine") === null) console.log("skipped: hyperfine is not installed");
else process.exit((await compare()) ? 0 : 1);

async function compare(): Promise<boolean> {
  const report = JSON.parse(
    values.report === undefined ? runBench() : fs.readFileSync(values.report, "utf8"),
  ) as BenchReport;
  const root = fs.mkdtempSync(join(fs.realpathSync(values.dir), "blit-hyperfine-"));
  try {
    const work = await makeTrees(root, report.seed);
    return showRatios(report, timeAll(work, report));
  } finally {
    fs.rmSync(root, { recursive: true, force: true });
  }
}

function runBench(): string {
  const { vs, workload, size, dir } = values;
  const asked = ["--vs", vs, "--workload", workload, "--size", size, "--dir", dir, "--json"];
  return Bun.spawnSync([EXECUTABLE, "bench", ...asked], { stderr: "inherit" }).stdout.toString();
}

/** A directory with `source`, and `pruned`, which is it but for what the delete phase deletes; the copies go there too. */
async function makeTrees(root: string, seed: string): Promise<string> {
  const workload = WORKLOADS[values.workload as WorkloadName];
  const fresh = new FreshDirectories(root, describeFileSystem(root).kind);
  const tree = join(fresh.make("source"), "tree");
  generate(workload, tree, seed, scaleOf(workload, parseSize(values.size)));
  const work = fresh.make("work");
  fs.symlinkSync(tree, join(work, "source"));
  fs.symlinkSync((await readSource(tree, fresh, signal)).pruned, join(work, "pruned"));
  return work;
}

/** Milliseconds of every run, by phase and contender. The order is reversed every other lap, as in the bench. */
function timeAll(work: string, report: BenchReport): Map<string, number[]> {
  const times = new Map<string, number[]>();
  const phases = report.workloads[0]?.phases ?? [];
  const names = report.contenders.map(({ name }) => name);
  // Deletions come after everything else, for what they do to ext4 (src/bench/fresh_directory.ts).
  for (const part of [PHASES.filter((phase) => phase !== "delete"), ["delete"] as const]) {
    for (let lap = 0; lap < LAPS; lap++) {
      for (const phase of part) {
        for (const name of lap % 2 === 0 ? names : names.toReversed()) {
          const { results = [] } = phases.find((each) => each.phase === phase) ?? {};
          const result = results.find(({ contender }) => contender === name);
          if (result === undefined || result.analysis === null) continue;
          const measured = hyperfine(work, phase, result);
          times.set(keyOf(phase, name), [...(times.get(keyOf(phase, name)) ?? []), ...measured]);
        }
      }
    }
  }
  return times;
}

function hyperfine(work: string, phase: Phase, { contender, command }: PhaseResult): number[] {
  const record = join(work, "times.json");
  const from = phase === "delete" ? "pruned" : "source";
  const filled = command
    .replaceAll("{src}", fs.realpathSync(join(work, from)))
    .replaceAll("{dst}", join(work, `${phase === "delete" ? "doomed" : "copy"}-${contender}`));
  const options = ["--runs", "1", "--style", "none", "--export-json", record];
  const { exitCode } = Bun.spawnSync(
    ["hyperfine", "-N", ...options, "--prepare", preparation(phase, contender), filled],
    {
      cwd: work,
      env: { ...contenderEnvironment(process.env) },
      // Not the errors: its advice on outliers goes there as well.
      stdio: ["ignore", "ignore", "ignore"],
    },
  );
  if (exitCode !== 0) throw new Error(`hyperfine could not time: ${filled}`);
  const { results } = JSON.parse(fs.readFileSync(record, "utf8")) as {
    results: { times: number[] }[];
  };
  return results.flatMap(({ times }) => times.map((seconds) => seconds * 1000));
}

/** The command that makes a copy what the phase begins with. Every first copy is kept for the delete phase. */
function preparation(phase: Phase, contender: string): string {
  const [copy, doomed, kept] = [`copy-${contender}`, `doomed-${contender}`, `kept-${contender}-`];
  const aside = (directory: string, prefix: string): string =>
    `if [ -e ${directory} ]; then mv ${directory} "$(mktemp -du ${prefix}XXXXXX)"; fi`;
  const self = shellLine([process.execPath, import.meta.path]);
  const steps: Record<Phase, string[]> = {
    cold: [
      aside(copy, kept),
      `mv "$(mktemp -d fresh-XXXXXX)" ${copy}`,
      "find -H source -type f -exec cat {} + > /dev/null",
    ],
    unchanged: [],
    changed: [`${self} age source ${copy}`],
    delete: [
      aside(doomed, "emptied-"),
      `mv "$(find . -maxdepth 1 \\( -name ${copy} -o -name '${kept}*' \\) -print -quit)" ${doomed}`,
    ],
  };
  return shellLine(["sh", "-ec", [...steps[phase], "sync"].join("\n")]);
}

function keyOf(phase: Phase, contender: string): string {
  return `${phase}/${contender}`;
}

/** Both tools' medians, and ratios to the first contender. Returns whether all ratios agree. */
function showRatios(report: BenchReport, times: ReadonlyMap<string, number[]>): boolean {
  let agree = true;
  for (const { phase, results } of report.workloads[0]?.phases ?? []) {
    const timesOf = (contender = "") => times.get(keyOf(phase, contender)) ?? [];
    const reference = timesOf(results[0]?.contender);
    for (const { contender, label, analysis } of results) {
      if (analysis === null) continue;
      const own = analysis.ratio?.ratio ?? 1;
      const outside = compareRounds(timesOf(contender), reference, 0).ratio;
      const difference = own / outside - 1;
      agree &&= Math.abs(difference) <= TOLERANCE;
      const cells = [
        `${PHASE_NAMES[phase].padEnd(11)} ${label.padEnd(8)}`,
        `bench ${formatMs(analysis.wallMs.median)} ${formatTimes(own)}`.padEnd(24),
        `hyperfine ${formatMs(median(timesOf(contender)))} ${formatTimes(outside)}`.padEnd(28),
        `${(difference * 100).toFixed(1)}%`,
      ];
      console.log(cells.join(" "));
    }
  }
  return agree;
}
