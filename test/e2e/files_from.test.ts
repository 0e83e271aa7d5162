// --files-from: what is listed is taken, and what is listed and not there is said, whatever the list looks like.

import { describe, expect, test } from "bun:test";
import { blit, type RunResult } from "#test/helpers/binary.ts";
import { countsOf, jsonEvents } from "#test/helpers/events.ts";
import { readManifest } from "#test/helpers/manifest.ts";
import { inScratch } from "#test/helpers/scratch.ts";
import { type Children, dir, file, makeTree, symlink } from "#test/helpers/tree.ts";

const SOURCE: Children = {
  a: file(""),
  "b c": file(""),
  "new\nline": file(""),
  dir: dir({ one: file(""), two: file("") }),
  whole: dir({ one: file(""), two: dir({ three: file("") }) }),
  link: symlink("dir"),
  "caf\xe9": file(""),
};

interface Outcome {
  readonly run: RunResult;
  /** Every path below the destination. */
  readonly left: readonly string[];
  /** "code path" of each problem. */
  readonly problems: readonly string[];
  /** As many as the summary counts. */
  readonly counted: number | undefined;
  /** What is at the source afterwards. */
  readonly kept: readonly string[];
}

/** Runs a verb with a list on standard input, from SOURCE to what the destination has. */
async function listed(
  verb: string,
  list: string,
  { destination = {}, options = [] }: { destination?: Children; options?: readonly string[] } = {},
): Promise<Outcome> {
  let result: Outcome | undefined;
  await inScratch(async (folder) => {
    await makeTree(folder, dir({ src: dir(SOURCE), dst: dir(destination) }));
    const ends = [`${folder}/src`, `${folder}/dst`];
    const args = [verb, "--json", ...ends, "--files-from", "-", ...options];
    const run = await blit(args, { stdin: list });
    const events = jsonEvents(run.stdout);
    result = {
      run,
      left: await pathsBelow(`${folder}/dst`),
      problems: events
        .filter(({ type }) => type === "problem")
        .map(({ code, path }) => `${code} ${path}`)
        .toSorted(),
      counted: countsOf(events)["problems"],
      kept: await pathsBelow(`${folder}/src`),
    };
  });
  if (result === undefined) throw new Error("no outcome");
  return result;
}

async function pathsBelow(folder: string): Promise<string[]> {
  const paths = [...(await readManifest(folder)).keys()];
  return paths.filter((path) => path !== "").toSorted();
}

describe("what is listed", () => {
  test("is taken, with the directories on the way", async () => {
    const list = "./a\r\nb c\ndir/one\nwhole/\na\n./a\n";
    const { run, left, problems } = await listed("copy", list);
    expect({ ...run, problems }).toMatchObject({ code: 0, stderr: "", problems: [] });
    expect(left).toEqual([
      "a",
      "b c",
      "dir",
      "dir/one",
      "whole",
      "whole/one",
      "whole/two",
      "whole/two/three",
    ]);
  });

  test("is separated by NUL with -0, and protects what is not listed", async () => {
    const destination: Children = {
      a: file("old"),
      other: file("stays"),
      whole: dir({ x: file("") }),
    };
    const options = ["-0"];
    const list = "a\0new\nline\0whole/\0";
    const { run, left } = await listed("mirror", list, { destination, options });
    expect(run.code).toBe(0);
    expect(left).toEqual([
      "a",
      "new\nline",
      "other",
      "whole",
      "whole/one",
      "whole/two",
      "whole/two/three",
    ]);
  });

  test("may be nothing, or everything", async () => {
    expect(await listed("copy", "\n\n")).toMatchObject({ run: { code: 0 }, left: [] });
    expect((await listed("copy", "./\n")).left).toContain("whole/two/three");
  });
});

describe("what is listed and not there", () => {
  test("is reported, each name once, and the others are copied", async () => {
    const list = "a\nnone\r\n./none\nnone/\ndir/none\nno/where\nwhole/two/three\n";
    const { run, left, problems, counted } = await listed("copy", list);
    expect(run.code).toBe(3);
    expect(problems).toEqual(["ENOENT dir/none", "ENOENT no/where", "ENOENT none"]);
    expect(counted).toBe(3);
    expect(left).toEqual(["a", "dir", "whole", "whole/two", "whole/two/three"]);
  });

  test("is what lies behind a symlink or a file: neither is ever entered", async () => {
    const { run, problems } = await listed("copy", "link/one\na/x\nlink\n");
    expect(run.code).toBe(3);
    expect(problems).toMatchObject(["ENOTDIR a/x", expect.stringMatching(/^E\w+ link\/one$/)]);
  });

  test("is an absolute path, which is relative to the source here", async () => {
    const { problems } = await listed("copy", "/a\n/etc/passwd\n");
    expect(problems).toEqual(["ENOENT etc/passwd"]);
  });

  test("is a name of other bytes", async () => {
    const { problems } = await listed("copy", "café\n");
    expect(problems).toEqual(["ENOENT café"]);
  });

  test("withholds every deletion of a mirror", async () => {
    const destination: Children = { a: file("old"), none: file(""), whole: dir({ x: file("") }) };
    const list = "a\nwhole/\nnone\n";
    const { run, left } = await listed("mirror", list, { destination });
    expect(run.code).toBe(3);
    expect(run.stdout).toContain('"deletionsWithheld":"1 entry failed before"');
    expect(left).toContain("none");
    expect(left).toContain("whole/x");
  });

  test("keeps no other entry from being moved", async () => {
    const { run, left, kept } = await listed("move", "a\nnone\n");
    expect(run.code).toBe(3);
    expect(left).toEqual(["a"]);
    expect(kept).not.toContain("a");
    expect(kept).toContain("b c");
  });

  test("is said by a dry run and by verify too", async () => {
    for (const [verb, options] of [
      ["copy", ["--dry-run"]],
      ["verify", []],
    ] as const) {
      const { run, problems, left } = await listed(verb, "none\n", { options });
      expect({ code: run.code, problems, left }).toEqual({
        code: 3,
        problems: ["ENOENT none"],
        left: [],
      });
    }
  });

  test("is said in words: the path, the reason, what to do", async () => {
    await inScratch(async (folder) => {
      await makeTree(folder, dir({ src: dir(SOURCE) }));
      const args = ["copy", `${folder}/src`, `${folder}/dst`, "--files-from", "-"];
      const { stderr, stdout } = await blit(args, { stdin: "none\n" });
      expect(stderr).toBe(
        `blit: cannot find the listed ${folder}/src/none: it is not there (ENOENT)\n` +
          "  --files-from names it: correct the list, whose paths are relative to the source\n",
      );
      expect(stdout).toContain("1 entry failed");
    });
  });

  test("with several sources is what none of them has", async () => {
    await inScratch(async (folder) => {
      const tree = { one: dir({ a: file("") }), two: dir({ b: file("") }), "a file": file("") };
      await makeTree(folder, dir(tree));
      const sources = Object.keys(tree).map((name) => `${folder}/${name}`);
      const args = ["copy", ...sources, `${folder}/dst`, "--files-from", "-"];
      const all = await blit(args, { stdin: "a\nb\na file\n" });
      expect(all).toMatchObject({ code: 0, stderr: "" });
      const some = await blit(args, { stdin: "a\nc\n" });
      expect(some.code).toBe(3);
      expect(some.stderr).toContain(`cannot find the listed ${folder}/one/c`);
      expect(await pathsBelow(`${folder}/dst`)).toEqual(["a file", "one", "one/a", "two", "two/b"]);
    });
  });
});

test("a list that leads out of the source is refused, and nothing is touched", async () => {
  const { run, left } = await listed("copy", "a\ndir/../../b\n");
  expect(run.code).toBe(2);
  expect(run.stderr).toContain("dir/../../b, which leads out of the source");
  expect(left).toEqual([]);
});
