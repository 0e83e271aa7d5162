// The portable platform, which macOS and anything unusual stand on, tried on Linux: node:fs has no extended
// attributes, no mknod and no holes, and its times are doubles. The rest is exact.

import { describe, expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { awkwardTree } from "#test/helpers/awkward.ts";
import { blit, type RunResult } from "#test/helpers/binary.ts";
import { IS_ROOT } from "#test/helpers/filesystems.ts";
import { diffManifests, type Manifest, readManifest } from "#test/helpers/manifest.ts";
import { inScratch } from "#test/helpers/scratch.ts";
import { type DirNode, dir, file, makeTree } from "#test/helpers/tree.ts";

const CANNOT = /missing \((char|block|fifo|socket)\)|: xattr |: bytes in data extents /;

function portable(args: string[]): Promise<RunResult> {
  return blit(args, { env: { BLIT_PLATFORM: "portable" } });
}

/** Without a terabyte of holes, which take hours to read where holes cannot be asked for. */
function withoutHuge(tree: DirNode): DirNode {
  const { sparse, ...rest } = tree.children;
  if (sparse?.kind !== "dir") throw new Error("the awkward tree has no folder of sparse files");
  const { "one-terabyte": _, ...small } = sparse.children;
  return { ...tree, children: { ...rest, sparse: { ...sparse, children: small } } };
}

/** Entries whose time is off by a microsecond or more. */
function wrongTimes(source: Manifest, copy: Manifest): string[] {
  return [...copy.values()]
    .filter(({ path, mtimeNs }) => {
      const difference = BigInt(mtimeNs) - BigInt(source.get(path)?.mtimeNs ?? 0n);
      return difference <= -1000n || difference >= 1000n;
    })
    .map(({ path }) => path);
}

describe("BLIT_PLATFORM=portable", () => {
  test.skipIf(!IS_ROOT)(
    "copies the awkward tree but for what node:fs has not, twice (needs root)",
    async () => {
      await inScratch(async (folder) => {
        mkdirSync(`${folder}/src`);
        await makeTree(`${folder}/src`, withoutHuge(awkwardTree({ seed: 1, deep: false })));
        const source = await readManifest(`${folder}/src`);

        const args = ["mirror", `${folder}/src`, `${folder}/dst`];
        expect(await portable(args)).toMatchObject({ code: 0, stderr: "" });
        const copy = await readManifest(`${folder}/dst`);
        const differences = diffManifests(source, copy, { ignore: ["mtime", "links"] });
        expect(differences.filter((line) => !CANNOT.test(line))).toEqual([]);
        expect(wrongTimes(source, copy)).toEqual([]);

        expect(await portable(args)).toMatchObject({ code: 0, stderr: "" });
        const again = await readManifest(`${folder}/dst`);
        expect(diffManifests(copy, again, { untouched: true })).toEqual([]);
      });
    },
  );

  test("mirrors changes and deletions", async () => {
    await inScratch(async (folder) => {
      await makeTree(
        folder,
        dir({
          src: dir({ a: file("new"), d: dir({ b: file("b") }), gone: file("now a file") }),
          dst: dir({
            a: file("old old"),
            extra: dir({ x: file("x") }),
            gone: dir({ y: file("y") }),
          }),
        }),
      );
      const run = await portable(["mirror", `${folder}/src`, `${folder}/dst`]);
      expect(run).toMatchObject({ code: 0, stderr: "" });
      const [source, copy] = await Promise.all(
        ["src", "dst"].map((name) => readManifest(`${folder}/${name}`)),
      );
      if (source === undefined || copy === undefined) throw new Error("no manifest");
      expect(diffManifests(source, copy, { ignore: ["mtime"] })).toEqual([]);
    });
  });

  test("paths beyond PATH_MAX fail by name, in bounded time, and nothing is deleted", async () => {
    await inScratch(async (folder) => {
      let long = dir({ bottom: file("x") });
      for (let level = 0; level < 30; level++) long = dir({ ["p".repeat(200)]: long });
      await makeTree(
        folder,
        dir({
          src: dir({ long, short: file("s", { mtimeNs: 2_000_000_000n }) }),
          dst: dir({ short: file("t", { mtimeNs: 1_000_000_000n }), extra: file("kept") }),
        }),
      );
      const run = await portable(["mirror", `${folder}/src`, `${folder}/dst`]);
      expect(run.code).toBe(3);
      expect(run.stderr).toContain("ENAMETOOLONG");
      expect(await Bun.file(`${folder}/dst/short`).text()).toBe("s");
      expect(await Bun.file(`${folder}/dst/extra`).text()).toBe("kept");
    });
  });
});
