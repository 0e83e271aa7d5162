// What blit refuses: the exit code, the words, and above all that nothing was touched.

import { describe, expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { blit } from "#test/helpers/binary.ts";
import { IS_ROOT, ownMount, run as system, unmount } from "#test/helpers/filesystems.ts";
import { diffManifests, readManifest } from "#test/helpers/manifest.ts";
import { inScratch } from "#test/helpers/scratch.ts";
import { dir, file, makeTree, symlink } from "#test/helpers/tree.ts";

/** The scene of every case: paths in its command line are below it. */
const SCENE = dir({
  src: dir({ a: file("a"), sub: dir({ b: file("b") }) }),
  copy: dir({ a: file("a"), old: file("old"), sub: dir({ old: file("old"), older: file("o") }) }),
  unrelated: dir({ x: file("x"), y: file("y"), z: dir({ zz: file("zz") }) }),
  parent: dir({ src: dir({ a: file("old copy") }), others: dir({ kept: file("kept") }) }),
  "empty-dir": dir(),
  full: dir({ precious: file("precious"), more: dir({ data: file("data") }) }),
  file: file("just a file"),
  "to-src": symlink("src"),
  "to-sub": symlink("src/sub"),
  many: dir({ a: file("another a") }),
  target: dir(),
});

const CASES: readonly [title: string, args: string[], code: number, says: RegExp][] = [
  ["no operands", ["mirror"], 2, /SRC|DST/],
  ["one operand", ["mirror", "src"], 2, /DST/],
  ["three operands of mirror", ["mirror", "src", "copy", "full"], 2, /./],
  ["an unknown option", ["mirror", "--no-such-option", "src", "dst"], 2, /no-such-option/],
  ["an unknown verb", ["miror", "src", "dst"], 2, /mirror/],
  ["a bad number", ["mirror", "--max-delete", "many", "src", "copy"], 2, /max-delete/],
  ["a negative number", ["mirror", "--max-delete", "-1", "src", "copy"], 2, /max-delete/],
  ["an empty operand", ["copy", "", "dst"], 2, /./],
  ["a missing source", ["mirror", "missing", "copy"], 6, /missing/],
  ["a missing source of several", ["copy", "src", "missing", "copy"], 6, /missing/],
  ["a missing source of a move", ["move", "missing", "copy"], 6, /missing/],
  ["a destination that is a file", ["mirror", "src", "file"], 6, /file/],
  ["a file where the destination must be a directory", ["copy", "src", "full", "file"], 6, /file/],
  ["source and destination the same", ["mirror", "src", "src"], 4, /same/],
  ["the same through a symlink", ["mirror", "src", "to-src"], 4, /same/],
  ["the same, spelled otherwise", ["mirror", "src/", "./src/sub/.."], 4, /same/],
  ["the same in a move", ["move", "src", "src"], 4, /same/],
  ["a file onto itself", ["copy", "file", "file"], 4, /same/],
  ["the destination inside the source", ["mirror", "src", "src/sub"], 4, /inside/],
  ["a new destination inside the source", ["copy", "src", "src/new/deep"], 4, /inside/],
  ["inside through a symlink", ["mirror", "src", "to-sub"], 4, /inside/],
  ["the source inside the destination", ["mirror", "src/sub", "src"], 4, /inside/],
  ["the source inside it through a symlink", ["mirror", "to-sub", "src"], 4, /inside/],
  ["a move into itself", ["move", "src", "src/sub"], 4, /inside/],
  ["an empty source", ["mirror", "empty-dir", "full"], 4, /empty/],
  ["an empty source, with --yes", ["mirror", "--yes", "empty-dir", "full"], 4, /empty/],
  ["an unrelated destination", ["mirror", "src", "unrelated"], 4, /none of which/],
  [
    "a parent folder, by rsync's habit",
    ["mirror", "src", "parent"],
    4,
    /did you mean .*parent\/src/,
  ],
  [
    "an empty list over a destination that loses what is not listed",
    ["mirror", "--files-from", "/dev/null", "--delete-excluded", "src", "copy"],
    4,
    /the filter leaves nothing of .*src/,
  ],
  [
    "a filter that leaves nothing in common",
    ["mirror", "--exclude", "a", "--exclude", "sub", "--delete-excluded", "src", "copy"],
    4,
    /the filter leaves nothing/,
  ],
  ["a log in the place of a file", ["copy", "--log", "file", "src/a", "file"], 2, /the log .*file/],
  ["a pattern that matches nothing", ["copy", "--exclude", "/", "src", "dst"], 2, /'\/'/],
  ["an empty log", ["copy", "--log", "", "src", "dst"], 2, /--log: the path is empty/],
  [
    "standard input for two files",
    ["copy", "--files-from", "-", "--exclude-from", "-", "src", "dst"],
    2,
    /only once/,
  ],
  ["two sources of one name", ["copy", "src/a", "many/a", "target"], 2, /\ba\b/],
];

describe("refused, and nothing is touched:", () => {
  test.each(CASES)("%s", async (_title, args, code, says) => {
    await inScratch(async (folder) => {
      await makeTree(folder, SCENE);
      const before = await readManifest(folder);
      const run = await blit(args, { cwd: folder });
      expect({ code: run.code, stderr: run.stderr }).toEqual({
        code,
        stderr: expect.stringMatching(says),
      });
      const after = await readManifest(folder);
      expect(diffManifests(before, after, { untouched: true })).toEqual([]);
    });
  });

  test("too many deletions: what is to be copied is copied, nothing is deleted", async () => {
    await inScratch(async (folder) => {
      await makeTree(folder, SCENE);
      const before = await readManifest(`${folder}/copy`);
      const run = await blit(["mirror", "--max-delete", "2", "src", "copy"], { cwd: folder });
      expect(run.code).toBe(4);
      expect(run.stderr).toMatch(/3 entries/);
      const after = await readManifest(`${folder}/copy`);
      expect([...before.keys()].filter((path) => !after.has(path))).toEqual([]);
    });
  });

  test.skipIf(!IS_ROOT)("overlap through a bind mount (needs root)", async () => {
    await inScratch(async (folder) => {
      await makeTree(folder, SCENE);
      mkdirSync(`${folder}/bound`);
      system("mount", "--bind", `${folder}/src`, `${folder}/bound`);
      ownMount(`${folder}/bound`);
      try {
        const before = await readManifest(`${folder}/src`);
        for (const args of [
          ["mirror", "src", "bound"],
          ["mirror", "src", "bound/sub"],
          ["mirror", "bound/sub", "src"],
          ["move", "bound", "src/sub"],
        ]) {
          expect((await blit(args, { cwd: folder })).code).toBe(4);
        }
        const after = await readManifest(`${folder}/src`);
        expect(diffManifests(before, after, { untouched: true })).toEqual([]);
      } finally {
        unmount(`${folder}/bound`);
      }
    });
  });
});

describe("accepted when it is said:", () => {
  test.each([
    [
      "an empty source",
      ["mirror", "--allow-empty-source", "empty-dir", "full"],
      "empty-dir",
      "full",
    ],
    ["an unrelated destination", ["mirror", "--yes", "src", "unrelated"], "src", "unrelated"],
    ["as many deletions as allowed", ["mirror", "--max-delete", "3", "src", "copy"], "src", "copy"],
    ["a symlink as the source", ["mirror", "to-src", "target"], "src", "target"],
    [
      "a destination with missing parents",
      ["mirror", "src", "new/deep/dst"],
      "src",
      "new/deep/dst",
    ],
  ])("%s", async (_title, args, source, destination) => {
    await inScratch(async (folder) => {
      await makeTree(folder, SCENE);
      expect(await blit(args, { cwd: folder })).toMatchObject({ code: 0, stderr: "" });
      const [a, b] = await Promise.all(
        [source, destination].map((name) => readManifest(`${folder}/${name}`)),
      );
      expect(diffManifests(a ?? new Map(), b ?? new Map())).toEqual([]);
    });
  });
});
