// What a mirror deletes and what it does not: limits, mounts and what leads across them, and directories that its user may
// not read.

import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { blit } from "#test/helpers/binary.ts";
import { IS_ROOT, ownMount, run as system, unmount } from "#test/helpers/filesystems.ts";
import { compareTrees } from "#test/helpers/manifest.ts";
import { inScratch } from "#test/helpers/scratch.ts";
import { dir, file, hardLink, makeTree } from "#test/helpers/tree.ts";

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
        mountTmpfs(mountPoint);
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
        mountTmpfs(mountPoint);
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

describe.skipIf(!IS_ROOT)(
  "what is protected in read-only directories (needs root to prepare)",
  () => {
    /** Enough that threads share it, at several levels. */
    const FOLDERS = 16;
    const FILES = 150;
    const numbered = <T>(count: number, each: (index: number) => T) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`${i}`, each(i)]));

    test.each([1, 2, 4])(
      "stays in directories as read-only as they were, of %d workers",
      async (workers) => {
        await inScratch(async (folder) => {
          const files = numbered(FILES, () => file("x"));
          const stays = () => dir({ ...files, "kept.o": file("x") }, { mode: 0o555 });
          const top = dir({ ...numbered(FOLDERS, stays), gone: dir(files) }, { mode: 0o555 });
          const dst = dir({ x: file("x"), alone: stays(), top });
          await makeTree(folder, dir({ src: dir({ x: file("x") }), dst }));
          system("chown", "-R", `${USER}:${USER}`, folder);
          const args = ["mirror", "--workers", `${workers}`, "--exclude", "*.o", "src", "dst"];
          expect((await blit(args, { cwd: folder, uid: USER })).code).toBe(0);
          const paths = [
            "alone",
            "top",
            ...Object.keys(numbered(FOLDERS, String)).map((i) => `top/${i}`),
          ];
          for (const path of paths) {
            if (path !== "top") expect(readdirSync(`${folder}/dst/${path}`)).toEqual(["kept.o"]);
            expect([path, statSync(`${folder}/dst/${path}`).mode & 0o777]).toEqual([path, 0o555]);
          }
          expect(existsSync(`${folder}/dst/top/gone`)).toBe(false);
        });
      },
    );
  },
);

describe.skipIf(!IS_ROOT)("a read-only mount in the destination (needs root)", () => {
  test("fails what is below it, and nothing else", async () => {
    await inScratch(async (folder) => {
      const files = Object.fromEntries(
        Array.from({ length: 20 }, (_, index) => [`f${index}`, file("new")]),
      );
      const source = dir({ a: dir(files), m: dir({ x: file("x") }), z: dir(files) });
      await makeTree(folder, dir({ src: source, dst: dir({ m: dir() }) }));
      const mountPoint = `${folder}/dst/m`;
      mountTmpfs(mountPoint);
      try {
        system("mount", "-o", "remount,ro", mountPoint);
        const args = ["copy", "--workers", "1", "src", "dst"];
        const run = await blit(args, { cwd: folder });
        expect(run.code).toBe(3);
        expect(run.stderr).toContain("EROFS");
      } finally {
        unmount(mountPoint);
      }
      const differences = await compareTrees(`${folder}/src`, `${folder}/dst`);
      expect(differences.filter((line) => !/^m\b/.test(line))).toEqual([]);
    });
  });
});

describe.skipIf(!IS_ROOT)("a hard link that leads across a mount (needs root)", () => {
  test("is a copy, though the inodes of both have one number", async () => {
    await inScratch(async (folder) => {
      const linked = dir({ a: file("new"), m: dir({ b: hardLink("src/a") }) });
      await makeTree(folder, dir({ src: linked, dst: dir() }));
      const outer = `${folder}/dst`;
      const inner = `${outer}/m`;
      mountTmpfs(outer);
      try {
        mkdirSync(inner);
        system("cp", "-p", `${folder}/src/a`, outer);
        mountTmpfs(inner);
        try {
          mkdirSync(`${inner}/beside`);
          writeFileSync(`${inner}/b`, "old data");
          expect(statSync(`${inner}/b`).ino).toBe(statSync(`${outer}/a`).ino);
          const run = await blit(["copy", "src", "dst"], { cwd: folder });
          expect(run).toMatchObject({ code: 0, stderr: "" });
          expect(readFileSync(`${inner}/b`, "utf8")).toBe("new");
        } finally {
          unmount(inner);
        }
      } finally {
        unmount(outer);
      }
    });
  });
});

function mountTmpfs(mountPoint: string): void {
  system("mount", "-t", "tmpfs", "blit-test", mountPoint);
  ownMount(mountPoint);
}

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
