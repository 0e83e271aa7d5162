import { describe, expect, test } from "bun:test";
import { answerHabit } from "#cli/options/habits.ts";
import { parseArguments } from "#cli/options/parse.ts";
import { args } from "./raw.ts";

/** The command that is advised, without "type: blit ". */
function advised(line: string): string | undefined {
  return answerHabit(args(line))?.hints[0]?.replace(/^type: blit /, "");
}

describe("rsync's habits", () => {
  test.each([
    ["-av src/ dst/", "copy -v src/ dst/"],
    ["-avzP --delete src/ dst/", "mirror -v src/ dst/"],
    ["copy -a src/ dst/", "copy src/ dst/"],
    ["copy --delete src/ dst/", "mirror src/ dst/"],
    ["mirror --delete-after --info=progress2 src/ dst/", "mirror src/ dst/"],
    ["-rltn --exclude *.o --delete src/ dst/", "mirror -n --exclude '*.o' src/ dst/"],
    ["-a --exclude=*.o src/ dst/", "copy '--exclude=*.o' src/ dst/"],
    ["-a --remove-source-files src/ dst/", "move src/ dst/"],
    ["-a --max-delete=5 --delete src/ dst/", "mirror --max-delete 5 src/ dst/"],
    ["-aHAX a/ b/ c/ dst/", "copy a/ b/ c/ dst/"],
    ["-a --partial-dir .part --fsync src/ dst/", "copy --durable src/ dst/"],
  ])("%s", (line, command) => {
    expect(advised(line)).toBe(command);
    expect(() => parseArguments(args(command.replaceAll("'", "")))).not.toThrow();
  });

  test("a source without a slash: where rsync would put it", () => {
    const hints = answerHabit(args("-a --delete photos /backup/"))?.hints ?? [];
    expect(hints[0]).toBe("type: blit mirror photos /backup/");
    expect(hints.at(-1)?.trim()).toBe("blit mirror photos /backup/photos");
  });

  test.each([
    ["-aL a/ b/", "-L"],
    ["-aU --inplace a/ b/", "-U and --inplace"],
    ["-a --link-dest ../old a/ b/", "--link-dest"],
  ])("what blit does not do is not passed over: %s", (line, missing) => {
    expect(answerHabit(args(line))?.hints).toContain(`there is nothing like ${missing} in blit`);
  });

  test("what blit does not have is named", () => {
    expect(answerHabit(args("-a --bwlimit=100 a/ b/"))?.hints).toContain(
      "there is nothing like --bwlimit in blit",
    );
  });
});

describe("robocopy's habits", () => {
  test.each([
    ["src dst /MIR", "mirror src dst"],
    ["copy src dst /E /R:1 /W:1 /MT:16", "copy src dst"],
    ["mirror src dst /mir /L", "mirror -n src dst"],
    ["src dst /MIR /XD node_modules", "mirror --exclude node_modules src dst"],
    ["src dst /MOVE", "move src dst"],
    [
      "src dst /E /MAXAGE:7 /MINAGE:20260131",
      "copy --newer-than 7d --older-than 2026-01-31 src dst",
    ],
    ["src dst /E /LOG+:file /XX", "copy --log file src dst"],
  ])("%s", (line, command) => {
    expect(advised(line)).toBe(command);
  });
});

test.each(["copy a b --nonsense", "foo a b", "diagnostics perf -a", "help -a", ""])(
  "no habit is seen in: %s",
  (line) => {
    expect(answerHabit(args(line))).toBeUndefined();
  },
);

test("a name with control characters is advised as a shell can read it, and on one line", () => {
  const [first = ""] = answerHabit([...args("-a"), "x\ny/" as never, ...args("dst")])?.hints ?? [];
  expect(first).toBe("type: blit copy $'x\\ny/' dst");
});
