// The JSON of events: against the schema, and against the lines that readers of version 1 rely on.

import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020";
import { jsonLine } from "#cli/render/json.ts";
import schema from "#cli/render/events.schema.json";
import { COUNTERS } from "#model/summary.ts";
import { EVENTS } from "#test/golden/events.ts";

const GOLDEN = join(import.meta.dir, "../../golden/events.jsonl");

const ajv = new Ajv2020({ allErrors: true, strict: false, validateFormats: false });
const isValid = ajv.compile(schema);

describe("jsonLine()", () => {
  test.each(EVENTS.map((event, index) => [`${index} ${event.type}`, event] as const))(
    "%s is valid",
    (_name, event) => {
      for (const line of [jsonLine(event), jsonLine(event, { time: "2026-01-31T00:00:00.000Z" })]) {
        expect(line).not.toContain("\n");
        expect(isValid(JSON.parse(line)) ? [] : isValid.errors).toEqual([]);
      }
    },
  );

  test("gives what it gave when version 1 was published", async () => {
    const lines = EVENTS.map((event) => `${jsonLine(event)}\n`).join("");
    expect(lines).toBe(await Bun.file(GOLDEN).text());
  });

  test("keeps the bytes of a path that is not UTF-8", () => {
    const event = EVENTS.find(({ type }) => type === "progress") ?? expect.unreachable();
    const { path, pathBase64 } = JSON.parse(jsonLine(event)) as Record<string, string>;
    expect(path).toBe("caf\ufffd");
    expect(Buffer.from(pathBase64 ?? "", "base64")).toEqual(Buffer.from("caf\xe9", "latin1"));
  });
});

/** Not events of a run: what diagnostics and profile print (test/cli/output.test.ts). */
function isAnswer(type: string): boolean {
  return ["run", "history", "profile", "dump"].includes(type);
}

describe("the schema", () => {
  test("refuses an unknown type, a missing field, a wrong version", () => {
    expect(isValid({ v: 1, type: "nonsense" })).toBe(false);
    expect(isValid({ v: 1, type: "phase" })).toBe(false);
    expect(isValid({ v: 2, type: "phase", phase: "copying" })).toBe(false);
    expect(isValid({ v: 1, type: "phase", phase: "copying" })).toBe(true);
  });

  test("has an example here for every type, and names every counter", () => {
    const types = schema.oneOf.map(({ title }) => title).filter((type) => !isAnswer(type));
    expect(new Set<string>(EVENTS.map(({ type }) => type))).toEqual(new Set(types));
    expect(schema.$defs.counts.required).toEqual([...COUNTERS]);
  });
});
