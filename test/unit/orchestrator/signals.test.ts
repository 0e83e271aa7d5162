import { describe, expect, test } from "bun:test";
import { endsAtOnce, ignoredSignals } from "#orchestrator/signals.ts";

describe("a second signal", () => {
  test("ends the run at once where somebody is impatient", () => {
    expect(endsAtOnce("SIGINT", 800)).toBe(true);
    expect(endsAtOnce("SIGTERM", 60_000)).toBe(true);
  });

  test("is the first one, sent twice, where it follows at once", () => {
    expect(endsAtOnce("SIGINT", 3)).toBe(false);
    expect(endsAtOnce("SIGTERM", 200)).toBe(false);
  });

  test("is no impatience where a terminal is closed, whose shell and kernel both say so", () => {
    expect(endsAtOnce("SIGHUP", 3)).toBe(false);
    expect(endsAtOnce("SIGHUP", 60_000)).toBe(false);
  });
});

describe("ignoredSignals()", () => {
  test.each([
    ["0000000001001000", []],
    ["0000000001001001", ["SIGHUP"]],
    ["0000000000000002", ["SIGINT"]],
    ["0000000000004003", ["SIGHUP", "SIGINT"]],
  ])("of the mask %s", (mask, expected) => {
    const status = `Name:\tblit\nSigBlk:\t0000000000000003\nSigIgn:\t${mask}\nSigCgt:\t00000001600004f8\n`;
    expect<string[]>([...ignoredSignals(status)]).toEqual(expected);
  });

  test("are none where the system does not tell", () => {
    expect(ignoredSignals(undefined).size).toBe(0);
  });
});
