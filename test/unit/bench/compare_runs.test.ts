import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { Incomparable, compareReports, differencesOfMachine } from "../../../bench/compare_runs.ts";
import { type BenchReport, analysePhase } from "#bench/report.ts";
import { exampleReport, measured } from "./example_report.ts";

const SCRIPT = join(import.meta.dir, "../../../bench/compare_runs.ts");

/** Six rounds, close to so many milliseconds. */
function around(ms: number): number[] {
  return [1, 1.02, 1.01, 1, 1.02, 1.01].map((factor) => ms * factor);
}

function reportOf(blitMs: readonly number[], rsyncMs: readonly number[]): BenchReport {
  const example = exampleReport();
  const phase = analysePhase("cold", [measured("blit", blitMs), measured("rsync", rsyncMs)], 0.01);
  return {
    ...example,
    workloads: example.workloads.map((workload) => ({ ...workload, phases: [phase] })),
  };
}

const old = reportOf(around(10), around(30));

function verdicts(newer: BenchReport): string[] {
  return compareReports(old, newer, "blit").map(({ verdict }) => verdict);
}

describe("compareReports()", () => {
  test("names a regression", () => {
    const [shift] = compareReports(old, reportOf(around(14), around(30)), "blit");
    expect(shift).toMatchObject({ verdict: "slower", ratio: expect.closeTo(1.4, 5) });
  });

  test("does not blame blit for a machine that has become slower", () => {
    const [shift] = compareReports(old, reportOf(around(20), around(60)), "blit");
    expect(shift).toMatchObject({ verdict: "unchanged", control: expect.closeTo(2, 5) });
  });

  test("sees an improvement, and calls a trifle nothing", () => {
    expect(verdicts(reportOf(around(5), around(30)))).toEqual(["faster"]);
    expect(verdicts(reportOf(around(10.3), around(30)))).toEqual(["unchanged"]);
  });

  test("judges nothing by fewer than six rounds", () => {
    expect(verdicts(reportOf([20, 20, 20, 20, 20], around(30)))).toEqual(["too few runs"]);
  });

  test("names what the new run has not measured, or failed in", () => {
    expect(verdicts({ ...old, workloads: [] })).toEqual(["lost"]);
    const failing = {
      ...measured("blit", []),
      failure: { round: 0, what: "exit code 3", details: [] },
    };
    const phase = analysePhase("cold", [failing, measured("rsync", around(30))], 0.01);
    const workloads = old.workloads.map((workload) => ({ ...workload, phases: [phase] }));
    expect(compareReports(old, { ...old, workloads }, "blit")).toMatchObject([
      { verdict: "lost", why: "failed: exit code 3" },
    ]);
  });

  test("refuses what is not of the same trees", () => {
    const workloads = old.workloads.map((workload) => ({
      ...workload,
      counts: { ...workload.counts, files: 7 },
    }));
    for (const other of [
      { ...old, seed: "2" },
      { ...old, workloads },
      { ...old, coldCache: true },
    ])
      expect(() => compareReports(old, other, "blit")).toThrow(Incomparable);
  });

  test("keeps apart what was measured in two folders of one kind", () => {
    const twice = { ...old, workloads: [...old.workloads, ...old.workloads] };
    expect(compareReports(twice, twice, "blit").map(({ what }) => what)).toEqual([
      "small on x, cold",
      "small on x (2), cold",
    ]);
  });
});

test("differencesOfMachine() names what has changed", () => {
  const other = { ...old, machine: { ...old.machine, cores: 4 } };
  expect(differencesOfMachine(old, other)).toEqual(["cores: 2 → 4"]);
});

test("a run that does not exist is said in one line, with code 2", () => {
  const { exitCode, stderr } = Bun.spawnSync(["bun", SCRIPT, "/nonexistent", "/nonexistent"]);
  expect(stderr.toString()).toMatch(/^ENOENT[^\n]*\n$/);
  expect(exitCode).toBe(2);
});
