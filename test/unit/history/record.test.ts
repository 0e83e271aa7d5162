import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { formatLine, isRecord, pairFragment, parseLine, type RunRecord } from "#history/record.ts";
import { recordOf } from "./records.ts";

const record = recordOf();
const line = formatLine(record);

/** The line of a record with one field as it should not be. */
const lineWith = (field: string, value: unknown) => JSON.stringify({ ...record, [field]: value });

describe("formatLine()", () => {
  test("is one line that parses to the same record", () => {
    expect(line.endsWith("}\n")).toBe(true);
    expect(line.slice(0, -1)).not.toContain("\n");
    expect(parseLine(line.slice(0, -1))).toEqual(record);
  });

  test("has the same order of fields whatever the record's is", () => {
    const reversed = Object.fromEntries(Object.entries(record).toReversed());
    expect(formatLine(reversed as unknown as RunRecord)).toBe(line);
  });

  test("keeps times to the microsecond", () => {
    const parsed = parseLine(formatLine(recordOf({ totalMs: 1.23456789, firstByteMs: null })));
    expect(parsed?.totalMs).toBe(1.235);
    expect(parsed?.firstByteMs).toBeNull();
  });

  test("has the course of a run that was long enough for one, and takes no other", () => {
    const course = Array.from({ length: 21 }, (_, index) => 1000 * index + 0.4);
    const text = formatLine({ ...record, course });
    expect(parseLine(text)).toEqual({ ...record, course: course.map(Math.round) });
    for (const wrong of [[], course.slice(1), course.map(() => -1), course.map(String), "course"])
      expect(parseLine(lineWith("course", wrong))).toBeUndefined();
  });

  test("contains the fragment of its pair and of no other", () => {
    expect(line).toContain(pairFragment("mirror", "ext4", "tmpfs"));
    expect(line).not.toContain(pairFragment("copy", "ext4", "tmpfs"));
    expect(line).not.toContain(pairFragment("mirror", "tmpfs", "ext4"));
  });
});

describe("parseLine()", () => {
  test("skips what is foreign, broken, or of another schema", () => {
    const skipped = [
      "",
      "null",
      "[1]",
      "not json",
      '{"level":"info","msg":"another program\'s line"}',
      '{"schema":1,',
      line.slice(0, 100),
      line.slice(10),
      lineWith("schema", 2),
      lineWith("schema", "1"),
    ];
    for (const text of skipped) expect(parseLine(text)).toBeUndefined();
  });

  test.each([
    ["totalMs", -1],
    ["totalMs", null],
    ["totalMs", "12"],
    ["totalMs", 1e300],
    ["workers", undefined],
    ["verb", "mirror\u001b[2J"],
    ["verb", ""],
    ["at", "yesterday"],
    ["version", "1 2"],
    ["fastPath", 1],
    ["paths", "/home/user/secret"],
    ["outcome", {}],
  ])("skips a line whose %s is %p", (field, value) => {
    expect(parseLine(lineWith(field, value))).toBeUndefined();
  });

  test("reads words and fields that a later blit of this schema may add", () => {
    expect(parseLine(lineWith("verb", "sync"))?.verb).toBe("sync");
    expect(parseLine(lineWith("later", true))?.totalMs).toBe(record.totalMs);
  });

  test("finds a record behind the torn beginning of another, wherever that was torn", () => {
    for (let length = 0; length < line.length - 1; length++) {
      expect(parseLine(line.slice(0, length) + line.slice(0, -1))).toEqual(record);
    }
  });

  test("never throws, and what it returns is a record", () => {
    const almost = fc.dictionary(fc.constantFrom(...Object.keys(record)), fc.jsonValue());
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          almost.map((value) => JSON.stringify({ ...record, ...value })),
        ),
        (text) => {
          const parsed = parseLine(text);
          expect(parsed === undefined || isRecord(parsed)).toBe(true);
        },
      ),
    );
  });
});
