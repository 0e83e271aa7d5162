import { describe, expect, test } from "bun:test";
import { commonOption, isGiven, lastValue, parseArguments } from "#cli/options/parse.ts";
import { UsageError } from "#cli/usage_error.ts";
import type { RawPath } from "#model/name.ts";
import { args, bytes } from "./raw.ts";

function mistake(line: string | readonly RawPath[]): { message: string; hints: readonly string[] } {
  try {
    parseArguments(typeof line === "string" ? args(line) : line);
  } catch (error) {
    if (error instanceof UsageError) return { message: error.message, hints: error.hints };
    throw error;
  }
  throw new Error(`accepted: ${String(line)}`);
}

describe("parseArguments() takes", () => {
  test("options before, between and after the operands", () => {
    const { verb, operands, occurrences } = parseArguments(args("mirror -n a --checksum b -v"));
    expect(verb).toBe("mirror");
    expect(operands).toEqual(args("a b"));
    expect(occurrences.map(({ name }) => name)).toEqual(["dry-run", "checksum", "verbose"]);
  });

  test("letters in a cluster, values after a space or an equals sign", () => {
    const parsed = parseArguments(args("mirror -nvx a b --max-delete 3 --log=x=y"));
    expect(
      ["dry-run", "verbose", "one-file-system"].every((name) => isGiven(parsed, name as "verbose")),
    ).toBe(true);
    expect(lastValue(parsed, "max-delete")).toBe("3" as RawPath);
    expect(lastValue(parsed, "log")).toBe("x=y" as RawPath);
  });

  test("the last of an option that is given twice", () => {
    const parsed = parseArguments(args("copy a b --min-size 1 --min-size 2"));
    expect(lastValue(parsed, "min-size")).toBe("2" as RawPath);
  });

  test("everything after -- as operands, and a lone - too", () => {
    expect(parseArguments(args("copy -- -n --x")).operands).toEqual(args("-n --x"));
    expect(parseArguments(args("copy - b")).operands).toEqual(args("- b"));
  });

  test("a value that looks like an option, and an empty one", () => {
    expect(lastValue(parseArguments(args("copy a b --exclude -n")), "exclude")).toBe(
      "-n" as RawPath,
    );
    expect(lastValue(parseArguments(args("copy a b --exclude=")), "exclude")).toBe("" as RawPath);
  });

  test("names that are not UTF-8, byte by byte", () => {
    const name = bytes(0xff, 0x2f, 0xfe);
    const line = [...args("copy"), name, `--log=${name}` as RawPath, ...args("b")];
    const parsed = parseArguments(line);
    expect(parsed.operands).toEqual([name, "b" as RawPath]);
    expect(lastValue(parsed, "log")).toBe(name);
  });

  test("a verb of two words", () => {
    const parsed = parseArguments(args("diagnostics perf --limit 5"));
    expect(parsed).toMatchObject({ verb: "diagnostics perf", operands: [] });
  });
});

describe("commonOption()", () => {
  test.each([
    ["copy a b --help", "help"],
    ["mirror a --nonsense -h", "help"],
    ["copy --version", "version"],
    ["copy -V a b", "version"],
    ["copy --exclude -h a b", undefined],
    ["copy --exclude=x -h", "help"],
    ["copy -- --help", undefined],
    ["copy -nh", undefined],
  ])("in %s is %p", (line, name) => {
    expect(commonOption(args(line))).toBe(name as "help");
  });
});

describe("parseArguments() refuses", () => {
  test.each([
    ["mirorr a b", "did you mean mirror?"],
    ["diff a b", "did you mean verify?"],
    ["zz a b", undefined],
    ["copy a b --dryrun", "did you mean --dry-run?"],
    ["copy a b --exlude x", "did you mean --exclude?"],
    ["mirror a b --max-delte=3", "did you mean --max-delete?"],
    ["MIRROR a b", "did you mean mirror?"],
    ["--verson", "did you mean --version?"],
    ["version", "did you mean --version?"],
    ["mirror a b --exclude-f x", "did you mean --exclude-from?"],
  ])("%s", (line, hint) => {
    const { hints } = mistake(line);
    if (hint !== undefined) expect(hints).toContain(hint);
    else expect(hints.join()).toContain("a verb comes first");
  });

  test.each([
    ["copy a b --no-color", "type blit copy --help"],
    ["copy a b --e x", "type blit copy --help"],
    ["copy --help=x a b", "type blit copy --help"],
    ["copy -nh a b", "type blit copy -h"],
  ])("%s, and suggests nothing silly", (line, hint) => {
    expect(mistake(line).hints).toEqual([hint]);
  });

  test("an option of another verb, and says whose it is", () => {
    const { message, hints } = mistake("copy a b --max-delete 3");
    expect(message).toBe("--max-delete is not an option of copy");
    expect(hints[0]).toContain("mirror");
  });

  test("an operand that is missing, and says which arguments are values of options", () => {
    const { message, hints } = mistake("copy --workers photos --exclude=x -v --log l bk");
    expect(message).toBe("copy needs a destination after bk");
    expect(hints.slice(0, -1)).toEqual([
      "photos is the value of --workers",
      "l is the value of --log",
    ]);
  });

  test.each([
    "copy a b --dry-run=yes",
    "copy a b --exclude",
    "copy a b -Z",
    "copy a b --",
    "-n copy a b",
  ])("%s", (line) => {
    if (line.endsWith("--")) expect(parseArguments(args(line)).operands).toHaveLength(2);
    else expect(mistake(line).message).not.toBe("");
  });

  test.each([
    ["mirror a", "mirror needs a destination after a"],
    ["mirror", "mirror needs SRC DST"],
    ["mirror a b c", "mirror takes one source and one destination, and 3 paths are given"],
    ["man x", "man does not take x"],
    ["diagnostics", "diagnostics needs to know what to show"],
    ["completions", "completions needs SHELL"],
  ])("%s", (line, message) => {
    expect(mistake(line).message).toBe(message);
  });
});
