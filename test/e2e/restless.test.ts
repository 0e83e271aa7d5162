// Source files that change all the while: one that grows is backed up, one that is rewritten fails, and neither keeps a mirror
// from deleting what is gone.

import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { blit } from "#test/helpers/binary.ts";
import { inScratch } from "#test/helpers/scratch.ts";
import { positionsOf, stoppedAt } from "#test/helpers/stopped.ts";
import { STRACE, Trace } from "#test/helpers/strace.ts";
import { dir, file, makeTree, randomFile, sparseFile } from "#test/helpers/tree.ts";

const SIZE = 20_000_000;

/** Runs while a shell does this again and again; it has begun when `play` is called. */
async function during(command: string, cwd: string, play: () => Promise<void>): Promise<void> {
  const script = `${command}; echo begun; while :; do ${command}; done`;
  const child = Bun.spawn(["sh", "-c", script], { cwd, stdout: "pipe" });
  try {
    await child.stdout.getReader().read();
    await play();
  } finally {
    child.kill("SIGKILL");
    await child.exited;
  }
}

const TREES = dir({
  src: dir({ log: randomFile(SIZE, 1), other: file("x") }),
  dst: dir({ other: file("y"), extra: file("gone") }),
});

describe("a file that changes all the while", () => {
  test("and only grows arrives as it was at some time", async () => {
    await inScratch(async (folder) => {
      await makeTree(folder, TREES);
      await during("echo line >> src/log", folder, async () => {
        const run = await blit(["mirror", "src", "dst"], { cwd: folder });
        expect(run).toMatchObject({ code: 0, stderr: "" });
      });
      const copied = readFileSync(`${folder}/dst/log`);
      expect(copied.length).toBeGreaterThanOrEqual(SIZE);
      expect(readFileSync(`${folder}/src/log`).subarray(0, copied.length).equals(copied)).toBe(
        true,
      );
      expect(await blit(["mirror", "src", "dst"], { cwd: folder })).toMatchObject({ code: 0 });
      expect(readFileSync(`${folder}/dst/log`).equals(readFileSync(`${folder}/src/log`))).toBe(
        true,
      );
    });
  });

  test("and is rewritten is old or new, and what is gone is deleted", async () => {
    await inScratch(async (folder) => {
      await makeTree(folder, TREES);
      const rewrite = "head -c 4000000 /dev/urandom | dd of=src/log conv=notrunc status=none";
      await during(rewrite, folder, async () => {
        const run = await blit(["mirror", "src", "dst"], { cwd: folder });
        expect(run.code === 0 || run.stderr.includes("CHANGED")).toBe(true);
        expect(await Bun.file(`${folder}/dst/extra`).exists()).toBe(false);
      });
    });
  });

  test.skipIf(STRACE === undefined)(
    "and becomes shorter while its holes are looked for is copied again (needs strace)",
    async () => {
      await inScratch(async (folder) => {
        const parts = [1_000_000, 3_000_000].map((at) => ({ at, random: 70_000, seed: at }));
        await makeTree(folder, dir({ src: dir({ f: sparseFile(4_000_000, parts) }) }));
        const args = (to: string) => ["copy", "--workers", "1", `${folder}/src`, `${folder}/${to}`];
        // What SEEK_HOLE says where the file now ends before the data that SEEK_DATA found.
        const [when = 0] = positionsOf(args("model"), "lseek", ["SEEK_HOLE"], 1);
        const under = new Trace().under("lseek", [`lseek:error=ENXIO:when=${when}`]);
        expect(await blit(args("new"), { under })).toMatchObject({ code: 0 });
        expect(readFileSync(`${folder}/new/f`).equals(readFileSync(`${folder}/src/f`))).toBe(true);
      });
    },
  );

  test.skipIf(STRACE === undefined)(
    "and gets its time back is copied again (needs strace)",
    async () => {
      await inScratch(async (folder) => {
        await makeTree(folder, TREES);
        const rewrite = [
          "-c",
          "touch -r src/log stamp; head -c 3000000 /dev/zero | dd of=src/log conv=notrunc status=none; touch -r stamp src/log",
        ];
        const args = ["copy", `${folder}/src`, `${folder}/new`];
        const run = await stoppedAt(args, "copy_file_range,pwrite64", 1, () =>
          Bun.spawnSync(["sh", ...rewrite], { cwd: folder }),
        );
        expect(run).toMatchObject({ code: 0, isStopped: true });
        const [copied, source] = ["new", "src"].map((each) =>
          readFileSync(`${folder}/${each}/log`),
        );
        expect(copied?.equals(source as Buffer)).toBe(true);
      });
    },
  );
});
