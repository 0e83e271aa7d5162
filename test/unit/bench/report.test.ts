import { describe, expect, test } from "bun:test";
import { ticksUpTo } from "#bench/chart.ts";
import { formatBytes, formatMs, headline } from "#bench/format.ts";
import { markup } from "#bench/markup.ts";
import { type MeasuredResult, analysePhase, hasFailures } from "#bench/report.ts";
import { renderHtml } from "#bench/report_html.ts";
import { renderTable } from "#bench/report_table.ts";
import { exampleReport, measured } from "./example_report.ts";

describe("analysePhase()", () => {
  test("compares with the first contender that has a time, by rounds that both have run", () => {
    const late: MeasuredResult = {
      ...measured("late", [40, 20]),
      runs: measured("late", [0, 40, 20]).runs.slice(1),
    };
    const phase = analysePhase(
      "cold",
      [failed("broken"), measured("first", [10, 20, 10]), late],
      0.01,
    );
    expect(phase.results.map(({ analysis }) => analysis?.ratio?.ratio)).toEqual([
      undefined,
      undefined,
      2,
    ]);
    expect(phase.results[2]?.analysis?.ratio?.pairs).toBe(2);
    expect(phase.results[2]?.analysis?.ratio?.verdict).toBe("too-few-runs");
  });

  test("trusts no run of a contender that failed once", () => {
    const once = { ...failed("once"), runs: measured("once", [1, 1, 1]).runs };
    const phase = analysePhase("cold", [measured("first", [10, 10, 10]), once], 0.01);
    expect(phase.results[1]?.analysis).toBeNull();
  });
});

describe("renderTable()", () => {
  const table = renderTable(exampleReport(), { columns: 100, color: false });

  test("shows every contender, failures with their details, and who was left out", () => {
    for (const text of [
      "blit",
      "rsync",
      "3.00×",
      "FAILED: exit code 23",
      "no space left",
      "robocopy: left out",
      "3 files, 2 directories, 1 symlink, 12.3 kB; from xfs to x",
      "extended attributes and ACLs",
    ]) {
      expect(table).toContain(text);
    }
  });

  test("keeps to the width where there are bars, without colours where none are wanted", () => {
    const bars = table.split("\n").filter((line) => line.includes("█"));
    expect(bars).toHaveLength(2);
    for (const line of bars) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(100);
    expect(table).not.toContain("\x1b");
    expect(renderTable(exampleReport(), { columns: 100, color: true })).toContain("\x1b[");
  });

  test("keeps the columns in line beside the widest figures, and the mark of an outlier", () => {
    const report = exampleReport();
    const results = [
      measured("blit", [15.7, 15.4, 15.1, 16.0, 16.3, 99]),
      measured("rsync", [30, 30, 30, 30, 30, 30]),
    ];
    const phases = [analysePhase("cold", results, 0.01)];
    const workloads = report.workloads.map((workload) => ({ ...workload, phases }));
    const table = renderTable({ ...report, workloads }, { columns: 100, color: false });
    const lines = table.split("\n");
    const column = lines.find((line) => line.includes("median"))?.indexOf("times") ?? 0;
    const bars = lines.filter((line) => line.includes("█"));
    expect(bars).toHaveLength(2);
    expect(bars.map((line) => line.slice(0, column))).toEqual([
      expect.stringMatching(/ms ±0\.\d{3} ms\* +$/),
      expect.stringMatching(/ms ±0 ms +$/),
    ]);
    for (const line of bars) expect(line.slice(column)).toMatch(/^(1 |no verdict)/);
  });

  test("says that figures are partial", () => {
    const cut = renderTable(
      { ...exampleReport(), interrupted: true },
      { columns: 80, color: false },
    );
    expect(cut).toContain("interrupted");
  });
});

describe("renderHtml()", () => {
  test("draws a dot for each run and needs nothing from outside", () => {
    const page = renderHtml(exampleReport());
    expect(page.match(/<circle class="dot[^>]*><title>/g)).toHaveLength(12);
    expect(page).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)|<link|@import|url\(/);
    expect(page).toContain("prefers-color-scheme: dark");
  });

  test("escapes whatever a tool, a path or a file name says", () => {
    const evil = `<img src=x onerror="alert('1')">&`;
    const page = renderHtml(exampleReport(evil));
    expect(page).not.toContain("<img");
    expect(page).not.toContain(`onerror="`);
    expect(page).toContain("&lt;img src=x");
  });
});

test("markup escapes values, not markup, and drops what HTML cannot hold", () => {
  const inner = markup`<b>${"<&\"'\x07"}</b>`;
  expect(markup`<p title="${'"'}">${[inner, 3, undefined]}</p>`.text).toBe(
    `<p title="&quot;"><b>&lt;&amp;&quot;&#x27;\u{fffd}</b>3</p>`,
  );
});

test("the headline names those that were faster, too", () => {
  const report = exampleReport();
  expect(headline(report)).toBe("small: blit is 3.0 times as fast as rsync");
  const phase = analysePhase(
    "cold",
    [measured("blit", Array(6).fill(10)), measured("cp", Array(6).fill(5))],
    0.01,
  );
  const [workload] = report.workloads;
  if (workload === undefined) throw new Error("no workload");
  const beaten = { ...report, workloads: [{ ...workload, phases: [phase] }] };
  expect(headline(beaten)).toBe("small: cp is 2.0 times as fast as blit");
});

test("a phase that an interrupted bench has not come to is not shown", () => {
  const report = exampleReport();
  const [workload] = report.workloads;
  if (workload === undefined) throw new Error("no workload");
  const nothing = analysePhase("delete", [measured("blit", [])], 0.01);
  const cut = { ...report, workloads: [{ ...workload, phases: [...workload.phases, nothing] }] };
  for (const page of [renderHtml(cut), renderTable(cut, { columns: 100, color: false })]) {
    expect(page).not.toContain("delete all but one entry");
  }
});

test("hasFailures() sees a failed contender", () => {
  expect(hasFailures(exampleReport())).toBe(true);
  expect(hasFailures({ ...exampleReport(), workloads: [] })).toBe(false);
});

test("ticks are round, begin at zero and end at or before the longest", () => {
  expect(ticksUpTo(3300)).toEqual([0, 1000, 2000, 3000]);
  expect(ticksUpTo(0.9)).toEqual([0, 0.5]);
});

test.each([
  [0.0421, "0.042 ms"],
  [0.95, "0.950 ms"],
  [12.34, "12.3 ms"],
  [999, "999 ms"],
  [1234, "1.23 s"],
  [95_100, "95.1 s"],
  [744_000, "12.4 min"],
])("formatMs(%p) is %p", (ms, text) => {
  expect(formatMs(ms)).toBe(text);
});

test("formatBytes() counts in thousands", () => {
  expect([0, 999, 1_000, 348_813_527, 12e12].map(formatBytes)).toEqual([
    "0 B",
    "999 B",
    "1.00 kB",
    "349 MB",
    "12.0 TB",
  ]);
});

function failed(name: string): MeasuredResult {
  return { ...measured(name, []), failure: { round: 0, what: "exit code 1", details: [] } };
}
