// Filters speak gitignore's own language: for generated patterns every entry of a real tree gets the answer that
// git gives.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { rawFromText } from "#model/name.ts";
import { compileFilter, parsePatternFile } from "#planner/filter.ts";
import { filterOptions } from "#test/unit/planner/fixtures.ts";

interface TreeEntry {
  readonly path: string;
  readonly isDirectory: boolean;
}

// Directories at one level are files at the next, so that every pattern meets both kinds of every name.
const NAMES = ["a", "foo", "b.c", "x y", "[a]", ".h", "ä", "é.c"];
const OTHER_NAMES = ["ab", "bar", "a.c", "a ", "a*", "!a", "#a", "a\\b", "a\nb", "]"];
const LEVELS = 3;

function listTree(parent: string, level: number): TreeEntry[] {
  const [directories, files] = level % 2 === 0 ? [NAMES, OTHER_NAMES] : [OTHER_NAMES, NAMES];
  const entries: TreeEntry[] = files.map((name) => ({ path: parent + name, isDirectory: false }));
  if (level === LEVELS - 1) return entries;
  return entries.concat(
    directories.flatMap((name) => [
      { path: parent + name, isDirectory: true },
      ...listTree(`${parent + name}/`, level + 1),
    ]),
  );
}

const TREE = listTree("", 0);
let repository = "";

beforeAll(() => {
  repository = mkdtempSync(join(tmpdir(), "blit-filter-"));
  for (const { path, isDirectory } of TREE) {
    if (isDirectory) mkdirSync(join(repository, path), { recursive: true });
  }
  for (const { path, isDirectory } of TREE) {
    if (!isDirectory) writeFileSync(join(repository, path), "");
  }
});

afterAll(() => rmSync(repository, { recursive: true }));

const git = Bun.which("git");

function runGit(args: readonly string[], input: string): string {
  const result = Bun.spawnSync([git ?? "git", "-C", repository, ...args], {
    stdin: Buffer.from(input),
    env: { HOME: repository, GIT_CONFIG_NOSYSTEM: "1" },
  });
  // check-ignore: 1 says that no path is ignored, 128 that it failed.
  if (result.exitCode > 1) throw new Error(result.stderr.toString());
  return result.stdout.toString();
}

function excludedByGit(patternFile: string): Set<string> {
  writeFileSync(join(repository, ".git/info/exclude"), patternFile);
  const input = TREE.map(({ path }) => `${path}\0`).join("");
  const output = runGit(["check-ignore", "--no-index", "--stdin", "-z"], input);
  return new Set(output.split("\0").filter((path) => path !== ""));
}

/** As a run does it: what is excluded is not opened, so nothing below it is asked about. */
function excludedByBlit(patternFile: string): Set<string> {
  const filter = compileFilter(filterOptions({ rules: parsePatternFile(patternFile, "exclude") }));
  const excluded = new Set<string>();
  for (const { path, isDirectory } of TREE) {
    const parent = path.slice(0, Math.max(0, path.lastIndexOf("/")));
    if (excluded.has(parent) || filter.excludes(rawFromText(path), isDirectory)) excluded.add(path);
  }
  return excluded;
}

/**
 * gitignore(5) calls "**" within a name a plain "*", but git compares the literal start of a pattern by itself and
 * then takes a "**" behind it for one of its own: "/a**" ignores what is deep below ab. Blit keeps to the manual.
 */
function isGitsOwnException(pattern: string): boolean {
  return /[^/]\*{2,}(\/| *$)/.test(pattern.replace(/^!/, ""));
}

const piece = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("a", "b", "c", ".", "foo", "bar", "x", "ä", "é") },
  {
    weight: 3,
    arbitrary: fc.constantFrom("*", "**", "?", "*.c", "a*", "/**/", "**/", "/**", "/*"),
  },
  { weight: 4, arbitrary: fc.constantFrom("/", "/", "/a/", "a/", "/foo/") },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      "[ab]",
      "[!a]",
      "[^f]",
      "[a-c]",
      "[]a]",
      "[[:alpha:]]",
      "[!]",
      "[",
      "]",
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "\\*",
      "\\[",
      "\\!",
      "\\#",
      "\\ ",
      "\\a",
      "\\\\",
      " ",
      "!",
      "#",
      "-",
      "(",
      "+",
      "$",
      "{a,b}",
    ),
  },
);
const pattern = fc
  .tuple(
    fc.constantFrom("", "", "", "!", "/", "!/"),
    fc.array(piece, { minLength: 1, maxLength: 5 }),
    fc.constantFrom("", "", "/", " "),
  )
  .map(([start, pieces, end]) => start + pieces.join("") + end)
  .filter((text) => !isGitsOwnException(text));

test.skipIf(git === null)(
  "filters exclude what git excludes",
  () => {
    runGit(["init", "-q"], "");
    fc.assert(
      fc.property(fc.array(pattern, { minLength: 1, maxLength: 4 }), (patterns) => {
        const patternFile = `${patterns.join("\n")}\n`;
        // git matches bytes and blit characters: "?" and "[…]" differ on names beyond ASCII, on purpose.
        const isComparable = /[?[]/.test(patternFile)
          ? (path: string): boolean => /^[\x00-\x7f]*$/.test(path)
          : (): boolean => true;
        const ours = [...excludedByBlit(patternFile)].filter(isComparable).sort();
        const theirs = [...excludedByGit(patternFile)].filter(isComparable).sort();
        expect(ours).toEqual(theirs);
      }),
      { numRuns: 150 },
    );
  },
  60_000,
);
