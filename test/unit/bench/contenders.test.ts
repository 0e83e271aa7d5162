import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import {
  type CommandContext,
  PEERS,
  PHASES,
  blitContender,
  customContender,
  fillCommand,
  shellLine,
  splitCommand,
} from "#bench/contenders.ts";
import { ATTRIBUTES } from "#bench/judge.ts";

const plain: CommandContext = {
  traits: { hardLinks: false, holes: false, symlinks: false },
  cores: 4,
  strict: false,
  version: "rclone v1.60.1 / coreutils / GNU tar",
  scratch: "/scratch",
};
const linked: CommandContext = {
  ...plain,
  traits: { hardLinks: true, holes: true, symlinks: true },
};

function peer(name: string) {
  const found = PEERS.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no peer ${name}`);
  return found;
}

describe("splitCommand()", () => {
  test("knows quotes and backslashes, and nothing else of a shell", () => {
    expect(splitCommand(`cp -a  '{src}/a b' "x\\"y" c\\ d | $HOME`)).toEqual([
      "cp",
      "-a",
      "{src}/a b",
      'x"y',
      "c d",
      "|",
      "$HOME",
    ]);
    expect(splitCommand("''")).toEqual([""]);
    expect(splitCommand("cp 'open")).toBeUndefined();
  });

  test("reads back every line that shellLine() writes", () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (words) => {
        expect(splitCommand(shellLine(words))).toEqual(words);
      }),
    );
  });
});

test("fillCommand() puts paths in whole, whatever characters they hold", () => {
  const filled = fillCommand(["x", "{src}/", "--to={dst}", "{doomed}"], "/a $& b", "/{src}", [
    "/1",
    "/2",
  ]);
  expect(filled).toEqual(["x", "/a $& b/", "--to=/{src}", "/1", "/2"]);
});

describe("the peers", () => {
  test("all name source and destination in the cold phase, and say how to ask for their version", () => {
    for (const { command, versionArguments } of PEERS) {
      const line = command("cold", plain)?.join(" ");
      expect(line).toContain("{src}");
      expect(line).toContain("{dst}");
      expect(versionArguments.length).toBeGreaterThan(0);
    }
  });

  test("claim only attributes that are judged", () => {
    for (const { claims } of PEERS) {
      for (const phase of PHASES) {
        for (const claim of claims(linked, phase)) expect(ATTRIBUTES).toContain(claim);
      }
    }
  });

  test("rsync is asked for hard links and holes only where there are some", () => {
    expect(peer("rsync").command("cold", plain)?.[1]).toBe("-a");
    expect(peer("rsync").command("cold", linked)?.[1]).toBe("-aHS");
    expect(peer("rsync").command("cold", { ...plain, strict: true })?.[1]).toBe("-aHAXS");
    expect(peer("rsync").claims(plain, "cold")).not.toContain("hard links");
    expect(peer("rsync").claims(linked, "cold")).toContain("hard links");
  });

  test("cp is left out of what a cp without -u cannot do", () => {
    expect(peer("cp").command("unchanged", { ...plain, version: "BSD" })).toBeUndefined();
    expect(peer("cp").nameIn?.("delete")).toBe("rm");
  });

  test("an rclone too old for --metadata is not given it", () => {
    expect(peer("rclone").command("cold", plain)).toContain("--metadata");
    expect(peer("rclone").command("cold", { ...plain, version: "rclone v1.58.0" })).not.toContain(
      "--metadata",
    );
  });

  test("an rclone that follows symlinks with --metadata is not given it where there are any", () => {
    for (const [version, isGiven] of [
      ["rclone v1.60.1-DEV", false],
      ["rclone v1.68.1", false],
      ["rclone v1.68.2", true],
      ["rclone v1.70.0", true],
      ["rclone v2.0.0", true],
      ["rclone", false],
    ] as const) {
      const command = peer("rclone").command("cold", { ...linked, version });
      expect(command?.includes("--metadata")).toBe(isGiven);
    }
  });

  test("robocopy fails from exit code 8", () => {
    expect(peer("robocopy").succeeded?.(7)).toBe(true);
    expect(peer("robocopy").succeeded?.(8)).toBe(false);
  });
});

test("blit claims everything, a custom contender nothing, unless it is called blit", () => {
  expect(blitContender(["/x/blit"]).claims(plain, "cold")).toEqual(ATTRIBUTES);
  expect(blitContender(["/x/blit"]).command("delete", plain)).toEqual([
    "/x/blit",
    "mirror",
    "{src}",
    "{dst}",
  ]);
  expect(customContender("other", ["x"]).claims(plain, "cold")).toEqual([]);
  expect(customContender("blit", ["x"]).claims(plain, "cold")).toEqual(ATTRIBUTES);
});
