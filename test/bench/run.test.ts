// Whole benches, small ones: honest tools, and tools that cheat, break or do not exist.

import { describe, expect, test } from "bun:test";
import * as fs from "node:fs";
import { join } from "node:path";
import { splitCommand } from "#bench/contenders.ts";
import { changesOf } from "#bench/judge.ts";
import { readManifest } from "#bench/manifest.ts";
import { type BenchIo, type BenchOptions, CannotBench } from "#bench/options.ts";
import type { BenchReport, PhaseResult } from "#bench/report.ts";
import { runBench } from "#bench/run.ts";
import { scratchDirectory } from "./scratch.ts";

const scratch = scratchDirectory();
const COPY = "cp -a {src}/. {dst}/";

interface Setup {
  readonly contenders: Readonly<Record<string, string>>;
  readonly options?: Partial<BenchOptions>;
  readonly io?: Partial<BenchIo>;
}

async function bench({ contenders, options, io }: Setup): Promise<BenchReport> {
  for (const name of ["trees", "logs"]) fs.mkdirSync(join(scratch(), name), { recursive: true });
  const custom = Object.entries(contenders).map(([name, line]) => ({
    name,
    command: splitCommand(line) ?? [],
  }));
  return runBench(
    {
      peers: [],
      custom,
      workloads: ["small"],
      tree: undefined,
      size: 1_000_000,
      phases: ["cold"],
      runs: 3,
      directory: join(scratch(), "trees"),
      logParent: join(scratch(), "logs"),
      timeLimitMs: 120_000,
      seed: "1",
      coldCache: false,
      strict: false,
      ...options,
    },
    {
      self: undefined,
      environment: process.env,
      signal: new AbortController().signal,
      status: () => undefined,
      working: () => undefined,
      ...io,
    },
  );
}

function resultOf(report: BenchReport, contender: string, phase = "cold"): PhaseResult {
  const found = report.workloads[0]?.phases
    .find((candidate) => candidate.phase === phase)
    ?.results.find((result) => result.contender === contender);
  if (found === undefined) throw new Error(`no result of ${contender}`);
  return found;
}

test("honest contenders are measured in every round, compared with the first, and leave nothing behind", async () => {
  const report = await bench({
    contenders: {
      one: COPY,
      two: `sh -c 'sleep 0.3; ${COPY.replace("{src}", "$1").replace("{dst}", "$2")}' x {src} {dst}`,
    },
  });
  const [one, two] = [resultOf(report, "one"), resultOf(report, "two")];
  expect(one.runs.map(({ round }) => round)).toEqual([0, 1, 2]);
  expect(one.analysis?.ratio).toBeUndefined();
  expect(two.analysis?.ratio?.ratio).toBeGreaterThan(1);
  expect(two.analysis?.wallMs.min).toBeGreaterThan(300);
  expect(fs.readdirSync(join(scratch(), "trees"))).toEqual([]);
  const log = fs.readFileSync(join(report.logDirectory, "output.log"), "utf8");
  expect(log).toContain("== small cold: cp -a");
  expect(report.skipped.map(({ name }) => name)).toEqual(["blit"]);
  expect(report.repeatWith).toContain(
    "--workload small --size 1000000 --phases cold --runs 3 --seed 1",
  );
});

test("the built-in peers that are installed do all phases of the workload made to tell them apart", async () => {
  const report = await bench({
    contenders: {},
    options: {
      peers: ["cp", "rsync", "tar", "robocopy"],
      workloads: ["links"],
      phases: ["cold", "unchanged", "changed", "delete"],
      runs: 1,
    },
  });
  for (const phase of report.workloads[0]?.phases ?? []) {
    for (const { failure } of phase.results) expect(failure).toBeUndefined();
  }
  expect(resultOf(report, "cp", "delete").label).toBe("rm");
  expect(resultOf(report, "tar", "changed").absent).toBe("has no such mode");
  expect(report.skipped.map(({ name }) => name)).toContain("robocopy");
});

/** A faithful copy, and then something else. */
function andThen(script: string): string {
  return `sh -c '${COPY.replace("{src}", "$1").replace("{dst}", "$2")}; ${script}' x {src} {dst}`;
}

describe("a contender that", () => {
  test.each<[string, string, RegExp, RegExp | undefined]>([
    ["does nothing", "true", /differs from the source in/, /missing/],
    [
      "changes one byte",
      andThen(`printf x | dd of="$2/keep.txt" conv=notrunc 2>/dev/null`),
      /in 1 entries/,
      /keep.txt: other content/,
    ],
    [
      "leaves a file behind",
      andThen(`touch "$2/.partial"`),
      /in 1 entries/,
      /.partial: not in the source/,
    ],
    [
      "says that it failed",
      andThen("echo disk on fire >&2; exit 3"),
      /exit code 3/,
      /disk on fire/,
    ],
    ["dies", andThen("kill -9 $$"), /killed by a signal/, undefined],
  ])("%s has failed, and the others are measured", async (_name, line, what, details) => {
    const report = await bench({ contenders: { good: COPY, bad: line } });
    const bad = resultOf(report, "bad");
    expect(bad.failure?.what).toMatch(what);
    expect(bad.analysis).toBeUndefined();
    if (details !== undefined) expect(bad.failure?.details.join("\n")).toMatch(details);
    expect(resultOf(report, "good").analysis?.wallMs.count).toBe(3);
  });

  test("does not delete fails in the delete phase alone", async () => {
    const report = await bench({
      contenders: { keeper: COPY },
      options: { phases: ["cold", "delete"], runs: 1 },
    });
    expect(resultOf(report, "keeper", "cold").failure).toBeUndefined();
    expect(resultOf(report, "keeper", "delete").failure?.details.join()).toContain(
      "not in the source",
    );
  });
});

test("the user's own tree is measured and not touched", async () => {
  const tree = join(scratch(), "mine");
  fs.mkdirSync(join(tree, "sub"), { recursive: true });
  fs.writeFileSync(join(tree, "a"), "content");
  fs.writeFileSync(join(tree, "sub/b"), "more", { mode: 0o444 });
  const before = Bun.spawnSync(["ls", "-lAR", "--full-time", tree]).stdout.toString();
  const report = await bench({
    contenders: {},
    options: { tree, peers: ["cp"], phases: ["cold", "unchanged", "changed", "delete"], runs: 1 },
  });
  expect(report.workloads[0]?.phases.map(({ results }) => results[0]?.failure)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  expect(Bun.spawnSync(["ls", "-lAR", "--full-time", tree]).stdout.toString()).toBe(before);
});

test("a contender that makes hard links has failed, and the user's own files stay as they are", async () => {
  const tree = join(scratch(), "mine");
  fs.mkdirSync(tree);
  for (let i = 0; i < 200; i++) fs.writeFileSync(join(tree, `${i}`), `content of ${i}`);
  const before = await readManifest(tree, new AbortController().signal);
  const report = await bench({
    contenders: { snap: "cp -alu {src}/. {dst}/", good: "cp -au {src}/. {dst}/" },
    options: { tree, phases: ["cold", "unchanged", "changed"], runs: 2 },
  });
  expect(resultOf(report, "snap").failure?.details.join()).toContain("the source's own entry");
  expect(resultOf(report, "good", "changed").failure).toBeUndefined();
  const now = await readManifest(tree, new AbortController().signal);
  expect(changesOf(before, now).failures).toEqual([]);
});

test("interrupted, it removes its trees and reports the rounds that are complete", async () => {
  const controller = new AbortController();
  const report = await bench({
    contenders: { one: COPY },
    options: { runs: 1_000 },
    io: {
      signal: controller.signal,
      status: (text) => {
        if (text?.includes("round 3") === true) controller.abort();
      },
    },
  });
  expect(report.interrupted).toBe(true);
  expect(resultOf(report, "one").analysis?.wallMs.count).toBe(2);
  expect(fs.readdirSync(join(scratch(), "trees"))).toEqual([]);
});

test("the time limit ends it early and says so; one round is always measured", async () => {
  const report = await bench({ contenders: { one: COPY }, options: { timeLimitMs: 1, runs: 50 } });
  expect(resultOf(report, "one").runs).toHaveLength(1);
  expect(report.notes.join()).toContain("1 of 50 rounds within the time limit");
});

describe("refused before anything is made:", () => {
  test.each<[string, Partial<BenchOptions>, RegExp]>([
    ["no contender", { custom: [] }, /nothing to measure/],
    ["a folder that is none", { directory: "/nonexistent" }, /no directory/],
    ["a tree that is none", { tree: "/etc/passwd" }, /no directory/],
  ])("%s", async (_name, options, message) => {
    const attempt = bench({ contenders: { one: COPY }, options });
    const refusal = await attempt.then(String, (error: unknown) => error);
    expect(refusal).toBeInstanceOf(CannotBench);
    expect(String(refusal)).toMatch(message);
  });
});
