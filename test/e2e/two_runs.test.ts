// Two runs at once on one destination: what one of them has brought there whole outlives the other's failure.

import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { commandLine, environment } from "#test/helpers/binary.ts";
import { fileSystem, IS_ROOT, sharedMount } from "#test/helpers/filesystems.ts";
import { inScratch } from "#test/helpers/scratch.ts";
import { positionsOf, stoppedAt } from "#test/helpers/stopped.ts";
import { STRACE } from "#test/helpers/strace.ts";
import { dir, fifo, makeTree, randomFile, symlink } from "#test/helpers/tree.ts";

/** One that is copied with others of its directory, and one that is a task of its own. */
const SIZES = [5000, 6_000_000];

describe.skipIf(STRACE === undefined)("a move while a copy is at work (needs strace)", () => {
  test.each(SIZES)("loses no file of %d bytes", async (size) => {
    await inScratch(async (folder) => {
      await makeTree(folder, dir({ src: dir({ f: randomFile(size, 1) }), dst: dir() }));
      const [src, dst] = [`${folder}/src`, `${folder}/dst/new`];
      const before = readFileSync(`${src}/f`);
      const [written = 0] = positionsOf(
        ["copy", src, `${dst}-first`],
        "copy_file_range",
        ["-first/f>"],
        1,
      );
      const run = await stoppedAt(["copy", src, dst], "copy_file_range", written, () => {
        const { exitCode } = Bun.spawnSync(commandLine(["move", src, dst]), { env: environment() });
        expect(exitCode).toBe(0);
      });
      expect(run).toMatchObject({ isStopped: true, code: 0 });
      expect(existsSync(`${src}/f`)).toBe(false);
      expect(readFileSync(`${dst}/f`).equals(before)).toBe(true);
    });
  });

  const attributes = { xattrs: { "trusted.note": "x" } };
  const made = [
    ["a symlink", "symlinkat", symlink("leads nowhere", attributes), []],
    ["a symlink that is copied with care", "symlinkat", symlink("a", attributes), ["--durable"]],
    ["a FIFO", "mknodat", fifo(attributes), []],
  ] as const;
  test.skipIf(!IS_ROOT || fileSystem("ext4").unavailable !== undefined).each(made)(
    "does not lose %s",
    async (_, syscall, entry, options) => {
      await inScratch(async (folder) => {
        await makeTree(folder, dir({ src: dir({ x: entry }), dst: dir() }));
        const [src, dst] = [`${folder}/src`, `${folder}/dst/new`];
        const run = await stoppedAt(["copy", ...options, src, dst], syscall, 1, () => {
          const move = commandLine(["move", src, dst]);
          expect(Bun.spawnSync(move, { env: environment() }).exitCode).toBe(0);
        });
        expect(run).toMatchObject({ isStopped: true, code: 0 });
        expect(existsSync(src)).toBe(false);
        expect(readdirSync(dst)).toEqual(["x"]);
      }, sharedMount("ext4"));
    },
  );
});
