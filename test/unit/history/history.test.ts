// What the rest of blit asks the history.

import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { appendFileSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type History, openHistory } from "#history/history.ts";
import { MAX_LESSONS, predict } from "#history/predictor.ts";
import { formatLine, type RunRecord } from "#history/record.ts";
import { Store } from "#history/store.ts";
import type { RawPath } from "#model/name.ts";
import { selectPlatform } from "#platform/select.ts";
import { recordOf } from "./records.ts";

const platform = await selectPlatform();
const raw = (path: string) => path as RawPath;

let state = "";
beforeEach(() => {
  state = realpathSync(mkdtempSync(join(tmpdir(), "blit-history-")));
});
afterEach(() => rmSync(state, { recursive: true, force: true }));

const open = (): History => openHistory(platform, { XDG_STATE_HOME: state });
const keep = (record: RunRecord) =>
  new Store(platform, { XDG_STATE_HOME: state }).append(formatLine(record));
const key = (sources: string[], destination: string) =>
  open().pathsKey(sources.map(raw), raw(destination));
const log = () => join(state, "blit", "perf.1.jsonl");

describe("modelFor()", () => {
  test("learns from the runs of its pair and of no other", () => {
    const work = { entriesScanned: 100, filesCopied: 10, bytesCopied: 1e6, deletingMs: 0 };
    for (let run = 0; run < 5; run++) {
      keep(recordOf({ ...work, verb: "copy", totalMs: 50 }));
      keep(recordOf({ ...work, verb: "mirror", totalMs: 700 }));
      keep(recordOf({ ...work, verb: "copy", source: "xfs", totalMs: 9000 }));
    }
    const asked = { entries: 100, files: 10, bytes: 1e6 };
    const expected = (verb: string, source: "ext4" | "xfs") =>
      predict(open().modelFor(verb, source, "tmpfs").workers, asked);
    expect(expected("copy", "ext4")).toBeCloseTo(50, 0);
    expect(expected("mirror", "ext4")).toBeCloseTo(700, 0);
    expect(expected("copy", "xfs")).toBeCloseTo(9000, -1);
  });

  test("keeps the fast path and the workers apart, however many runs either has", () => {
    keep(recordOf({ totalMs: 500, deletingMs: 0 }));
    for (let run = 0; run < MAX_LESSONS + 10; run++) {
      keep(recordOf({ fastPath: true, workers: 0, totalMs: 3 + run, deletingMs: 0 }));
    }
    const { alone, workers, settledWorkers } = open().modelFor("mirror", "ext4", "tmpfs");
    expect(workers.lessons.map((lesson) => lesson.tookMs)).toEqual([500]);
    expect(alone.lessons.length).toBe(MAX_LESSONS);
    expect(alone.lessons.at(-1)?.tookMs).toBe(3 + MAX_LESSONS + 9);
    expect(settledWorkers).toBe(2);
  });

  test("leaves out the time of deletions, and runs that were not whole", () => {
    keep(recordOf({ totalMs: 100, deletingMs: 40 }));
    keep(recordOf({ totalMs: 1, outcome: "interrupted" }));
    keep(recordOf({ totalMs: 12_000, stalls: 1 }));
    keep(recordOf({ totalMs: 12_000, errors: 3, outcome: "failed-entries" }));
    const { lessons } = open().modelFor("mirror", "ext4", "tmpfs").workers;
    expect(lessons.map((lesson) => lesson.tookMs)).toEqual([60]);
  });

  test("is not fooled by a line in which another record was torn", () => {
    keep(recordOf({ totalMs: 100, deletingMs: 0 }));
    const torn = formatLine(recordOf()).slice(0, 150);
    appendFileSync(log(), torn + formatLine(recordOf({ verb: "move", totalMs: 5 })));
    const { lessons } = open().modelFor("mirror", "ext4", "tmpfs").workers;
    expect(lessons.map((lesson) => lesson.tookMs)).toEqual([100]);
  });
});

/** Two destinations of the same sources differ in the second half only. */
const PATHS = "00000000aaaaaaaa-00000000bbbbbbbb";

describe("lastTotals()", () => {
  test("are those of the last whole run of this verb between these paths", () => {
    const [paths, others] = [PATHS, "00000000aaaaaaaa-00000000cccccccc"];
    const runs = [
      recordOf({ paths, filesCopied: 1 }),
      recordOf({ paths, filesCopied: 2, outcome: "failed-entries", errors: 1, totalMs: 77 }),
      recordOf({ paths, filesCopied: 3, outcome: "interrupted" }),
      recordOf({ paths, filesCopied: 4, verb: "copy" }),
      recordOf({ paths: others, filesCopied: 5 }),
      recordOf({ paths: null, filesCopied: 6 }),
    ];
    for (const run of runs) keep(run);
    expect(open().lastTotals("mirror", paths)).toEqual({
      work: { entries: 47_000, files: 2, bytes: 572_000_000 },
      totalMs: 77,
      wasAlone: false,
      course: undefined,
    });
    expect(open().lastTotals("move", paths)).toBeUndefined();
    expect(open().lastTotals("mirror", undefined)).toBeUndefined();
  });
});

describe("lastTotalsFrom()", () => {
  test("are those of the last whole run of this verb from the same sources", () => {
    const runs = [
      recordOf({ paths: PATHS, filesCopied: 1 }),
      recordOf({ paths: "00000000aaaaaaaa-00000000cccccccc", filesCopied: 2 }),
      recordOf({ paths: PATHS, filesCopied: 3, outcome: "interrupted" }),
      recordOf({ paths: PATHS, filesCopied: 4, verb: "copy" }),
      recordOf({ paths: "00000000bbbbbbbb-00000000cccccccc", filesCopied: 5 }),
      recordOf({ paths: "00112233445566aa", filesCopied: 6 }),
    ];
    for (const run of runs) keep(run);
    const paths = "00000000aaaaaaaa-00000000dddddddd";
    expect(open().lastTotalsFrom("mirror", paths)?.work.files).toBe(2);
    expect(open().lastTotalsFrom("move", paths)).toBeUndefined();
    expect(open().lastTotalsFrom("mirror", undefined)).toBeUndefined();
    expect(open().lastTotals("mirror", paths)).toBeUndefined();
  });
});

describe("pathsKey()", () => {
  test("is the same for the same paths, another for others", () => {
    const first = key(["/a", "/b"], "/c");
    expect(first).toMatch(/^[0-9a-f]{16}-[0-9a-f]{16}$/);
    expect(key(["/a", "/b"], "/c")).toBe(first);
    const others = [key(["/a"], "/b"), key(["/a/b"], "/c"), key(["/b", "/a"], "/c"), key([], "/c")];
    expect(new Set([first, ...others]).size).toBe(5);
  });

  test("begins with what stands for the sources", () => {
    const sourcesOf = (paths: string | undefined) => paths?.slice(0, 16);
    expect(sourcesOf(key(["/a", "/b"], "/d"))).toBe(sourcesOf(key(["/a", "/b"], "/c")));
    expect(sourcesOf(key(["/a"], "/c"))).not.toBe(sourcesOf(key(["/a", "/b"], "/c")));
  });

  test("is another on another machine, and nothing of a path is written", () => {
    const here = open().pathsKey([raw("/home/me/secret")], raw("/backup"));
    const there = openHistory(platform, { XDG_STATE_HOME: join(state, "other") });
    expect(there.pathsKey([raw("/home/me/secret")], raw("/backup"))).not.toBe(here);
    keep(recordOf({ paths: here ?? null }));
    expect(readFileSync(log(), "utf8")).not.toContain("secret");
  });
});

test("a record that is no record is skipped when it is read", () => {
  const wrong = [{ totalMs: Number.NaN }, { bytesCopied: -1 }, { outcome: "two words" }];
  for (const fields of wrong) keep(recordOf({ deletingMs: 0, ...fields }));
  keep(recordOf({ totalMs: 42, deletingMs: 0 }));
  const { lessons } = open().modelFor("mirror", "ext4", "tmpfs").workers;
  expect(lessons.map((lesson) => lesson.tookMs)).toEqual([42]);
});
