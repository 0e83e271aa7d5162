import { describe, expect, test } from "bun:test";
import { formatCount } from "#model/count_text.ts";
import {
  parseCount,
  parseDurationMs,
  parseSizeBytes,
  parseTimeSec,
} from "#cli/options/quantity.ts";
import { formatBytes, formatClock, formatDuration } from "#cli/render/quantity.ts";

describe("sizes as typed", () => {
  test.each([
    ["0", 0],
    ["10", 10],
    ["10K", 10_240],
    ["10k", 10_240],
    ["1.5M", 1_572_864],
    ["2MB", 2_000_000],
    ["1GiB", 1_073_741_824],
    ["3b", 3],
  ])("%s", (text, bytes) => expect(parseSizeBytes(text, "--min-size")).toBe(bytes));

  test.each(["", "K", "-1", "1X", "1 K", "0x10", "1e3", "ten"])("not %s", (text) => {
    expect(() => parseSizeBytes(text, "--min-size")).toThrow("--min-size needs a size");
  });
});

test("no value at all is shown", () => {
  for (const parse of [parseSizeBytes, parseDurationMs])
    expect(() => parse("", "--o")).toThrow("not ''");
  expect(() => parseCount("", "--o", 1)).toThrow("not ''");
  expect(() => parseTimeSec("", "--o", 0)).toThrow("not ''");
});

describe("times as typed", () => {
  const nowMs = Date.UTC(2026, 0, 31);
  test.each([
    ["90s", 90],
    ["30m", 1800],
    ["1.5h", 5400],
    ["7d", 604_800],
    ["2w", 1_209_600],
  ])("%s ago", (text, seconds) => {
    expect(parseTimeSec(text, "--newer-than", nowMs)).toBe(nowMs / 1000 - seconds);
  });

  test("a date is midnight here, a time is as given", () => {
    const midnight = new Date(2026, 0, 5).getTime() / 1000;
    expect(parseTimeSec("2026-01-05", "--newer-than", nowMs)).toBe(midnight);
    expect(parseTimeSec("2026-01-05T10:00", "--newer-than", nowMs)).toBe(midnight + 36_000);
    expect(parseTimeSec("2026-01-05T10:00Z", "--newer-than", nowMs)).toBe(
      Date.UTC(2026, 0, 5, 10) / 1000,
    );
  });

  test.each([
    "",
    "7",
    "7y",
    "yesterday",
    "2026-13-01",
    "26-01-01",
    "2026-02-29",
    "2026-04-31",
    "2026-01-31junk",
    "2026-01-31T",
    "2026-01-31T25:00",
  ])("not %s", (text) => {
    expect(() => parseTimeSec(text, "--newer-than", nowMs)).toThrow("needs an age or a date");
  });
});

test.each(["-1", "1.5", "", "x", "9".repeat(16)])("%s is no count", (text) => {
  expect(() => parseCount(text, "--max-delete", 0)).toThrow("--max-delete needs a number");
});

test("zero is a count, but not of workers", () => {
  expect(parseCount("0", "--max-delete", 0)).toBe(0);
  expect(() => parseCount("0", "--workers", 1)).toThrow("from 1");
});

test("bytes, counts and times for people", () => {
  expect([0, 1, 1023, 1024, 1536, 1_048_575, 5e9, 2e15].map(formatBytes)).toEqual([
    "0 B",
    "1 B",
    "1023 B",
    "1.0 KiB",
    "1.5 KiB",
    "1.0 MiB",
    "4.7 GiB",
    "1.8 PiB",
  ]);
  expect([0, 999, 1000, 1234567].map(formatCount)).toEqual(["0", "999", "1,000", "1,234,567"]);
  expect([0.4, 999.4, 999.6, 1234, 9_999, 59_960, 125_000, 11_520_000].map(formatDuration)).toEqual(
    ["0 ms", "999 ms", "1.00 s", "1.23 s", "10.0 s", "1 min 0 s", "2 min 5 s", "3 h 12 min"],
  );
  expect([0, 1, 59_000, 61_000, 3_600_000].map(formatClock)).toEqual([
    "0:00",
    "0:01",
    "0:59",
    "1:01",
    "1:00:00",
  ]);
});
