// What `blit bench` can measure of the README's figures, as one command:
//
//   bun bench/readme_figures.ts [--runs N] [--minutes N] [--vs NAMES] [--tree DIR] [--size SIZE]
//       [--record FOLDER] [DIR...]
//
// Each DIR is on a file system to measure on (the temporary folder where none is given). Builds the executable, runs it,
// and records what it reports as <date>-<machine> in bench/runs: the raw data, and the tables. Only what is complete is
// recorded; exit 1 where a tool failed or there were too few rounds, 2 on wrong usage.

import * as fs from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { PHASE_NAMES } from "#bench/format.ts";
import type { BenchReport, PhaseReport, WorkloadReport } from "#bench/report.ts";
import { renderTable } from "#bench/report_table.ts";
import { MIN_ROUNDS_FOR_VERDICT } from "#bench/statistics.ts";

const TOP = join(import.meta.dir, "..");
const EXECUTABLE = join(TOP, "dist/blit");

/** A row of the README, or several: what to ask of `blit bench`. */
interface Measured {
  readonly name: string;
  readonly args: readonly string[];
}

/** Why there is no record, and the exit code. */
class NoRecord extends Error {
  constructor(
    message: string,
    readonly exitCode = 1,
  ) {
    super(message);
  }
}

interface Options {
  readonly common: readonly string[];
  readonly measured: readonly Measured[];
  readonly directories: readonly string[];
  readonly recordIn: string;
}

function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      runs: { type: "string", default: "11" },
      minutes: { type: "string", default: "15" },
      vs: { type: "string", default: "rsync,cp,rclone" },
      tree: { type: "string" },
      size: { type: "string", default: "full" },
      record: { type: "string", default: join(import.meta.dir, "runs") },
    },
    allowPositionals: true,
  });
  const { runs, minutes, vs, tree, size, record: recordIn } = values;
  if (!/^\d+$/.test(runs) || Number(runs) < MIN_ROUNDS_FOR_VERDICT) {
    throw new NoRecord(`--runs needs a number from ${MIN_ROUNDS_FOR_VERDICT}, not ${runs}`, 2);
  }
  if (!/^[1-9]\d*$/.test(minutes)) {
    throw new NoRecord(`--minutes needs a number from 1, not ${minutes}`, 2);
  }
  return {
    common: ["--json", "--vs", vs, "--runs", runs, "--time-limit", `${minutes}m`],
    measured: [
      ...(tree === undefined ? [] : [{ name: "tree", args: ["--tree", tree] }]),
      // Not in one bench: the copies of one would lie about while the other needs the room.
      { name: "small", args: ["--workload", "small", "--size", size] },
      { name: "large", args: ["--workload", "large", "--size", size] },
      // So small that this is about twenty files.
      { name: "few", args: ["--workload", "small", "--size", "140K", "--phases", "cold"] },
    ],
    directories: positionals.length > 0 ? positionals : [tmpdir()],
    recordIn,
  };
}

async function measure(args: readonly string[]): Promise<BenchReport> {
  const child = Bun.spawn([EXECUTABLE, "bench", ...args], {
    env: { ...process.env, XDG_STATE_HOME: join(tmpdir(), "blit-bench-logs") },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "inherit",
  });
  // Ctrl-C reaches both: the bench removes its trees, and this waits for that.
  const passOn = () => child.kill("SIGTERM");
  const wait = () => undefined;
  process.on("SIGINT", wait).on("SIGTERM", passOn);
  const [output, code] = await Promise.all([child.stdout.text(), child.exited]);
  process.off("SIGINT", wait).off("SIGTERM", passOn);
  if (code !== 0) {
    const told = code === 2 ? "" : explain(output);
    throw new NoRecord(`blit bench ${args.join(" ")}: ended with ${code}\n${told}`, code);
  }
  const report = JSON.parse(output) as BenchReport;
  checkRounds(report);
  return report;
}

/** The table says best what went wrong, if there is one. */
function explain(output: string): string {
  if (output.trim() === "") return "";
  return renderTable(JSON.parse(output) as BenchReport, { columns: 100, color: false });
}

function checkRounds({ workloads }: BenchReport): void {
  for (const { name, phases } of workloads) {
    for (const { phase, results } of phases) {
      for (const { label, runs, absent } of results) {
        if (absent !== null || runs.length >= MIN_ROUNDS_FOR_VERDICT) continue;
        throw new NoRecord(
          `${name}, ${phase}: ${runs.length} rounds of ${label} are too few; give more --minutes, or a DIR with more room`,
        );
      }
    }
  }
}

/** Everything is measured before anything is recorded. */
async function measureAll({
  common,
  measured,
  directories,
}: Options): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const tables: string[] = [];
  for (const [i, directory] of directories.entries()) {
    const reports: BenchReport[] = [];
    for (const { name, args } of measured) {
      console.error(`${directory}: ${name}`);
      const report = await measure([...common, ...args, "--dir", resolve(directory)]);
      reports.push(report);
      const stem = `${i + 1}-${report.workloads[0]?.fileSystem.kind}-${name}`;
      files.set(`${stem}.json`, `${JSON.stringify(report, undefined, 1)}\n`);
      files.set(`${stem}.txt`, renderTable(report, { columns: 100, color: false }));
    }
    tables.push(markdownTable(reports));
  }
  files.set("summary.md", tables.join("\n"));
  return files;
}

/** Makes a folder that no earlier record has. */
function record(files: ReadonlyMap<string, string>, runs: string): string {
  const name = `${new Date().toISOString().slice(0, 10)}-${hostname()}`;
  fs.mkdirSync(runs, { recursive: true });
  let folder = join(runs, name);
  for (let i = 2; fs.existsSync(folder); i++) folder = join(runs, `${name}-${i}`);
  fs.mkdirSync(folder);
  for (const [file, text] of files) {
    // Where the repository lies on this machine is nobody's business.
    fs.writeFileSync(join(folder, file), text.replaceAll(TOP, "."));
  }
  return folder;
}

function markdownTable(reports: readonly BenchReport[]): string {
  const names = reports[0]?.contenders.map(({ name }) => name) ?? [];
  const rows = reports.flatMap(({ workloads }) =>
    workloads.flatMap((workload) => workload.phases.map((phase) => row(workload, phase, names))),
  );
  const head = `| seconds |${names.map((name) => ` ${name} |`).join("")}`;
  return `${[head, `|---|${names.map(() => "---|").join("")}`, ...rows].join("\n")}\n`;
}

function row(
  { title, counts, fileSystem }: WorkloadReport,
  { phase, results }: PhaseReport,
  names: readonly string[],
): string {
  const cells = names.map((name) => {
    const { analysis, label } = results.find(({ contender }) => contender === name) ?? {};
    if (!analysis) return " |";
    const seconds = (analysis.wallMs.median / 1000).toPrecision(3);
    return ` ${seconds}${label === name ? "" : ` (${label})`} |`;
  });
  const what = `${title}, ${counts.files} files: ${PHASE_NAMES[phase]}, ${fileSystem.kind}`;
  return `| ${what} |${cells.join("")}`;
}

function build(): void {
  const { exitCode } = Bun.spawnSync(["bun", "build.ts"], { cwd: TOP, stderr: "inherit" });
  if (exitCode !== 0) throw new NoRecord("the executable could not be built");
}

if (import.meta.main) {
  try {
    const options = readOptions(process.argv.slice(2));
    build();
    const files = await measureAll(options);
    console.log(`${files.get("summary.md")}\nrecorded in ${record(files, options.recordIn)}`);
  } catch (error) {
    const isUsage = error instanceof TypeError && "code" in error;
    if (!(error instanceof NoRecord) && !isUsage) throw error;
    console.error(`${error.message}\nnothing was recorded`);
    process.exitCode = error instanceof NoRecord ? error.exitCode : 2;
  }
}
