import { expect, test } from "bun:test";
import { compareReports } from "../../../bench/compare_runs.ts";
import { analysePhase, type BenchReport } from "#bench/report.ts";
import { exampleReport, measured } from "./example_report.ts";

function reportOf(blitMs: readonly number[], rsyncMs: readonly number[]): BenchReport {
  const example = exampleReport();
  const phase = analysePhase(
    "cold",
    [measured("blit", blitMs), measured("rsync", rsyncMs)],
    0.01,
    "1",
  );
  return {
    ...example,
    workloads: example.workloads.map((workload) => ({ ...workload, phases: [phase] })),
  };
}

const old = reportOf([10, 10.2, 10.1], [30, 30.3, 30.1]);

test("compareReports() names a regression", () => {
  const [shift] = compareReports(old, reportOf([14, 14.2, 14.1], [30, 30.2, 30.1]), "blit");
  expect(shift).toMatchObject({ verdict: "slower", contender: "blit" });
  expect(shift?.ratio).toBeCloseTo(1.4, 1);
});

test("compareReports() does not blame blit for a machine that has become slower", () => {
  const [shift] = compareReports(old, reportOf([20, 20.4, 20.2], [60, 60.6, 60.2]), "blit");
  expect(shift?.verdict).toBe("unchanged");
  expect(shift?.control).toBeCloseTo(2, 2);
});

test("compareReports() sees an improvement, and calls a trifle nothing", () => {
  const verdicts = [
    [5, 5.1, 5],
    [10.3, 10.4, 10.5],
  ].map((times) => compareReports(old, reportOf(times, [30, 30.2, 30.1]), "blit")[0]?.verdict);
  expect(verdicts).toEqual(["faster", "unchanged"]);
});

test("compareReports() has nothing to say of what only one run has measured", () => {
  expect(compareReports(old, exampleReport(), "nobody")).toEqual([]);
});
