// The suite behind the README's figures: what it records, and what it does not.

import { describe, expect, test } from "bun:test";
import * as fs from "node:fs";
import { join } from "node:path";
import { blitPath } from "#test/helpers/binary.ts";
import { scratchDirectory } from "./scratch.ts";

const scratch = scratchDirectory();
const SCRIPT = join(import.meta.dir, "../../bench/readme_figures.ts");
const QUICK = ["--runs", "6", "--size", "1M", "--minutes", "2", "--vs", "rsync"];

async function figures(args: readonly string[], path = process.env["PATH"] ?? "") {
  // It builds the executable; this makes that one, and no other test's, wait for it.
  blitPath();
  const runs = join(scratch(), "runs");
  const tree = join(scratch(), "tree");
  fs.mkdirSync(tree, { recursive: true });
  for (const name of ["a", "b"]) fs.writeFileSync(join(tree, name), name);
  const child = Bun.spawn(["bun", SCRIPT, "--record", runs, "--tree", tree, ...args, scratch()], {
    env: { ...process.env, PATH: path },
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stderr, code] = await Promise.all([child.stderr.text(), child.exited]);
  const records = fs.existsSync(runs) ? fs.readdirSync(runs).toSorted() : [];
  return { code, stderr, runs, records };
}

test.skipIf(Bun.which("rsync") === null)(
  "a record holds raw data and tables, and never replaces another",
  async () => {
    const [first] = (await figures(QUICK)).records;
    const { code, runs, records } = await figures(QUICK);
    expect(code).toBe(0);
    expect(records).toEqual([`${first}`, `${first}-2`]);
    const files = fs.readdirSync(join(runs, `${first}-2`)).toSorted();
    expect(files.map((name) => name.replace(/^1-\w+-/, ""))).toEqual([
      "few.json",
      "few.txt",
      "large.json",
      "large.txt",
      "small.json",
      "small.txt",
      "tree.json",
      "tree.txt",
      "summary.md",
    ]);
  },
);

test("what failed is not recorded", async () => {
  const bin = join(scratch(), "bin");
  fs.mkdirSync(bin);
  const script = '#!/bin/sh\n[ "$1" = --version ] || exit 23\n';
  fs.writeFileSync(join(bin, "rsync"), script, { mode: 0o755 });
  const { code, stderr, records } = await figures(QUICK, `${bin}:${process.env["PATH"]}`);
  expect(stderr).toContain("FAILED: exit code 23");
  expect(stderr).toEndWith("nothing was recorded\n");
  expect([code, records]).toEqual([3, []]);
});

describe("refused:", () => {
  test.each<[string[], string]>([
    [["--runs", "5"], "--runs needs a number from 6, not 5"],
    [["--minutes", "soon"], "--minutes needs a number from 1, not soon"],
    [["--what"], "Unknown option '--what'"],
    [["--size", "huge"], "--size needs a size"],
    [["--vs", "rsnc"], "did you mean rsync?"],
  ])("%p", async (args, words) => {
    const { code, stderr, records } = await figures([...args]);
    expect(stderr).toContain(words);
    expect([code, records]).toEqual([2, []]);
  });
});
