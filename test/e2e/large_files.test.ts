// Files so large that several threads share them, on a file system in memory, where they do: each thread has descriptors of
// its own and borrows those of the one that began.

import { describe, expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { blit } from "#test/helpers/binary.ts";
import { FILE_SYSTEMS, IS_ROOT, run as system, sharedMount } from "#test/helpers/filesystems.ts";
import { diffManifests, readManifest } from "#test/helpers/manifest.ts";
import { inScratch } from "#test/helpers/scratch.ts";
import { dir, file, makeTree, randomFile } from "#test/helpers/tree.ts";

const USER = 12345;
/** pieces.ts shares what is larger than 32 MiB. */
const LARGE = 36_000_000;
const inMemory = FILE_SYSTEMS.find(({ name }) => name === "tmpfs");
const isMissing = inMemory === undefined || inMemory.unavailable !== undefined;

describe.skipIf(isMissing)(`large files on ${inMemory?.title ?? "tmpfs"}`, () => {
  test.skipIf(!IS_ROOT).each([
    ["root", 0],
    ["a user, who may not write to all of them", USER],
  ])("arrive whole, first and again, and are compared; by %s", async (_name, uid) => {
    await inScratch(async (folder) => {
      mkdirSync(`${folder}/src`);
      const owned = { uid, gid: uid };
      const tree = dir(
        {
          readable: randomFile(LARGE, 1, { ...owned, mode: 0o444 }),
          sub: dir({ writable: randomFile(LARGE + 1, 2, { ...owned, mode: 0o640 }) }, owned),
          small: file("small", owned),
        },
        owned,
      );
      await makeTree(`${folder}/src`, tree);
      system("chown", `${uid}:${uid}`, folder);
      const trees = [`${folder}/src`, `${folder}/dst`];
      for (const how of ["--checksum", "--ignore-times", "--checksum"]) {
        const done = await blit(["mirror", "--yes", how, ...trees], { uid });
        expect(done).toMatchObject({ code: 0, stderr: "" });
        const [before, after] = [
          await readManifest(`${folder}/src`),
          await readManifest(`${folder}/dst`),
        ];
        expect(diffManifests(before, after)).toEqual([]);
      }
      const verified = await blit(["verify", ...trees], { uid });
      expect(verified).toMatchObject({ code: 0, stderr: "" });
    }, sharedMount("tmpfs"));
  });
});
