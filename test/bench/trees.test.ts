// The trees that are measured, and the judge of what became of them: on real files.

import { describe, expect, test } from "bun:test";
import * as fs from "node:fs";
import { join } from "node:path";
import type { RawPath } from "#model/name.ts";
import { removeTrees } from "#bench/clean_up.ts";
import { FreshDirectories } from "#bench/fresh_directory.ts";
import { ATTRIBUTES, type Attribute, judge } from "#bench/judge.ts";
import { readManifest } from "#bench/manifest.ts";
import { readSource } from "#bench/source.ts";
import { WORKLOADS, WORKLOAD_NAMES, generate } from "#bench/workloads.ts";
import { copyTree, makeSource, judged } from "./make_source.ts";
import { scratchDirectory } from "./scratch.ts";

const scratch = scratchDirectory();
const { signal } = new AbortController();
const ALL = new Set<Attribute>(ATTRIBUTES);
const NONE = new Set<Attribute>();

describe.each(WORKLOAD_NAMES)("the workload %s", (name) => {
  test("is the same for the same seed, and another for another", async () => {
    for (const [seed, folder] of [
      ["7", "a"],
      ["7", "b"],
      ["8", "c"],
    ] as const) {
      generate(WORKLOADS[name], join(scratch(), folder), seed, 0.005);
    }
    const [a, b, c] = await Promise.all(
      ["a", "b", "c"].map((folder) => readManifest(join(scratch(), folder), signal)),
    );
    if (a === undefined || b === undefined || c === undefined) throw new Error("not read");
    expect(judge(a, b, ALL)).toEqual({ failures: [], failureCount: 0, lesser: {} });
    expect(judge(a, c, NONE).failureCount).toBeGreaterThan(0);
  });
});

test("a workload's modes do not depend on the umask", () => {
  const before = process.umask(0o077);
  try {
    generate(WORKLOADS.small, join(scratch(), "tree"), "1", 0.001);
  } finally {
    process.umask(before);
  }
  for (const path of ["tree", "tree/tree"]) {
    expect(fs.statSync(join(scratch(), path)).mode & 0o777).toBe(0o755);
  }
});

test.each([
  ["small", 50_001],
  ["wide", 50_001],
  ["deep", 12_001],
] as const)("%s grows with its scale", (name, atScaleOne) => {
  const counts = generate(WORKLOADS[name], join(scratch(), "tree"), "1", 0.02);
  expect(counts.files).toBeGreaterThan(atScaleOne * 0.015);
  expect(counts.files).toBeLessThan(atScaleOne * 0.025);
});

test("links holds what it says: hard links, symlinks that lead somewhere, holes", async () => {
  const source = await makeSource(scratch(), "links");
  expect(source.traits).toEqual({ hardLinks: true, holes: true, symlinks: true });
  expect(source.counts.symlinks).toBeGreaterThan(0);
  for (const [path, entry] of source.manifest) {
    if (entry.kind === "symlink") expect(fs.existsSync(join(source.directory, path))).toBe(true);
  }
});

describe("judge()", () => {
  const [FILE, LINK] = ["tree/symlinks/0/0", "tree/again-1/0/0"] as const;

  test.each<[string, RegExp, Attribute | undefined, (copy: string) => void]>([
    ["a missing file", /keep.txt: missing/, undefined, (copy) => fs.rmSync(join(copy, "keep.txt"))],
    [
      "an extra file",
      /extra: not in the source/,
      undefined,
      (copy) => fs.writeFileSync(join(copy, "extra"), ""),
    ],
    [
      "one other byte",
      /keep.txt: other content/,
      undefined,
      (copy) => overwrite(join(copy, "keep.txt")),
    ],
    [
      "a shorter file",
      /bytes instead of/,
      undefined,
      (copy) => fs.truncateSync(join(copy, "keep.txt"), 9),
    ],
    ["another target", /other target/, undefined, (copy) => relink(join(copy, FILE), "elsewhere")],
    [
      "another kind",
      /directory instead of file/,
      undefined,
      (copy) => remakeAsDirectory(join(copy, "keep.txt")),
    ],
    [
      "another mode",
      /mode 400 instead/,
      "modes",
      (copy) => fs.chmodSync(join(copy, "keep.txt"), 0o400),
    ],
    [
      "another time",
      /keep.txt: modified/,
      "file times",
      (copy) => fs.utimesSync(join(copy, "keep.txt"), 1, 1),
    ],
    [
      "a directory's time",
      /tree: modified/,
      "directory times",
      (copy) => fs.utimesSync(join(copy, "tree"), 1, 1),
    ],
    [
      "a symlink's time",
      /modified/,
      "symlink times",
      (copy) => fs.lutimesSync(join(copy, FILE), 1, 1),
    ],
    ["a broken hard link", /not the same file/, "hard links", (copy) => separate(join(copy, LINK))],
    [
      "filled holes",
      /bytes on disk/,
      "holes",
      (copy) => fillHoles(join(copy, "tree/sparse/0.img")),
    ],
  ])("finds %s", async (_name, words, attribute, spoil) => {
    const source = await makeSource(scratch(), "links");
    const copy = join(scratch(), "copy");
    copyTree(source.directory, copy);
    expect(await judged(source, copy, ALL)).toEqual({ failures: [], failureCount: 0, lesser: {} });
    spoil(copy);
    expect((await judged(source, copy, ALL)).failures.join("\n")).toMatch(words);
    const lenient = await judged(source, copy, NONE);
    if (attribute === undefined) expect(lenient.failureCount).toBeGreaterThan(0);
    else expect(lenient.lesser[attribute]).toBeGreaterThan(0);
  });
});

test("readManifest() notices a change of content that keeps size and mtime", async () => {
  const source = await makeSource(scratch(), "small");
  const path = join(source.directory, "keep.txt");
  const { atime, mtime } = fs.statSync(path);
  const before = await readManifest(source.directory, signal);
  overwrite(path);
  fs.utimesSync(path, atime, mtime);
  const after = await readManifest(source.directory, signal, before);
  const [was, is] = [before, after].map((manifest) => manifest.get("keep.txt" as RawPath)?.content);
  expect(is).not.toBe(was);
});

test.skipIf(process.platform === "darwin")(
  "readManifest() keeps names that are not UTF-8 apart",
  async () => {
    for (const byte of [0xfe, 0xff]) {
      fs.writeFileSync(
        Buffer.concat([Buffer.from(`${scratch()}/`), Buffer.from([byte])]),
        `${byte}`,
      );
    }
    const manifest = await readManifest(scratch(), signal);
    expect([...manifest.keys()].map(String)).toEqual(["", "\xfe", "\xff"]);
  },
);

test("judge() takes nothing for a copy that is the source's own file", async () => {
  const source = await makeSource(scratch(), "small");
  const copy = join(scratch(), "linked");
  Bun.spawnSync(["cp", "-al", source.directory, copy]);
  const verdict = await judged(source, copy, NONE);
  expect(verdict.failures.join("\n")).toContain("keep.txt: no copy, but the source's own entry");
  expect(verdict.failureCount).toBe(source.counts.files);
});

test("readSource() prunes to one entry, with its exact attributes, and lists everything else", async () => {
  const source = await makeSource(scratch(), "small");
  expect([...source.prunedManifest.keys()].map(String)).toEqual(["", "keep.txt"]);
  expect(source.doomed.map(String)).toEqual(["tree"]);
  for (const path of ["", "keep.txt"]) {
    const [kept, original] = [source.prunedManifest, source.manifest].map((manifest) =>
      manifest.get(path as RawPath),
    );
    expect(kept?.mtimeNs).toBe(original?.mtimeNs);
    expect(kept?.mode).toBe(original?.mode);
    expect(kept?.content).toBe(original?.content);
  }
});

test("readSource() prunes a tree without a file in its root to an emptied directory", async () => {
  const tree = join(scratch(), "tree");
  for (const path of ["a/x/deep", "b"]) fs.mkdirSync(join(tree, path), { recursive: true });
  fs.writeFileSync(join(tree, "a/file"), "1");
  const source = await readSource(tree, new FreshDirectories(scratch(), "tmpfs"), signal);
  expect([...source.prunedManifest.keys()].map(String)).toEqual(["", "a"]);
  expect(source.doomed.map(String).toSorted()).toEqual(["a/file", "a/x", "b"]);
});

describe("readSource() leaves something in the pruned tree where the root holds", () => {
  const LARGE_BYTES = 2 * 1024 * 1024;
  test.each<[string, string, (tree: string) => void]>([
    [
      "only large files",
      "small.iso",
      (tree) => {
        fs.writeFileSync(join(tree, "large.iso"), Buffer.alloc(LARGE_BYTES + 1));
        fs.writeFileSync(join(tree, "small.iso"), Buffer.alloc(LARGE_BYTES));
      },
    ],
    [
      "only symlinks",
      "a",
      (tree) => {
        for (const name of ["a", "b"]) fs.symlinkSync("nowhere", join(tree, name));
      },
    ],
    [
      "a directory with the name of a file that others have",
      "keep.txt",
      (tree) => {
        fs.mkdirSync(join(tree, "keep.txt"));
      },
    ],
    [
      "names that are not UTF-8",
      "\xfe",
      (tree) => {
        for (const byte of [0xfe, 0xff]) {
          fs.writeFileSync(Buffer.concat([Buffer.from(`${tree}/`), Buffer.from([byte])]), "x");
        }
      },
    ],
  ])("%s", async (_what, kept, fill) => {
    const tree = join(scratch(), "tree");
    fs.mkdirSync(tree);
    fill(tree);
    const source = await readSource(tree, new FreshDirectories(scratch(), "tmpfs"), signal);
    expect([...source.prunedManifest.keys()].map(String)).toEqual(["", kept]);
    const pruned = source.prunedManifest.get(kept as RawPath);
    expect(pruned?.kind).toBe(source.manifest.get(kept as RawPath)?.kind);
    expect(source.doomed).toHaveLength(source.manifest.size - 2);
  });
});

test("FreshDirectories gives empty directories, never one twice, also where it probes", () => {
  const fresh = new FreshDirectories(scratch(), "ext4");
  const made = [1, 2, 3, 4].map(() => fresh.make("run"));
  expect(new Set(made).size).toBe(4);
  for (const directory of made) expect(fs.readdirSync(directory)).toEqual([]);
});

test("removeTrees() removes deep and shallow trees, empty directories and read-only files", async () => {
  const root = join(scratch(), "root");
  fs.mkdirSync(join(root, "a/b/c/d/e/f/g"), { recursive: true });
  fs.mkdirSync(join(root, "empty"));
  for (const path of ["file", "a/file", "a/b/c/file", "a/b/c/d/e/f/file"]) {
    fs.writeFileSync(join(root, path), "x", { mode: 0o400 });
  }
  fs.symlinkSync(scratch(), join(root, "a/out"));
  await removeTrees(root);
  expect(fs.existsSync(root)).toBe(false);
  expect(fs.existsSync(scratch())).toBe(true);
});

/** Flips the first byte in place and puts the time back, so that nothing but the content tells. */
function overwrite(path: string): void {
  const content = fs.readFileSync(path);
  content[0] = (content[0] ?? 0) ^ 1;
  fs.writeFileSync(path, content);
}

function relink(path: string, target: string): void {
  fs.rmSync(path);
  fs.symlinkSync(target, path);
}

function remakeAsDirectory(path: string): void {
  fs.rmSync(path);
  fs.mkdirSync(path);
}

function separate(path: string): void {
  const content = fs.readFileSync(path);
  fs.rmSync(path);
  fs.writeFileSync(path, content);
}

function fillHoles(path: string): void {
  fs.writeFileSync(path, fs.readFileSync(path));
}
