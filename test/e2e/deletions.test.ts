// What a mirror deletes and what it does not: limits, mounts, and directories that its user may not read.

import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { blit } from "#test/helpers/binary.ts";
import { IS_ROOT, ownMount, run as system, unmount } from "#test/helpers/filesystems.ts";
import { compareTrees } from "#test/helpers/manifest.ts";
import { inScratch } from "#test/helpers/scratch.ts";
import { dir, file, makeTree } from "#test/helpers/tree.ts";

const USER = 12345;

describe.skipIf(!IS_ROOT)("a directory that is unreadable as it is (needs root to prepare)", () => {
  async function withClosed(play: (folder: string) => Promise<void>): Promise<void> {
    await inScratch(async (folder) => {
      const closed = dir({ a: file("x"), b: dir({ c: file("x") }) }, { mode: 0 });
      await makeTree(
        folder,
        dir({ src: dir({ x: file("x") }), dst: dir({ x: file("x"), closed }) }),
      );
      system("chown", "-R", `${USER}:${USER}`, folder);
      await play(folder);
    });
  }

  test("cannot be counted, so that --max-delete deletes nothing", async () => {
    await withClosed(async (folder) => {
      const args = ["mirror", "--max-delete", "100", "src", "dst"];
      const run = await blit(args, { cwd: folder, uid: USER });
      expect(run.code).toBe(3);
      expect(run.stdout).toContain("nothing was deleted: it could not be counted");
      expect(readdirSync(`${folder}/dst/closed`).toSorted()).toEqual(["a", "b"]);
    });
  });

  test("is deleted where nothing needs to be counted", async () => {
    await withClosed(async (folder) => {
      const run = await blit(["mirror", "src", "dst"], { cwd: folder, uid: USER });
      expect(run).toMatchObject({ code: 0, stderr: "" });
      expect(readdirSync(`${folder}/dst`)).toEqual(["x"]);
    });
  });
});

describe.skipIf(!IS_ROOT)("a mount in the destination (needs root)", () => {
  test.each(["linux", "portable"])(
    "whose directory the source has is a part of it: %s",
    async (platform) => {
      await inScratch(async (folder) => {
        await makeTree(
          folder,
          dir({ src: dir({ m: dir({ k: file("k") }) }), dst: dir({ m: dir() }) }),
        );
        const mountPoint = `${folder}/dst/m`;
        system("mount", "-t", "tmpfs", "blit-test", mountPoint);
        ownMount(mountPoint);
        try {
          mkdirSync(`${mountPoint}/extra/deep`, { recursive: true });
          writeFileSync(`${mountPoint}/extra/deep/f`, "x");
          writeFileSync(`${mountPoint}/f`, "x");
          const env = { BLIT_PLATFORM: platform };
          const run = await blit(["mirror", "src", "dst"], { cwd: folder, env });
          expect(run).toMatchObject({ code: 0, stderr: "" });
          expect(readdirSync(mountPoint)).toEqual(["k"]);
        } finally {
          unmount(mountPoint);
        }
      });
    },
  );

  test.each(["linux", "portable"])(
    "that the source does not have stays, with what is in it: %s",
    async (platform) => {
      await inScratch(async (folder) => {
        await makeTree(
          folder,
          dir({ src: dir({ k: file("k") }), dst: dir({ k: file("k"), gone: dir({ m: dir() }) }) }),
        );
        const mountPoint = `${folder}/dst/gone/m`;
        system("mount", "-t", "tmpfs", "blit-test", mountPoint);
        ownMount(mountPoint);
        try {
          writeFileSync(`${mountPoint}/precious`, "x");
          const env = { BLIT_PLATFORM: platform };
          const run = await blit(["mirror", "src", "dst"], { cwd: folder, env });
          expect(run.code).toBe(3);
          expect(run.stderr).toContain("EBUSY");
          expect(existsSync(`${mountPoint}/precious`)).toBe(true);
        } finally {
          unmount(mountPoint);
        }
      });
    },
  );
});

test("an extra beside a replaced directory is found", async () => {
  await inScratch(async (folder) => {
    await makeTree(
      folder,
      dir({
        src: dir({ a: file("a"), b: file("b") }),
        dst: dir({ a: dir(), b: file("b"), ".blit-00000000-1-1-1-1.tmp": file("left over") }),
      }),
    );
    const run = await blit(["copy", "src", "dst"], { cwd: folder });
    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(await compareTrees(`${folder}/src`, `${folder}/dst`)).toEqual([]);
  });
});

test.skipIf(!IS_ROOT)(
  "an entry whose place is not made free is a failure (needs root to prepare)",
  async () => {
    await inScratch(async (folder) => {
      await makeTree(
        folder,
        dir({
          src: dir({ a: file("new"), secret: file("", { mode: 0 }) }),
          dst: dir({ a: dir({ in: file("old") }) }),
        }),
      );
      system("chown", "-R", `${USER}:${USER}`, folder);
      const run = await blit(["mirror", "--yes", "src", "dst"], { cwd: folder, uid: USER });
      expect(run.code).toBe(3);
      expect(run.stderr).toContain("dst/a: a directory is in its place, and nothing was deleted");
      expect(run.stdout).toContain("2 entries failed");
    });
  },
);

test("what is in the way is named too where --max-delete refuses, which is exit 4 all the same", async () => {
  await inScratch(async (folder) => {
    await makeTree(
      folder,
      dir({ src: dir({ a: file("new") }), dst: dir({ a: dir({ in: file("old") }) }) }),
    );
    const run = await blit(["mirror", "--max-delete", "0", "src", "dst"], { cwd: folder });
    expect(run.stderr).toContain("dst/a: a directory is in its place, and nothing was deleted");
    expect(run.stdout).toContain("nothing was deleted: --max-delete");
    expect(run.code).toBe(4);
  });
});
