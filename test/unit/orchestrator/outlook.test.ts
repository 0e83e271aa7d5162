import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { RawPath } from "#model/name.ts";
import { Outlook } from "#orchestrator/outlook.ts";
import { selectPlatform } from "#platform/select.ts";
import { counts } from "#test/golden/events.ts";

const VARIABLE = "BLIT_DISABLE_PERF_HISTORY";
const before = process.env[VARIABLE];
beforeEach(() => void (process.env[VARIABLE] = "1"));
afterEach(() => {
  if (before === undefined) delete process.env[VARIABLE];
  else process.env[VARIABLE] = before;
});

async function anOutlook(): Promise<Outlook> {
  const path = "/nowhere" as RawPath;
  const kinds = { sourceKind: "ext4", destinationKind: "ext4" } as const;
  const ground = { ...kinds, sources: [path], destination: path, mounts: "", foreign: undefined };
  return new Outlook(await selectPlatform(), { verb: "copy", ground });
}

const FOUND = { entriesScanned: 2, filesPlanned: 1, bytesPlanned: 1e9 };

describe("the time left", () => {
  test("is none for holes that were met: they need no copying", async () => {
    const outlook = await anOutlook();
    const whole = counts({ ...FOUND, filesCopied: 1, bytesCopied: 1e6, bytesSparse: 999e6 });
    expect(outlook.remainingMs(whole, true, 500)).toBe(0);
    const half = counts({ ...FOUND, bytesCopied: 1e6, bytesSparse: 499e6 });
    expect(outlook.remainingMs(half, true, 500)).toBeGreaterThan(0);
  });

  test("counts what was compared as work done, and not as part of what is to be copied", async () => {
    const outlook = await anOutlook();
    const compared = counts({ ...FOUND, filesCopied: 1, bytesCopied: 1e9, bytesCompared: 5e9 });
    expect(outlook.remainingMs(compared, true, 500)).toBe(0);
  });
});
