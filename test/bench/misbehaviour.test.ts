// Contenders that cheat, break, hang or destroy: each is caught, named, and costs the others nothing.

import { describe, expect, test } from "bun:test";
import * as fs from "node:fs";
import { join } from "node:path";
import { changesOf } from "#bench/judge.ts";
import { readManifest } from "#bench/manifest.ts";
import { hasFailures } from "#bench/report.ts";
import { renderTable } from "#bench/report_table.ts";
import { COPY, andThen, bench, resultOf } from "./run_bench.ts";
import { scratchDirectory } from "./scratch.ts";

const scratch = scratchDirectory();

describe("a contender that", () => {
  test.each<[string, string, RegExp, RegExp | undefined]>([
    ["does nothing", "true", /differs from the source in/, /missing/],
    [
      "changes one byte",
      andThen(`printf x | dd of="$2/keep.txt" conv=notrunc 2>/dev/null`),
      /in 1 entry$/,
      /keep.txt: other content/,
    ],
    [
      "leaves a file behind",
      andThen(`touch "$2/.partial"`),
      /in 1 entry$/,
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
    const report = await bench(scratch(), { contenders: { good: COPY, bad: line } });
    const bad = resultOf(report, "bad");
    expect(bad.failure?.what).toMatch(what);
    expect(bad.analysis).toBeNull();
    if (details !== undefined) expect(bad.failure?.details.join("\n")).toMatch(details);
    expect(resultOf(report, "good").analysis?.wallMs.count).toBe(3);
  });

  test("does not delete fails in the delete phase alone", async () => {
    const report = await bench(scratch(), {
      contenders: { keeper: COPY },
      options: { phases: ["cold", "delete"], runs: 1 },
    });
    expect(resultOf(report, "keeper", "cold").failure).toBeNull();
    expect(resultOf(report, "keeper", "delete").failure?.details.join()).toContain(
      "not in the source",
    );
  });
});

describe("the source", () => {
  const steal = andThen('rm -rf "$1"');

  test("destroyed by a contender on the sample: the real one is not shown to it", async () => {
    const report = await bench(scratch(), { contenders: { thief: steal, good: COPY } });
    const { failure } = resultOf(report, "thief");
    expect(failure?.what).toBe("it changed its source, while warming up");
    expect(failure?.details.join()).toContain("no such file");
    expect(resultOf(report, "good").analysis?.wallMs.count).toBe(3);
  });

  test("destroyed later ends the workload, and it is said after whose run", async () => {
    const marker = join(scratch(), "warm");
    const report = await bench(scratch(), {
      contenders: {
        good: COPY,
        thief: andThen(`[ -e ${marker} ] && rm -rf "$1"/keep.txt; touch ${marker}`),
      },
    });
    expect(report.workloads[0]?.sourceChange).toMatchObject({
      during: "thief",
      phase: "cold",
      round: 0,
    });
    expect(report.workloads[0]?.sourceChange?.details).toContain("keep.txt: missing");
    expect(resultOf(report, "good").runs).toHaveLength(1);
    expect(resultOf(report, "good").failure).toBeNull();
    expect(hasFailures(report)).toBe(true);
  });

  test("changed by its user is not blamed on the tools", async () => {
    const tree = join(scratch(), "mine");
    fs.mkdirSync(tree);
    for (const name of ["a", "b"]) fs.writeFileSync(join(tree, name), name);
    const report = await bench(scratch(), {
      contenders: {},
      options: { tree, peers: ["cp"] },
      io: {
        status: (text) => {
          if (text?.includes("round 2") === true) fs.writeFileSync(join(tree, "a"), "changed");
        },
      },
    });
    expect(report.workloads[0]?.sourceChange?.details.join()).toContain("a: 7 bytes instead of 1");
    expect(resultOf(report, "cp").failure).toBeNull();
    expect(renderTable(report, { columns: 100, color: false })).toContain("the source has changed");
  });
});

test("a contender that takes its result away has failed, and the bench goes on", async () => {
  const report = await bench(scratch(), {
    contenders: { good: COPY, bad: andThen('mv "$2" "$2-moved"') },
  });
  expect(resultOf(report, "bad").failure?.details.join()).toContain("ENOENT");
  expect(resultOf(report, "good").runs).toHaveLength(3);
});

test("a contender that spoils its copy when nothing has changed is not given it again", async () => {
  const spoil = `sh -c 'if [ -e "$2/keep.txt" ]; then rm -r "$2"/*; else cp -a "$1"/. "$2"/; fi' x {src} {dst}`;
  const report = await bench(scratch(), {
    contenders: { bad: spoil, good: "cp -au {src}/. {dst}/" },
    options: { phases: ["cold", "unchanged", "changed"], runs: 1 },
  });
  expect(resultOf(report, "bad", "unchanged").failure?.what).toContain("differs");
  expect(resultOf(report, "good", "changed").failure).toBeNull();
});

test("a contender that hangs in the warm-up takes no part, in any phase", async () => {
  const log = join(scratch(), "seen");
  const report = await bench(scratch(), {
    contenders: { hangs: `sh -c 'echo "$1" >> ${log}; sleep 1000' x {src} {dst}`, good: COPY },
    options: { phases: ["cold", "unchanged"], timeLimitMs: 20_000, runs: 1 },
  });
  for (const phase of ["cold", "unchanged"]) {
    const what = resultOf(report, "hangs", phase).failure?.what;
    expect(what).toBe("stopped at the time limit, while warming up");
  }
  expect(fs.readFileSync(log, "utf8").trimEnd().split("\n")).toHaveLength(1);
  expect(resultOf(report, "good").runs).toHaveLength(1);
});

test("a contender is warmed up in the phases asked for alone, and never asked for its version", async () => {
  const log = join(scratch(), "seen");
  await bench(scratch(), {
    contenders: { own: `sh -c 'echo $# >> ${log}; cp -a "$1"/. "$2"/' x {src} {dst}` },
    options: { runs: 1 },
  });
  // Once on the sample and once in earnest.
  expect(fs.readFileSync(log, "utf8")).toBe("2\n2\n");
});

test("a contender that makes hard links has failed, and the user's own files stay as they are", async () => {
  const tree = join(scratch(), "mine");
  fs.mkdirSync(tree);
  for (let i = 0; i < 200; i++) fs.writeFileSync(join(tree, `${i}`), `content of ${i}`);
  const before = await readManifest(tree, new AbortController().signal);
  const report = await bench(scratch(), {
    contenders: { snap: "cp -alu {src}/. {dst}/", good: "cp -au {src}/. {dst}/" },
    options: { tree, phases: ["cold", "unchanged", "changed"], runs: 2 },
  });
  expect(resultOf(report, "snap").failure?.details.join()).toContain("the source's own entry");
  expect(resultOf(report, "good", "changed").failure).toBeNull();
  const now = await readManifest(tree, new AbortController().signal);
  expect(changesOf(before, now).failures).toEqual([]);
});
