import { describe, expect, test } from "bun:test";
import { formatError, historyLines } from "#cli/render/history_report.ts";
import { formatCost, formatRate, profileLines } from "#cli/render/profile_report.ts";
import { reviewPairs } from "#history/review.ts";
import { recordOf } from "#test/unit/history/records.ts";

const RUNS = [
  recordOf({ totalMs: 1000, deletingMs: 0, predictedMs: null }),
  recordOf({ totalMs: 250, deletingMs: 0, predictedMs: 200, verb: "copy", outcome: "stalled" }),
  recordOf({ totalMs: 4, deletingMs: 0, predictedMs: 5, fastPath: true, workers: 0 }),
];

describe("historyLines()", () => {
  test("show each run with a bar of its time, and the trend", () => {
    const lines = historyLines(RUNS, { width: 120, charset: "unicode" });
    const [title, first, second, third, empty, times, errors] = lines;
    expect(title).toContain("verb");
    expect(first).toMatch(/mirror {2}ext4→tmpfs {3}47,000 .* 2 {2}done .* 1\.00 s {2}█+$/);
    expect(second).toMatch(/copy .* stalled {4}\+25% {2}250 ms {2}█+[▉-▏]?$/);
    expect(third).toMatch(/ main {2}done {7}-20% {4}4 ms {2}▏$/);
    expect(empty).toBe("");
    expect(times).toBe("time    █▃▁  4 ms to 1.00 s");
    expect(errors).toBe("off by  █▇  median 22%");
  });

  test("fit every width, the least important columns going first", () => {
    let before = Infinity;
    for (let width = 140; width >= 20; width--) {
      const lines = historyLines(RUNS, { width, charset: "ascii" });
      const titles = lines[0]?.split(/ {2,}/).length ?? 0;
      expect(titles).toBeLessThanOrEqual(before);
      before = titles;
      if (width >= 40) for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
      expect(lines[0]).toContain("time");
    }
  });

  test("are ASCII where nothing else can be shown", () => {
    expect(historyLines(RUNS, { width: 120, charset: "ascii" }).join("")).toMatch(/^[ -~]*$/);
  });

  test("of one run have no bar and no trend", () => {
    expect(historyLines(RUNS.slice(0, 1), { width: 120, charset: "unicode" })).toHaveLength(2);
  });
});

test.each([
  [0.024, "+2%"],
  [-0.5, "-50%"],
  [0, "0%"],
  [99, "100x"],
])("formatError(%p) is %s", (error, text) => {
  expect(formatError(error)).toBe(text);
});

test.each([
  [0.0000012, "1.20 ns"],
  [0.0031, "3.10 µs"],
  [12.34, "12.3 ms"],
  [4321, "4.32 s"],
  [0, "nothing"],
])("formatCost(%p) is %s", (ms, text) => {
  expect(formatCost(ms, "unicode")).toBe(text);
});

test("formatCost() is ASCII where nothing else can be shown", () => {
  expect(formatCost(0.0031, "ascii")).toBe("3.10 us");
});

test("formatRate() is in megabytes or gigabytes a second", () => {
  expect(formatRate(1e-5)).toBe("100 MB/s");
  expect(formatRate(6.25e-7)).toBe("1.60 GB/s");
});

describe("profileLines()", () => {
  const style = { width: 80, charset: "unicode" } as const;
  const linesOf = (...records: Parameters<typeof reviewPairs>[0]) =>
    reviewPairs(records).map((pair) => profileLines(pair, style).join("\n"));

  test("say what a pair costs, how good the predictions were, and what follows", () => {
    const run = { totalMs: 5000, deletingMs: 0, workers: 4 };
    const [text] = linesOf(recordOf(run), recordOf(run), recordOf({ ...run, totalMs: 10_000 }));
    expect(text).toContain("mirror ext4 → tmpfs, 3 runs\n  workers, from 3 runs:\n");
    expect(text).toMatch(/µs an entry, .* a file, .*B\/s, .* to start/);
    expect(text).toMatch(/predictions off by {2}▁█ {2}median 50%, last \+100%/);
    expect(text).toContain("decides: what the main thread does in 30 ms is done without workers");
    expect(text).toContain("decides: the first number of workers is the default");
  });

  test("name a number of workers only where it would be used: not between local file systems", () => {
    const run = { totalMs: 5000, deletingMs: 0, workers: 4 };
    expect(linesOf(recordOf({ ...run, source: "nfs" }))[0]).toContain(
      "decides: 4 workers to begin with",
    );
    expect(linesOf(recordOf(run))[0]).not.toContain("to begin with");
  });

  test("say that workers do everything where a file system is not local", () => {
    expect(linesOf(recordOf({ source: "nfs" }))[0]).toContain("a file system is not local");
    expect(linesOf(recordOf({ source: "a-later-kind" }))[0]).toContain("is not local");
    expect(linesOf(recordOf({ source: "overlay" }))[0]).not.toContain("is not local");
  });

  test("show the pair with the newest run first", () => {
    const texts = linesOf(recordOf({ verb: "copy" }), recordOf(), recordOf({ verb: "move" }));
    expect(texts.map((text) => text.split(" ")[0])).toEqual(["move", "mirror", "copy"]);
  });
});
