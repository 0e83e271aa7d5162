// Storage that is slow to answer gets more workers than there are cores, in a deep tree as in a flat directory; what a
// run is told to use it keeps to, and says so.

import { describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { blit } from "#test/helpers/binary.ts";
import { FAULTY_UNAVAILABLE, mountFaulty } from "#test/helpers/fuse.ts";
import { diffManifests, readManifest } from "#test/helpers/manifest.ts";
import { inScratch } from "#test/helpers/scratch.ts";

const TIMEOUT_MS = 120_000;
const LATENCY_MS = 20;
const SLOW_OPERATIONS = ["getattr", "readdir", "open", "read"];

async function copyFromSlowMount(folder: string, args: readonly string[]) {
  const mount = await mountFaulty(`${folder}/src`, `${folder}/mnt`);
  try {
    mount.setRules(SLOW_OPERATIONS.map((operation) => `${operation} . OK 0 ${LATENCY_MS}`));
    return await blit(["copy", "-v", ...args, mount.path, `${folder}/dst`], {
      timeoutMs: TIMEOUT_MS,
    });
  } finally {
    await mount.unmount();
  }
}

function mostWorkers(stdout: string): number {
  return Math.max(0, ...[...stdout.matchAll(/(\d+) workers instead/g)].map(([, n]) => Number(n)));
}

describe.skipIf(FAULTY_UNAVAILABLE !== undefined)("storage that is slow to answer", () => {
  test.each([
    ["many directories", 20, 15],
    ["one flat directory", 1, 300],
  ])(
    "%s: workers are added beyond the cores",
    async (_name, directories, files) => {
      await inScratch(async (folder) => {
        for (let d = 0; d < directories; d++) {
          mkdirSync(`${folder}/src/d${d}`, { recursive: true });
          for (let f = 0; f < files; f++) writeFileSync(`${folder}/src/d${d}/f${f}`, `${d} ${f}`);
        }
        const run = await copyFromSlowMount(folder, []);
        expect(run).toMatchObject({ code: 0, stderr: "" });
        expect(mostWorkers(run.stdout)).toBeGreaterThan(navigator.hardwareConcurrency);
        const [source, copy] = [`${folder}/src`, `${folder}/dst`];
        expect(diffManifests(await readManifest(source), await readManifest(copy))).toEqual([]);
      });
    },
    TIMEOUT_MS,
  );

  test(
    "a given number is kept to, and said",
    async () => {
      await inScratch(async (folder) => {
        mkdirSync(`${folder}/src`);
        for (let f = 0; f < 20; f++) writeFileSync(`${folder}/src/f${f}`, `${f}`);
        const run = await copyFromSlowMount(folder, ["--workers", "2"]);
        expect(run.code).toBe(0);
        expect(run.stderr).toContain("capped at 2 workers by --workers");
        expect(mostWorkers(run.stdout)).toBe(0);
      });
    },
    TIMEOUT_MS,
  );
});
