// Filters end to end: what is left out, what is protected, what is never opened, and what is said about it.

import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { blit, type RunResult } from "#test/helpers/binary.ts";
import { entries } from "#test/helpers/events.ts";
import { diffManifests, readManifest } from "#test/helpers/manifest.ts";
import { inScratch } from "#test/helpers/scratch.ts";
import { STRACE, Trace } from "#test/helpers/strace.ts";
import { type Children, dir, file, makeTree, utf8 } from "#test/helpers/tree.ts";

const BIG = "x".repeat(1000);
/** 1970 and 2033. */
const OLD = { mtimeNs: 1_000_000_000n };
const NEW = { mtimeNs: 2_000_000_000_000_000_000n };

interface Outcome {
  readonly run: RunResult;
  /** Every path below the destination. */
  readonly left: readonly string[];
}

/** Runs blit from `source` to `destination`, and looks at what is at the destination then. */
async function outcome(
  source: Children,
  destination: Children,
  args: readonly string[],
): Promise<Outcome> {
  let result: Outcome | undefined;
  await inScratch(async (folder) => {
    await makeTree(folder, dir({ src: dir(source), dst: dir(destination) }));
    const [verb = "mirror", ...options] = args;
    const run = await blit([verb, `${folder}/src`, `${folder}/dst`, ...options]);
    result = { run, left: [...(await readManifest(`${folder}/dst`)).keys()].toSorted() };
  });
  if (result === undefined) throw new Error("no outcome");
  return result;
}

async function left(
  source: Children,
  destination: Children,
  ...args: readonly string[]
): Promise<readonly string[]> {
  const { run, left: paths } = await outcome(source, destination, args);
  expect(run).toMatchObject({ code: 0, stderr: "" });
  return paths.filter((path) => path !== "");
}

describe("what is left out", () => {
  test("is not copied, whichever filter says so", async () => {
    const source: Children = {
      "a.o": file("x", NEW),
      "keep.o": file("x", NEW),
      big: file(BIG, NEW),
      small: file("", NEW),
      old: file("x", OLD),
      cache: dir({ in: file("x", NEW) }),
      sub: dir({ cache: file("a file", NEW), "b.o": file("x", NEW) }),
    };
    const patterns = ["--exclude", "*.o", "--include", "keep.o", "--exclude", "cache/"];
    const others = ["--min-size", "1", "--max-size", "500", "--newer-than", "2020-01-01"];
    expect(await left(source, {}, "mirror", ...patterns, ...others)).toEqual([
      "keep.o",
      "sub",
      "sub/cache",
    ]);
  });

  test("is matched as UTF-8 text, and by name where it is none", async () => {
    const source: Children = { [utf8("é.o")]: file(""), "\xff.o": file(""), "\xff": file("") };
    expect(await left(source, {}, "copy", "--exclude", "?.o")).toEqual(["\xff"]);
  });

  test("does not keep what the destination has by that name and the filter does not mean", async () => {
    const source = { cache: dir({ in: file("x") }), grown: file(BIG) };
    const destination = { cache: file("a file"), grown: file("") };
    const filter = ["--exclude", "cache/", "--max-size", "500"];
    expect(await left(source, destination, "mirror", "--yes", ...filter)).toEqual(["grown"]);
    const found = await outcome(source, destination, ["verify", ...filter]);
    expect(found.run).toMatchObject({ code: 1, stdout: expect.stringContaining("cache") });
  });

  test("stays at the destination, also by its own size and age", async () => {
    const source: Children = { a: file("1", NEW) };
    const destination: Children = {
      a: file("0", NEW),
      "b.o": file("x", NEW),
      gone: file("x", NEW),
      big: file(BIG, NEW),
      old: file("x", OLD),
      cache: dir({ in: file("x", NEW) }),
    };
    const filters = ["--exclude", "*.o", "--exclude", "cache/"];
    const limits = ["--max-size", "500", "--newer-than", "2020-01-01"];
    expect(await left(source, destination, "mirror", ...filters, ...limits)).toEqual([
      "a",
      "b.o",
      "big",
      "cache",
      "cache/in",
      "old",
    ]);
  });

  test("stays inside directories that only the destination has, and so do these", async () => {
    const destination: Children = {
      a: file(""),
      extra: dir({ "keep.o": file(""), gone: file(""), deep: dir({ gone: file("") }) }),
      other: dir({ gone: file("") }),
    };
    const args = ["mirror", "--exclude", "*.o"];
    const stays = ["a", "extra", "extra/keep.o"];
    expect(await left({ a: file("") }, destination, ...args)).toEqual(stays);
    expect(await left({ a: file("") }, destination, ...args, "--max-delete", "5")).toEqual(stays);
    const { run } = await outcome({ a: file("") }, destination, [...args, "-n", "--json"]);
    expect(entries(run.stdout).filter((entry) => entry.startsWith("delete"))).toEqual([
      "delete extra/deep",
      "delete extra/deep/gone",
      "delete extra/gone",
      "delete other",
      "delete other/gone",
    ]);
  });

  test("keeps a directory that stands in the way of a file, which is said", async () => {
    const destination: Children = { a: file(""), way: dir({ "keep.o": file("") }) };
    const source: Children = { a: file(""), way: file("a file") };
    const { run, left: paths } = await outcome(source, destination, ["mirror", "--exclude", "*.o"]);
    expect(run.code).toBe(3);
    expect(run.stderr).toContain("way");
    expect(paths).toEqual(["", "a", "way", "way/keep.o"]);
  });

  test("keeps an empty directory in the way of a file, too, and does not call it full", async () => {
    const destination: Children = { a: file(""), way: dir() };
    const source: Children = { a: file(""), way: file("a file") };
    const { run, left: paths } = await outcome(source, destination, [
      "mirror",
      "--exclude",
      "way/",
    ]);
    expect(run.code).toBe(3);
    expect(run.stderr).toContain("/way: a filter protects the directory in its place");
    expect(paths).toEqual(["", "a", "way"]);
  });

  test("does not make a destination look unrelated", async () => {
    const destination: Children = { "b.o": file("") };
    expect(await left({ a: file("") }, destination, "mirror", "--exclude", "*.o")).toEqual([
      "a",
      "b.o",
    ]);
  });

  test("goes with --delete-excluded, though the source has it", async () => {
    const both: Children = {
      a: file("x", OLD),
      "b.o": file("x", OLD),
      big: file(BIG, OLD),
      cache: dir({ in: file("x") }),
      sub: dir({ "c.o": file(""), d: file("") }),
    };
    const filters = ["--exclude", "*.o", "--exclude", "cache/", "--max-size", "500"];
    const destination: Children = { ...both, extra: dir({ "e.o": file("") }) };
    expect(await left(both, destination, "mirror", ...filters, "--delete-excluded")).toEqual([
      "a",
      "sub",
      "sub/d",
    ]);
  });
});

describe("what is said", () => {
  const source: Children = { "a.o": file(""), b: file(""), cache: dir({ in: file("") }) };

  test("-v names what was skipped, and the excludes that matched nothing", async () => {
    await inScratch(async (folder) => {
      await makeTree(folder, dir({ src: dir(source), dst: dir({ "x.tmp": file("") }) }));
      writeFileSync(`${folder}/patterns`, "cache/\n# a comment\n*.misspelt\n");
      const rules = [
        "--exclude",
        "*.o",
        "--exclude",
        "*.tmp",
        "--exclude-from",
        `${folder}/patterns`,
      ];
      const args = ["copy", `${folder}/src`, `${folder}/dst`, ...rules];
      const verbose = await blit([...args, "-v", "--dry-run"]);
      const plain = await blit([...args, "--dry-run"]);
      expect(verbose.stdout).toContain("skip     a.o  (excluded)");
      expect(verbose.stdout).toContain("skip     cache  (excluded)");
      expect(verbose.stdout).toContain("copy     b");
      // copy looks at no extra of the destination, so *.tmp had nothing to match.
      const unused = verbose.stdout.split("\n").filter((line) => line.includes("matched nothing"));
      expect(unused).toEqual([
        "--exclude '*.tmp' matched nothing, or later patterns overrode it",
        `${folder}/patterns:3 '*.misspelt' matched nothing`,
      ]);
      expect(plain.stdout).not.toMatch(/skip|matched nothing/);
    });
  });

  test("an exclude that protects something at the destination has matched", async () => {
    const { run } = await outcome(source, { b: file(""), "x.tmp": file("") }, [
      "mirror",
      "-v",
      "--exclude",
      "*.tmp",
    ]);
    expect(run.stdout).not.toContain("matched nothing");
  });
});

test("a directory whose extras are all protected is not touched again", async () => {
  await inScratch(async (folder) => {
    const extras = { "kept.o": file(""), sub: dir({ "kept.o": file("") }) };
    await makeTree(folder, dir({ src: dir({ a: file("") }), dst: dir(extras) }));
    const args = ["mirror", "--yes", "--exclude", "*.o", `${folder}/src`, `${folder}/dst`];
    expect(await blit(args)).toMatchObject({ code: 0, stderr: "" });
    const before = await readManifest(`${folder}/dst`);
    expect(await blit(args)).toMatchObject({ code: 0, stderr: "" });
    const after = await readManifest(`${folder}/dst`);
    expect(diffManifests(before, after, { untouched: true })).toEqual([]);
  });
});

test.skipIf(STRACE === undefined)(
  "a pruned directory is opened on neither side (needs strace)",
  async () => {
    await inScratch(async (folder) => {
      const tree: Children = {
        pruned: dir({ deep: dir({ in: file("") }) }),
        kept: dir({ a: file("") }),
      };
      await makeTree(folder, dir({ src: dir(tree), dst: dir(tree) }));
      for (const verb of ["mirror", "verify"]) {
        const trace = new Trace();
        const under = trace.under("openat,openat2,open");
        await blit([verb, "--exclude", "/pruned", `${folder}/src`, `${folder}/dst`], { under });
        const opened = trace.calls().map(({ text }) => text);
        expect(opened.filter((text) => text.includes('"kept"')).length).toBeGreaterThanOrEqual(2);
        expect(opened.filter((text) => text.includes("pruned"))).toEqual([]);
      }
    });
  },
);
