// The figures of the README, as one command: `bun bench/readme_figures.ts [--runs N] [--minutes N] [DIR...]`, where
// each DIR is on a file system to measure on (the temporary folder where none is given). Builds the executable,
// and records everything under bench/runs/<date>-<machine>: reports with the raw data, and the tables.
// `--size BYTES` makes the workloads smaller, to try the command itself.

import * as fs from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { PHASE_NAMES } from "#bench/format.ts";
import type { BenchReport, PhaseReport } from "#bench/report.ts";
import { renderTable } from "#bench/report_table.ts";
import { runBench } from "#bench/run.ts";
import { PHASES } from "#bench/contenders.ts";
import type { WorkloadName } from "#bench/workloads.ts";

const WORKLOADS: readonly WorkloadName[] = ["small", "large", "mixed"];
const PEERS = ["rsync", "cp", "rclone", "tar", "fpsync"];
const TOP = join(import.meta.dir, "..");
const EXECUTABLE = join(TOP, "dist/blit");

const { values, positionals } = parseArgs({
  options: {
    runs: { type: "string", default: "7" },
    minutes: { type: "string", default: "15" },
    size: { type: "string" },
  },
  allowPositionals: true,
});

const build = Bun.spawnSync(["bun", "build.ts"], {
  cwd: TOP,
  stderr: "inherit",
});
if (build.exitCode !== 0) process.exit(build.exitCode);

const controller = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => controller.abort());
const record = join(
  import.meta.dir,
  "runs",
  `${new Date().toISOString().slice(0, 10)}-${hostname()}`,
);
fs.mkdirSync(record, { recursive: true });

const tables: string[] = [];
for (const directory of positionals.length > 0 ? positionals : [tmpdir()]) {
  const report = await measureIn(directory);
  const name = report.workloads[0]?.fileSystem.kind ?? "nothing";
  keep(
    `${name}.json`,
    `${JSON.stringify(report, undefined, 1)}
`,
  );
  keep(`${name}.txt`, renderTable(report, { columns: 100, color: false }));
  tables.push(markdownTable(report));
}
const summary = `${tables.join("\n")}\n`;
keep("summary.md", summary);
console.log(`${summary}\nrecorded in ${record}`);

/** Where the repository lies on this machine is nobody's business. */
function keep(name: string, text: string): void {
  fs.writeFileSync(join(record, name), text.replaceAll(TOP, "."));
}

async function measureIn(directory: string): Promise<BenchReport> {
  return runBench(
    {
      peers: PEERS,
      custom: [],
      workloads: WORKLOADS,
      tree: undefined,
      size: values.size === undefined ? "full" : Number(values.size),
      phases: PHASES,
      runs: Number(values.runs),
      directory,
      logParent: join(tmpdir(), "blit-bench-logs"),
      timeLimitMs: Number(values.minutes) * 60_000,
      seed: "1",
      coldCache: false,
      strict: false,
    },
    {
      self: [EXECUTABLE],
      environment: process.env,
      signal: controller.signal,
      working: () => undefined,
      status: (text) => {
        if (text !== undefined) console.error(text);
      },
    },
  );
}

function markdownTable(report: BenchReport): string {
  const names = report.contenders.map(({ name }) => name);
  const rows = report.workloads.flatMap(({ name, fileSystem, phases }) =>
    phases.map(
      (phase) =>
        `| ${name}, ${PHASE_NAMES[phase.phase]}, ${fileSystem.kind} |${cells(phase, names)}`,
    ),
  );
  return [
    `| seconds |${names.map((name) => ` ${name} |`).join("")}`,
    `|---|${names.map(() => "---|").join("")}`,
    ...rows,
  ].join("\n");
}

function cells({ results }: PhaseReport, names: readonly string[]): string {
  return names
    .map((name) => {
      const { analysis } = results.find(({ contender }) => contender === name) ?? {};
      return analysis === undefined ? " |" : ` ${(analysis.wallMs.median / 1000).toPrecision(3)} |`;
    })
    .join("");
}
