// Destinations that cannot hold all of a Linux tree: what they can hold arrives, what they cannot is said, and a second
// run finds nothing to copy.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { blit } from "#test/helpers/binary.ts";
import { countsOf, jsonEvents } from "#test/helpers/events.ts";
import { unmount } from "#test/helpers/filesystems.ts";
import { HANGING_UNAVAILABLE, mountHanging } from "#test/helpers/fuse.ts";
import { LOSSY, mountLossy } from "#test/helpers/lossy.ts";
import { diffManifests, readManifest } from "#test/helpers/manifest.ts";
import { temporaries } from "#test/helpers/names.ts";
import { inScratch } from "#test/helpers/scratch.ts";
import {
  type Children,
  dir,
  fifo,
  file,
  hardLink,
  makeTree,
  randomFile,
  sparseFile,
  symlink,
} from "#test/helpers/tree.ts";

/** An odd second with a fraction, so that every step shows. */
const TIME = { mtimeNs: 1_000_000_001_987_654_321n };

/** Everything that is no name and no symlink: metadata may be lost, data and times may not. */
const TREE: Children = {
  plain: randomFile(100_000, 1, TIME),
  empty: file("", TIME),
  owned: file("x", { ...TIME, mode: 0o640, uid: 5, gid: 6 }),
  noted: file("x", { ...TIME, xattrs: { "user.note": "lost here" } }),
  sparse: sparseFile(3_000_000, [{ at: 1_000_000, random: 50_000, seed: 2 }], TIME),
  one: file("linked", TIME),
  fifo: fifo({ mode: 0o600 }),
  sub: dir({ two: hardLink("one"), deep: dir({ file: file("y", TIME) }, TIME) }, TIME),
};
/** Names that Windows does not take. */
const WINDOWS = ["CON", "a:b", "question?", "trailing ", "trailing."];

interface Outcome {
  readonly code: number | null;
  readonly counts: Readonly<Record<string, number>>;
  /** "severity path" of each problem. */
  readonly problems: readonly string[];
}

async function transfer(
  verb: string,
  from: string,
  to: string,
  options: readonly string[] = [],
): Promise<Outcome> {
  const { code, stdout } = await blit([verb, "--json", ...options, from, to]);
  const events = jsonEvents(stdout);
  return {
    code,
    counts: countsOf(events),
    problems: events
      .filter(({ type }) => type === "problem")
      .map(({ severity, path }) => `${severity} ${path}`)
      .toSorted(),
  };
}

describe.each([...LOSSY])("$title", ({ name, unavailable, storedTime }) => {
  const mounted = unavailable === undefined;
  let place = "";
  let runs = 0;
  beforeAll(() => {
    if (mounted) place = mountLossy(name);
  });
  afterAll(() => {
    if (mounted) unmount(place);
  });

  /** Makes a tree and gives a fresh place for its copy. */
  const inPlace = (tree: Children, check: (from: string, to: string) => Promise<void>) =>
    inScratch(async (folder) => {
      mkdirSync(`${folder}/src`);
      await makeTree(`${folder}/src`, dir(tree));
      await check(`${folder}/src`, `${place}/${runs++}`);
    });

  test.skipIf(!mounted)("data and times arrive, and a second run copies nothing", async () => {
    await inPlace(TREE, async (from, to) => {
      const first = await transfer("copy", from, to);
      expect(first).toMatchObject({ code: 0, problems: [] });
      const ignore = ["mode", "owner", "xattrs", "links", "holes"] as const;
      const differences = diffManifests(await readManifest(from), await readManifest(to), {
        storedTime,
        ignore,
      });
      // exFAT has no FIFOs, which is no error; nothing else may stand in its place.
      expect(differences.filter((line) => !line.startsWith("fifo: "))).toEqual([]);
      const second = await transfer("mirror", from, to);
      expect(second).toMatchObject({ code: 0, problems: [], counts: { filesCopied: 0 } });
      expect(second.counts["entriesDeleted"]).toBe(0);
      expect(temporaries((await readManifest(to)).keys())).toEqual([]);
    });
  });

  test.skipIf(!mounted)("what has no place there is said, or made as it was", async () => {
    await inPlace({ fifo: fifo(), link: symlink("after"), after: file("x") }, async (from, to) => {
      const { code, problems, counts } = await transfer("copy", from, to);
      const after = await readManifest(to);
      expect(after.get("after")?.digest).toBe((await readManifest(from)).get("after")?.digest);
      if (name === "exfat") {
        expect({ code, problems }).toEqual({ code: 3, problems: ["failed link"] });
        expect([...after.keys()].toSorted()).toEqual(["", "after"]);
        expect(counts["notesUnsupported"]).toBeGreaterThan(0);
      } else {
        expect({ code, problems }).toEqual({ code: 0, problems: [] });
        expect(after.get("link")?.target).toBe("after");
        expect(after.get("fifo")?.kind).toBe("fifo");
      }
    });
  });

  test.skipIf(!mounted)("a name that it cannot hold fails, and only that", async () => {
    const names = [...WINDOWS, "\xff\xfe", "fine"];
    const tree = Object.fromEntries(names.map((each) => [each, file(each, TIME)]));
    await inPlace(tree, async (from, to) => {
      const { code, problems, counts } = await transfer("copy", from, to);
      expect(code).toBe(3);
      expect(counts["notesVanished"]).toBe(0);
      const failed = problems.map((line) => line.replace(/^failed /, ""));
      if (name === "ntfs") expect(failed).toEqual(expect.arrayContaining([...WINDOWS]));
      expect(failed).toContain("a:b");
      expect(failed).toContain("\ufffd\ufffd");
      // Each of them is at the destination, with its own content, or is reported.
      const [source, after] = [await readManifest(from), await readManifest(to)];
      const arrived = names.filter((each) => after.get(each)?.digest === source.get(each)?.digest);
      expect(arrived).toContain("fine");
      expect(arrived.length + failed.length).toBe(names.length);
      expect(after.size).toBe(arrived.length + 1);
    });
  });

  test.skipIf(!mounted)("a name that failed withholds the deletions of a mirror", async () => {
    await inPlace({ "a:b": file("x"), kept: file("x") }, async (from, to) => {
      await makeTree(
        place,
        dir({ [to.slice(place.length + 1)]: dir({ extra: file("x"), kept: file("") }) }),
      );
      const { code, counts } = await transfer("mirror", from, to);
      expect(code).toBe(3);
      expect(counts).toMatchObject({ filesCopied: 1, entriesDeleted: 0 });
      expect((await readManifest(to)).has("extra")).toBe(true);
    });
  });

  /** The tree must hold one of the twins, whole, and the run have reported the other; which one arrived. */
  const arrivedOf = async (
    [a, b]: readonly [string, string],
    { code, problems }: Outcome,
    from: string,
    to: string,
  ): Promise<string> => {
    const [source, after] = [await readManifest(from), await readManifest(to)];
    const [failed] = [a, b].filter((each) => problems.includes(`failed ${each}`));
    expect({ code, problems }).toEqual({ code: 3, problems: [`failed ${failed}`] });
    const arrived = failed === a ? b : a;
    const there = [...after].filter(([path]) => path.toLowerCase() === a.toLowerCase());
    expect(there).toHaveLength(1);
    expect(there[0]?.[1].digest).toBe(source.get(arrived)?.digest);
    return arrived;
  };

  /** A copy, then a mirror into what it left: the same one of Foo and foo is there after both. What the second run said. */
  const arrivesTheSameTwice = async (from: string, to: string): Promise<Outcome> => {
    const first = await transfer("copy", from, to);
    const arrived = await arrivedOf(["Foo", "foo"], first, from, to);
    const second = await transfer("mirror", from, to);
    expect(await arrivedOf(["Foo", "foo"], second, from, to)).toBe(arrived);
    return second;
  };
  const TWINS = { Foo: file("one", TIME), foo: file("other", TIME), after: file("x", TIME) };

  test.skipIf(!mounted).each([[[]], [["--update"]], [["--durable"]], [["--durable", "--update"]]])(
    "of names that differ only in case one arrives, and stays, and the other fails: %p",
    async (options) => {
      await inPlace(TWINS, async (from, to) => {
        const first = await transfer("copy", from, to, options);
        const arrived = await arrivedOf(["Foo", "foo"], first, from, to);
        writeFileSync(`${to}/extra`, "x");
        const second = await transfer("mirror", from, to, options);
        expect(await arrivedOf(["Foo", "foo"], second, from, to)).toBe(arrived);
        expect(second.counts).toMatchObject({ entriesDeleted: 0 });
        expect((await readManifest(to)).has("extra")).toBe(true);
        const { code, stdout } = await blit(["verify", "--json", from, to]);
        expect(code).not.toBe(0);
        const lacking = jsonEvents(stdout)
          .filter(({ what }) => what?.includes("only in the source"))
          .map(({ path }) => path);
        expect(lacking).toEqual([arrived === "Foo" ? "foo" : "Foo"]);
      });
    },
  );

  test.skipIf(!mounted).each([
    ["small files", TWINS],
    ["hard links", { a: file("one", TIME), Foo: hardLink("a"), foo: file("other", TIME) }],
    ["large files", { Foo: randomFile(5e6, 1, TIME), foo: randomFile(5e6, 2, TIME) }],
    ["a file and a directory", { Foo: file("one", TIME), foo: dir({ b: file("b") }, TIME) }],
  ])("into a directory that was there: %s", async (_title, tree) => {
    await inPlace(tree, async (from, to) => {
      mkdirSync(to);
      const second = await arrivesTheSameTwice(from, to);
      expect(second.counts).toMatchObject({ filesCopied: 0, entriesDeleted: 0 });
    });
  });

  test.skipIf(!mounted).each([[true], [false]])(
    "directories that differ only in case are not merged; the destination was there: %p",
    async (existed) => {
      const tree = { Dir: dir({ a: file("a") }, TIME), dir: dir({ b: file("b") }) };
      await inPlace(tree, async (from, to) => {
        if (existed) mkdirSync(to);
        const first = await transfer("copy", from, to);
        const arrived = await arrivedOf(["Dir", "dir"], first, from, to);
        const held = async () =>
          [...(await readManifest(to)).keys()].filter((path) => path.includes("/"));
        expect((await held()).map((path) => path.slice(4))).toEqual([
          arrived === "Dir" ? "a" : "b",
        ]);
        const second = await transfer("mirror", from, to);
        expect(await arrivedOf(["Dir", "dir"], second, from, to)).toBe(arrived);
        expect((await held()).map((path) => path.slice(4))).toEqual([
          arrived === "Dir" ? "a" : "b",
        ]);
      });
    },
  );

  test.skipIf(!mounted).each([[true], [false]])(
    "a move keeps the source of the one that has no place; the destination was there: %p",
    async (existed) => {
      const tree = { sub: dir(TWINS), Dir: dir({ a: file("a") }), dir: dir({ b: file("b") }) };
      await inPlace(tree, async (from, to) => {
        if (existed) mkdirSync(to);
        const { code, problems } = await transfer("move", from, to);
        expect(code).toBe(3);
        expect(problems).toHaveLength(2);
        const kept = [...(await readManifest(from)).keys()];
        for (const problem of problems) expect(kept).toContain(problem.replace("failed ", ""));
        const files = kept.filter((path) => /\/(foo|a|b)$/i.test(path));
        expect(files).toHaveLength(2);
      });
    },
  );

  test.skipIf(!mounted)("twins far apart in a large directory", async () => {
    const others = Object.fromEntries(
      Array.from({ length: 3000 }, (_, index) => [`n${index}${"-".repeat(40)}`, file("", TIME)]),
    );
    const tree = { Foo: file("one", TIME), ...others, foo: file("other", TIME) };
    await inPlace(tree, async (from, to) => {
      mkdirSync(to);
      await arrivesTheSameTwice(from, to);
      expect((await readManifest(to)).size).toBe(3002);
    });
  });

  test.skipIf(!mounted)("an excluded twin of a name is no failure", async () => {
    await inPlace(TWINS, async (from, to) => {
      mkdirSync(to);
      const result = await transfer("copy", from, to, ["--exclude", "foo"]);
      expect(result).toMatchObject({ code: 0, problems: [] });
    });
  });

  test.skipIf(!mounted)("what it forgets is noted in every run, and never mended", async () => {
    await inPlace(TREE, async (from, to) => {
      const first = await transfer("copy", from, to);
      const second = await transfer("copy", from, to);
      expect(first.counts["notesUnsupported"]).toBeGreaterThan(0);
      expect(second.counts["notesUnsupported"]).toBeGreaterThan(0);
      expect(second.counts).toMatchObject({ entriesMended: 0, filesCopied: 0 });
    });
  });
});

test.skipIf(HANGING_UNAVAILABLE !== undefined)(
  `a server that tells the names apart gets them all${HANGING_UNAVAILABLE === undefined ? "" : ` (${HANGING_UNAVAILABLE})`}`,
  async () => {
    await inScratch(async (folder) => {
      const tree = {
        Foo: file("one", TIME),
        foo: file("other", TIME),
        FOO: randomFile(5_000_000, 1, TIME),
        "\xc3\xa9": file("composed", TIME),
        "e\xcc\x81": file("decomposed", TIME),
        "\xff": file("", TIME),
        "\xfe": file("", TIME),
        link: symlink("foo", TIME),
        LINK: hardLink("foo"),
        Dir: dir({ a: file("a", TIME) }, TIME),
        dir: dir({ b: file("b", TIME) }, TIME),
      };
      for (const name of ["src", "backing", "backing/dst"]) mkdirSync(`${folder}/${name}`);
      await makeTree(`${folder}/src`, dir(tree, TIME));
      const mount = await mountHanging(`${folder}/backing`, `${folder}/mnt`);
      const [from, to] = [`${folder}/src`, `${mount.path}/dst`];
      expect(await transfer("copy", from, to)).toMatchObject({ code: 0, problems: [] });
      expect(diffManifests(await readManifest(from), await readManifest(to))).toEqual([]);
      const second = await transfer("mirror", from, to, ["--checksum"]);
      expect(second).toMatchObject({ code: 0, counts: { filesCopied: 0, entriesDeleted: 0 } });
      expect(await blit(["verify", from, to])).toMatchObject({ code: 0 });
      await mount.unmount();
    });
  },
);

test.skipIf(HANGING_UNAVAILABLE !== undefined)(
  `times arrive on a server that takes no mtime alone, mounted in the destination${HANGING_UNAVAILABLE === undefined ? "" : ` (${HANGING_UNAVAILABLE})`}`,
  async () => {
    await inScratch(async (folder) => {
      const sub = dir({ f: file("x", TIME), link: symlink("f", TIME), deep: dir({}, TIME) }, TIME);
      await makeTree(folder, dir({ src: dir({ sub }), dst: dir({ sub: dir() }), backing: dir() }));
      const mount = await mountHanging(`${folder}/backing`, `${folder}/dst/sub`);
      try {
        expect(await transfer("mirror", `${folder}/src`, `${folder}/dst`)).toMatchObject({
          code: 0,
        });
        // What is deleted changes the times of what it is in.
        await makeTree(`${folder}/backing`, dir({ extra: dir() }));
        await makeTree(`${folder}/backing/deep`, dir({ extra: file("x") }));
        const second = await transfer("mirror", `${folder}/src`, `${folder}/dst`);
        expect(second).toMatchObject({ code: 0, counts: { filesCopied: 0, entriesDeleted: 2 } });
      } finally {
        await mount.unmount();
      }
      const [from, to] = [`${folder}/src/sub`, `${folder}/backing`];
      expect(diffManifests(await readManifest(from), await readManifest(to))).toEqual([]);
    });
  },
);
