// What runs leave in the history, and that the history never gets in a run's way.

import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { blit } from "#test/helpers/binary.ts";
import { parseLine, type RunRecord } from "#history/record.ts";
import { jsonEvents } from "#test/helpers/events.ts";
import { FAULTY_UNAVAILABLE, mountFaulty } from "#test/helpers/fuse.ts";
import { inScratch } from "#test/helpers/scratch.ts";

/** The environment of tests switches the history off; here it is wanted. */
function keeping(folder: string): Record<string, string> {
  return { XDG_STATE_HOME: `${folder}/state`, BLIT_DISABLE_PERF_HISTORY: "" };
}

function recordsIn(folder: string) {
  const state = `${folder}/state/blit`;
  if (!existsSync(state)) return [];
  return readdirSync(state)
    .filter((name) => name.endsWith(".jsonl"))
    .flatMap((name) => readFileSync(`${state}/${name}`, "latin1").trimEnd().split("\n"))
    .map(parseLine);
}

function makeSource(folder: string): void {
  mkdirSync(`${folder}/src`);
  for (let index = 0; index < 10; index++) writeFileSync(`${folder}/src/f${index}`, "data");
}

describe("the history", () => {
  test("gets one record from a run, with what it did", async () => {
    await inScratch(async (folder) => {
      makeSource(folder);
      const args = ["mirror", `${folder}/src`, `${folder}/dst`];
      expect(await blit(args, { env: keeping(folder) })).toMatchObject({ code: 0, stderr: "" });
      const [record, ...others] = recordsIn(folder);
      expect(others).toEqual([]);
      expect(record).toMatchObject({
        verb: "mirror",
        entriesScanned: 11,
        filesCopied: 10,
        bytesCopied: 40,
        outcome: "done",
        stalls: 0,
        errors: 0,
      });
      const { firstByteMs, totalMs } = record ?? expect.unreachable();
      expect(firstByteMs).toBeGreaterThan(0);
      expect(firstByteMs).toBeLessThan(totalMs);
    });
  });

  test("gets one where only the deletions were refused, and none where the run was", async () => {
    await inScratch(async (folder) => {
      makeSource(folder);
      mkdirSync(`${folder}/dst`);
      for (const name of ["f0", "extra"]) writeFileSync(`${folder}/dst/${name}`, "");
      const mirror = async (...args: string[]) =>
        (await blit(["mirror", ...args], { env: keeping(folder) })).code;
      expect(await mirror(`${folder}/src`, `${folder}/src`)).toBe(4);
      expect(recordsIn(folder)).toEqual([]);
      expect(await mirror("--max-delete", "0", `${folder}/src`, `${folder}/dst`)).toBe(4);
      expect(recordsIn(folder)).toMatchObject([{ filesCopied: 10, outcome: "refused" }]);
    });
  });

  test("gets one from a verify too, which is no dry run, whether it finds differences or not", async () => {
    await inScratch(async (folder) => {
      makeSource(folder);
      const ends = [`${folder}/src`, `${folder}/dst`];
      await blit(["copy", ...ends]);
      const verify = () => blit(["verify", "--json", ...ends], { env: keeping(folder) });
      const same = jsonEvents((await verify()).stdout).at(-1);
      expect(same).toMatchObject({ type: "summary", verb: "verify", dryRun: false });
      writeFileSync(`${folder}/dst/f0`, "other");
      expect((await verify()).code).toBe(1);
      const done = { verb: "verify", entriesScanned: 11, bytesCopied: 0 };
      expect(recordsIn(folder)).toMatchObject([
        { ...done, bytesCompared: 40, outcome: "done" },
        { ...done, outcome: "differences" },
      ]);
    });
  });

  test.skipIf(FAULTY_UNAVAILABLE !== undefined)(
    "is compared with what it foresees: not with the time that deletions took",
    async () => {
      await inScratch(async (folder) => {
        makeSource(folder);
        mkdirSync(`${folder}/dst`);
        const mount = await mountFaulty(`${folder}/dst`, `${folder}/mnt`);
        try {
          const args = ["mirror", "-v", "--json", "--yes", `${folder}/src`, mount.path];
          const run = async () => jsonEvents((await blit(args, { env: keeping(folder) })).stdout);
          await run();
          writeFileSync(`${folder}/dst/extra`, "");
          mount.setRules(["unlink extra OK 0 1000"]);
          const events = await run();
          const said = events.map(({ message }) => /took (\d+) ms/.exec(message ?? "")?.[1]);
          const tookMs = Number(said.find((ms) => ms !== undefined));
          const { elapsedMs } = events.at(-1) as unknown as { readonly elapsedMs: number };
          expect(elapsedMs - tookMs).toBeGreaterThan(990);
        } finally {
          await mount.unmount();
        }
      });
    },
  );

  test("decides for how long the main thread works alone", async () => {
    await inScratch(async (folder) => {
      makeSource(folder);
      mkdirSync(`${folder}/src/below`);
      const args = ["mirror", "-v", `${folder}/src`, `${folder}/dst`];
      const run = async () => (await blit(args, { env: keeping(folder) })).stdout;
      expect(await run()).toContain("no worker is started in the first 6 ms\n");
      const [record] = recordsIn(folder);
      const follows = async (fields: Partial<RunRecord>) => {
        const line = `${JSON.stringify({ ...record, ...fields })}\n`;
        writeFileSync(`${folder}/state/blit/perf.1.jsonl`, line);
        return await run();
      };
      const short = "no worker is started in the first 45 ms, for the same run was short";
      expect(await follows({ totalMs: 5, workers: 0, fastPath: true })).toContain(short);
      expect(await follows({ totalMs: 50, workers: 2, fastPath: false })).toContain(short);
      expect(await follows({ totalMs: 500, workers: 2, fastPath: false })).not.toContain(short);
    });
  });

  test.each([
    ["a dry run", ["--dry-run"], {}],
    ["a capped run", ["--workers", "1"], {}],
    ["a run capped by the environment", [], { BLIT_MAX_WORKERS: "1" }],
    ["a run that was told not to", [], { BLIT_DISABLE_PERF_HISTORY: "1" }],
  ])("gets none from %s", async (_name, options, env) => {
    await inScratch(async (folder) => {
      makeSource(folder);
      const run = await blit(["copy", ...options, `${folder}/src`, `${folder}/dst`], {
        env: { ...keeping(folder), ...env },
      });
      expect(run.code).toBe(0);
      expect(recordsIn(folder)).toEqual([]);
    });
  });

  test("fails no run where it cannot be written", async () => {
    await inScratch(async (folder) => {
      makeSource(folder);
      writeFileSync(`${folder}/state`, "a file where the folder should be");
      const run = await blit(["copy", `${folder}/src`, `${folder}/dst`], {
        env: keeping(folder),
      });
      expect(run).toMatchObject({ code: 0, stderr: "" });
    });
  });
});
