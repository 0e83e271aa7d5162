// Move: all of it arrives, and a source entry goes only once its copy is in place.

import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { awkwardTree } from "#test/helpers/awkward.ts";
import { blit } from "#test/helpers/binary.ts";
import {
  fileSystem,
  IS_ROOT,
  ownMount,
  run as system,
  sharedMount,
  unmount,
} from "#test/helpers/filesystems.ts";
import { diffManifests, type Manifest, readManifest } from "#test/helpers/manifest.ts";
import { inScratch } from "#test/helpers/scratch.ts";
import { STRACE, Trace } from "#test/helpers/strace.ts";
import { dir, file, makeTree, symlink } from "#test/helpers/tree.ts";

const SMALL = dir({
  a: file("a", { mode: 0o640 }),
  sub: dir({ b: file("b"), deeper: dir({ c: file("c") }) }),
  link: symlink("a"),
});

function inodes(manifest: Manifest): string[] {
  return [...manifest.values()].filter(({ path }) => path !== "").map(({ inode }) => inode);
}

describe("move", () => {
  test("on one file system renames: every entry keeps its inode", async () => {
    await inScratch(async (folder) => {
      mkdirSync(`${folder}/src`);
      await makeTree(`${folder}/src`, SMALL);
      const before = await readManifest(`${folder}/src`);
      const run = await blit(["move", `${folder}/src`, `${folder}/dst`]);
      expect(run).toMatchObject({ code: 0, stderr: "" });
      const after = await readManifest(`${folder}/dst`);
      expect(diffManifests(before, after)).toEqual([]);
      expect(inodes(after).toSorted()).toEqual(inodes(before).toSorted());
      expect(existsSync(`${folder}/src`)).toBe(false);
    });
  });

  test("into a directory that has entries of its own keeps those", async () => {
    await inScratch(async (folder) => {
      await makeTree(
        folder,
        dir({
          src: SMALL,
          dst: dir({ a: file("old a"), mine: file("kept"), sub: dir({ mine: file("kept") }) }),
        }),
      );
      const run = await blit(["move", `${folder}/src`, `${folder}/dst`]);
      expect(run).toMatchObject({ code: 0, stderr: "" });
      expect(await Bun.file(`${folder}/dst/a`).text()).toBe("a");
      expect(await Bun.file(`${folder}/dst/sub/b`).text()).toBe("b");
      expect(await Bun.file(`${folder}/dst/mine`).text()).toBe("kept");
      expect(await Bun.file(`${folder}/dst/sub/mine`).text()).toBe("kept");
      expect(existsSync(`${folder}/src`)).toBe(false);
    });
  });

  test("takes several sources into a folder, files and directories", async () => {
    await inScratch(async (folder) => {
      await makeTree(folder, dir({ one: file("1"), two: SMALL, dst: dir() }));
      const run = await blit(["move", "one", "two", "dst"], { cwd: folder });
      expect(run).toMatchObject({ code: 0, stderr: "" });
      expect(await Bun.file(`${folder}/dst/one`).text()).toBe("1");
      expect(await Bun.file(`${folder}/dst/two/sub/b`).text()).toBe("b");
      expect(existsSync(`${folder}/one`) || existsSync(`${folder}/two`)).toBe(false);
    });
  });

  const between = [fileSystem("ext4"), fileSystem("btrfs")] as const;
  test.skipIf(between.some(({ unavailable }) => unavailable !== undefined))(
    "between ext4 and btrfs copies everything, then the source is gone",
    async () => {
      await inScratch(async (from) => {
        await inScratch(async (to) => {
          mkdirSync(`${from}/src`);
          await makeTree(`${from}/src`, awkwardTree({ seed: 5, deep: true }));
          const before = await readManifest(`${from}/src`);
          const run = await blit(["move", `${from}/src`, `${to}/dst`]);
          expect(run).toMatchObject({ code: 0, stderr: "" });
          expect(diffManifests(before, await readManifest(`${to}/dst`))).toEqual([]);
          expect(existsSync(`${from}/src`)).toBe(false);
        }, sharedMount("btrfs"));
      }, sharedMount("ext4"));
    },
  );

  test.skipIf(!IS_ROOT)(
    "keeps a source whose copy could not be put in place (needs root)",
    async () => {
      await inScratch(
        async (folder) => {
          await makeTree(folder, dir({ src: SMALL, dst: dir({ a: file("immutable") }) }));
          system("chattr", "+i", `${folder}/dst/a`);
          try {
            const run = await blit(["move", `${folder}/src`, `${folder}/dst`]);
            expect(run.code).toBe(3);
            expect(run.stderr).toMatch(/\ba\b.*EPERM/);
            expect(await Bun.file(`${folder}/src/a`).text()).toBe("a");
            expect(await Bun.file(`${folder}/dst/a`).text()).toBe("immutable");
            expect(await Bun.file(`${folder}/dst/sub/b`).text()).toBe("b");
            expect(existsSync(`${folder}/src/sub/b`)).toBe(false);
          } finally {
            system("chattr", "-i", `${folder}/dst/a`);
          }
        },
        IS_ROOT && fileSystem("ext4").unavailable === undefined ? sharedMount("ext4") : undefined,
      );
    },
  );

  test.skipIf(fileSystem("ext4").unavailable !== undefined)(
    "on an overlay copies the directories of the lower layer, which rename(2) refuses to move",
    async () => {
      await inScratch(async (folder) => {
        const layers = { upper: dir(), work: dir(), merged: dir() };
        const lower = dir({ src: SMALL, other: SMALL, dst: dir({ mine: file("kept") }) });
        await makeTree(folder, dir({ lower, ...layers }));
        const merged = `${folder}/merged`;
        const options = `lowerdir=${folder}/lower,upperdir=${folder}/upper,workdir=${folder}/work`;
        system("mount", "-t", "overlay", "blit-test", "-o", options, merged);
        ownMount(merged);
        try {
          expect(() => renameSync(`${merged}/src`, `${merged}/new`)).toThrow("EXDEV");
          const before = await readManifest(`${merged}/src`);
          const whole = await blit(["move", `${merged}/src`, `${merged}/new`]);
          expect(whole).toMatchObject({ code: 0, stderr: "" });
          const differences = diffManifests(before, await readManifest(`${merged}/new`));
          // The time of the top itself: see below.
          expect(differences.filter((line) => !line.startsWith(": mtime "))).toEqual([]);
          expect(existsSync(`${merged}/src`)).toBe(false);

          // "other/sub" alone is refused too, with everything around it moved.
          const into = await blit(["move", `${merged}/other`, `${merged}/dst`]);
          expect(into).toMatchObject({ code: 0, stderr: "" });
          expect(await Bun.file(`${merged}/dst/sub/deeper/c`).text()).toBe("c");
          expect(await Bun.file(`${merged}/dst/mine`).text()).toBe("kept");
          expect(existsSync(`${merged}/other`)).toBe(false);
        } finally {
          unmount(merged);
        }
      }, sharedMount("ext4"));
    },
  );

  test("gives a directory that was there already the time of its source", async () => {
    await inScratch(async (folder) => {
      const time = { mtimeNs: 1_000_000_000_000_000_000n };
      const src = dir({ a: file("a"), sub: dir({ b: file("b") }, time) }, time);
      await makeTree(folder, dir({ src, dst: dir({ sub: dir({ mine: file("") }) }) }));
      expect(await blit(["move", `${folder}/src`, `${folder}/dst`])).toMatchObject({ code: 0 });
      const after = await readManifest(`${folder}/dst`);
      const times = ["", "sub"].map((path) => after.get(path)?.mtimeNs);
      expect(times).toEqual([String(time.mtimeNs), String(time.mtimeNs)]);
    });
  });

  test.skipIf(fileSystem("tmpfs").unavailable !== undefined || STRACE === undefined)(
    "killed while it removes, keeps the times of all directories but the one at hand (needs strace)",
    async () => {
      await inScratch(async (from) => {
        await inScratch(async (to) => {
          const time = { mtimeNs: 1_000_000_000_000_000_000n };
          const one = () => dir({ file: file("x") }, time);
          mkdirSync(`${from}/src`);
          await makeTree(
            `${from}/src`,
            dir({ a: one(), b: one(), c: dir({ d: one() }, time) }, time),
          );
          const before = await readManifest(`${from}/src`);
          const args = ["move", `${from}/src`, `${to}/dst`];
          const trace = new Trace();
          const under = trace.under("unlinkat", ["unlinkat:signal=KILL:when=3"]);
          await blit(args, { under });
          expect(trace.calls().length).toBeGreaterThan(0);
          expect(existsSync(`${from}/src`)).toBe(true);
          expect(await blit(args)).toMatchObject({ code: 0 });
          const differences = diffManifests(before, await readManifest(`${to}/dst`));
          expect(differences.filter((line) => !line.includes("mtime"))).toEqual([]);
          expect(differences.length).toBeLessThan(2);
        }, sharedMount("tmpfs"));
      });
    },
  );
});
