import { expect, test } from "bun:test";
import { matchTextFromRaw, rawFromText, type RawPath } from "#model/name.ts";
import type { FilterOptions } from "#model/options.ts";
import { compileFilter, parsePathList, parsePatternFile, parseRule } from "#planner/filter.ts";
import { exclude, filterOptions, include } from "./fixtures.ts";

/** A final "/" makes it a directory. */
function excluded(options: Partial<FilterOptions>, ...paths: readonly string[]): string[] {
  const filter = compileFilter(filterOptions(options));
  return paths.filter((path) =>
    filter.excludes(rawFromText(path.replace(/\/$/, "")), path.endsWith("/")),
  );
}

test("the last rule that matches decides", () => {
  const paths = ["a.log", "keep.log", "b.txt"];
  expect(excluded({ rules: [...exclude("*.log"), ...include("keep.log")] }, ...paths)).toEqual([
    "a.log",
  ]);
  expect(excluded({ rules: [...include("keep.log"), ...exclude("*.log")] }, ...paths)).toEqual([
    "a.log",
    "keep.log",
  ]);
});

test("patterns tell directories, case and places apart", () => {
  const paths = ["build/", "build", "Build/", "src/build/"];
  expect(excluded({ rules: exclude("build/") }, ...paths)).toEqual(["build/", "src/build/"]);
  expect(excluded({ rules: exclude("/build") }, ...paths)).toEqual(["build/", "build"]);
});

test("a rule overridden for a directory does not exclude what is in it", () => {
  const rules = [...exclude("/cache"), ...include("/cache/")];
  expect(excluded({ rules }, "cache/", "cache/a")).toEqual([]);
});

test("the root is never excluded", () => {
  const filter = compileFilter(filterOptions({ rules: exclude("*"), filesFrom: [] }));
  expect(filter.excludes("" as RawPath, true)).toBe(false);
  expect(filter.excludes(rawFromText("a"), false)).toBe(true);
});

test("patterns match characters, also in names that are not UTF-8", () => {
  expect(excluded({ rules: exclude("?.txt") }, "ä.txt", "ab.txt")).toEqual(["ä.txt"]);
  expect(excluded({ rules: exclude("[à-ü]x?") }, "äxé", "ax€", "äxé€")).toEqual(["äxé"]);
  // As the help says: two of UTF-16's units.
  expect(excluded({ rules: exclude("x??") }, "x😀", "x€")).toEqual(["x😀"]);
  const filter = compileFilter(filterOptions({ rules: exclude("*.txt") }));
  expect(filter.excludes("\xff\xfe.txt" as RawPath, false)).toBe(true);
});

test("names that are not UTF-8 are told apart by their bytes", () => {
  const pattern = matchTextFromRaw("caf\xe9*" as RawPath);
  const filter = compileFilter(filterOptions({ rules: exclude(pattern) }));
  const names = ["caf\xe9", "caf\xe9\xc3\xa4", "caf\xe8", "caf\xc3\xa9", "caf\xef\xbf\xbd"];
  expect(names.filter((name) => filter.excludes(name as RawPath, false))).toEqual([
    "caf\xe9",
    "caf\xe9\xc3\xa4",
  ]);
});

test("answers stay right over many more paths than are remembered", () => {
  const filter = compileFilter(filterOptions({ rules: [...exclude("*7"), ...include("f17")] }));
  const wrong = Array.from({ length: 10_000 }, (_, index) => `d/f${index}`).filter(
    (path) => filter.excludes(path as RawPath, false) !== (path.endsWith("7") && path !== "d/f17"),
  );
  expect(wrong).toEqual([]);
});

test("sizes and ages: both bounds of size are allowed, of age the newer one", () => {
  const filter = compileFilter(
    filterOptions({ minSizeBytes: 10, maxSizeBytes: 20, newerThanSec: 100, olderThanSec: 200 }),
  );
  const sizes = [9, 10, 20, 21].filter((size) => !filter.excludesFile(size, 150));
  const times = [99, 100, 199, 200].filter((time) => !filter.excludesFile(15, time));
  expect(sizes).toEqual([10, 20]);
  expect(times).toEqual([100, 199]);
  expect(compileFilter(filterOptions()).excludesFile(0, -1e12)).toBe(false);
});

test("a list of paths takes the directories on the way along, and nothing else", () => {
  const options = { filesFrom: ["a/b/c", "a/d", "e/"] as RawPath[] };
  const paths = [
    "a/",
    "a/b/",
    "a/b/c",
    "a/b/x",
    "a/d/",
    "a/d/x",
    "ab",
    "e/",
    "e/f/",
    "e/f/g",
    "ef",
  ];
  expect(excluded(options, ...paths)).toEqual(["a/b/x", "a/d/x", "ab", "ef"]);
  expect(excluded({ filesFrom: ["/" as RawPath] }, "a/", "a/b")).toEqual([]);
  expect(excluded({ filesFrom: ["" as RawPath] }, "a/", "b")).toEqual(["a/", "b"]);
});

test("a list of paths and patterns must both agree", () => {
  const options = { filesFrom: ["a/b", "c"] as RawPath[], rules: exclude("b") };
  expect(excluded(options, "a/", "a/b", "c", "d")).toEqual(["a/b", "d"]);
});

test("parsePatternFile() numbers the lines of gitignore's format", () => {
  const text = "\uFEFF# comment\r\n*.log\r\n\n   \n!keep.log\n\\#odd\nspaced\\ \n";
  expect(parsePatternFile(text, "my.rules")).toEqual([
    { kind: "exclude", pattern: "*.log", origin: "my.rules:2" },
    { kind: "include", pattern: "keep.log", origin: "my.rules:5" },
    { kind: "exclude", pattern: "\\#odd", origin: "my.rules:6" },
    { kind: "exclude", pattern: "spaced\\ ", origin: "my.rules:7" },
  ]);
});

test("parseRule() gives nothing for what is no pattern", () => {
  expect(["", "  ", "# x"].map((line) => parseRule(line, "--exclude"))).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

function pathList(text: string, isNulSeparated = false): unknown {
  const result = parsePathList(Buffer.from(text, "latin1"), isNulSeparated);
  return "paths" in result ? result.paths : result.refusal;
}

test("parsePathList() reads lines as raw bytes", () => {
  expect(pathList("./a\r\n/b//c/\n\n.\n\xff\n#x#")).toEqual(["a", "b/c/", "", "\xff", "#x#"]);
});

test("parsePathList() with -0 leaves every byte of a name alone", () => {
  expect(pathList("a\nb\0c\r\0./d/\0", true)).toEqual(["a\nb", "c\r", "d/"]);
});

test("parsePathList() leaves out a byte order mark, and refuses NULs without -0", () => {
  expect(pathList("\xef\xbb\xbfa\nb")).toEqual(["a", "b"]);
  expect(pathList("a\0b\0")).toEqual({
    outcome: "usage",
    message: "the list of --files-from is separated by NUL",
    hint: "add -0",
  });
});

test("parsePathList() refuses a path that leads out of the source", () => {
  expect(pathList("a\nb/../../etc/passwd")).toEqual({
    outcome: "usage",
    message: "--files-from names b/../../etc/passwd, which leads out of the source",
    hint: "its paths are relative to the source",
  });
  expect(pathList("a..b")).toEqual(["a..b"]);
});
