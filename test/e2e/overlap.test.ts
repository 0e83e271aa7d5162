// One end inside the other by way of a mount: refused, because to go down there would never end, or lose the source.

import { describe, expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { blit } from "#test/helpers/binary.ts";
import {
  fileSystem,
  IS_ROOT,
  ownMount,
  run as system,
  sharedMount,
  unmount,
} from "#test/helpers/filesystems.ts";
import { inScratch } from "#test/helpers/scratch.ts";
import { dir, file, makeTree } from "#test/helpers/tree.ts";

describe.skipIf(!IS_ROOT)("an overlay (needs root)", () => {
  test("is not copied to from its upper layer, nor that from it", async () => {
    await inScratch(
      async (folder) => {
        const layers = { lower: dir({ f: file("x") }), upper: dir(), work: dir(), merged: dir() };
        await makeTree(folder, dir({ ...layers, other: dir() }));
        const options = `lowerdir=${folder}/lower,upperdir=${folder}/upper,workdir=${folder}/work`;
        system("mount", "-t", "overlay", "blit-test", "-o", options, `${folder}/merged`);
        ownMount(`${folder}/merged`);
        try {
          for (const ends of [
            ["upper", "merged/new"],
            ["upper", "merged"],
            ["merged", "upper/new"],
          ]) {
            const run = await blit(["copy", ...ends], { cwd: folder });
            expect(run.code).toBe(4);
            expect(run.stderr).toContain("is on an overlay");
          }
          for (const ends of [
            ["lower", "merged/new"],
            ["merged", "other"],
          ])
            expect(await blit(["copy", ...ends], { cwd: folder })).toMatchObject({ code: 0 });
        } finally {
          unmount(`${folder}/merged`);
        }
      },
      fileSystem("ext4").unavailable === undefined ? sharedMount("ext4") : undefined,
    );
  });
});

describe.skipIf(!IS_ROOT)("a bind mount (needs root)", () => {
  test.each([
    ["of the destination in the source", "dst", "src/in", /destination .*dst.* mounted inside/],
    ["of a part of it", "dst/sub", "src/in", /destination .*dst.* mounted inside/],
    ["of the source in the destination", "src", "dst/in", /source .*src.* mounted inside/],
    ["of a part of that", "src/sub", "dst/in", /source .*src.* mounted inside/],
  ])("%s is refused, unless it is excluded", async (_, what, where, says) => {
    await inScratch(async (folder) => {
      const one = () => dir({ f: file("x"), in: dir(), sub: dir({ g: file("y") }) });
      await makeTree(folder, dir({ src: one(), dst: one() }));
      mkdirSync(`${folder}/${where}`, { recursive: true });
      system("mount", "--bind", `${folder}/${what}`, `${folder}/${where}`);
      ownMount(`${folder}/${where}`);
      try {
        for (const verb of ["mirror", "copy", "move"]) {
          const run = await blit([verb, "src", "dst"], { cwd: folder });
          expect({ code: run.code, stderr: run.stderr }).toEqual({
            code: 4,
            stderr: expect.stringMatching(says),
          });
        }
        const excluded = ["copy", "--exclude", "/in/", "src", "dst"];
        expect(await blit(excluded, { cwd: folder })).toMatchObject({ code: 0, stderr: "" });
      } finally {
        unmount(`${folder}/${where}`);
      }
    });
  });
});
