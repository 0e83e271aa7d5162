// Hard links of the destination that the source does not explain: no file outside may be changed, and none stays linked.

import { describe, expect, test } from "bun:test";
import { chmodSync, linkSync, lstatSync, mkdirSync, renameSync, unlinkSync } from "node:fs";
import { blit } from "#test/helpers/binary.ts";
import { countsOf, jsonEvents } from "#test/helpers/events.ts";
import { compareTrees, diffManifests, readManifest } from "#test/helpers/manifest.ts";
import { inScratch } from "#test/helpers/scratch.ts";
import { type Children, dir, file, hardLink, makeTree, symlink } from "#test/helpers/tree.ts";

const EARLIER = { mtimeNs: 1_000_000_000_000_000_000n };
const LATER = { mtimeNs: 2_000_000_000_000_000_000n };
/** One inode by three names, in two directories. */
const GROUP: Children = {
  one: file("data", EARLIER),
  sub: dir({ two: hardLink("src/one"), three: hardLink("src/one") }),
};
const NAMES = ["one", "sub/two", "sub/three"];

/** `src`, its copy `dst`, and `out` beside them. */
async function withCopy(play: (folder: string) => Promise<void>): Promise<void> {
  await inScratch(async (folder) => {
    await makeTree(folder, dir({ src: dir(GROUP), out: dir() }));
    expect(await blit(["copy", `${folder}/src`, `${folder}/dst`])).toMatchObject({ code: 0 });
    await play(folder);
  });
}

/** Gives the inode of that name another one outside, in place of its name in the destination. */
function linkOutside(folder: string, name: string): void {
  renameSync(`${folder}/dst/${name}`, `${folder}/out/${name.replace("/", "-")}`);
}

const inode = (path: string) => lstatSync(path).ino;

describe.each(NAMES)("%s of the destination is a name outside instead", (name) => {
  test.each([
    ["mirror", "mode", []],
    ["copy", "mode", ["--checksum"]],
    ["mirror", "no", ["--durable"]],
  ])("%s with %s change: it stays as it is, and is linked no more", async (verb, change, more) => {
    await withCopy(async (folder) => {
      linkOutside(folder, name);
      if (change === "mode") chmodSync(`${folder}/src/one`, 0o600);
      const outside = await readManifest(`${folder}/out`);
      const args = [verb, ...more, `${folder}/src`, `${folder}/dst`];
      expect(await blit(args)).toMatchObject({ code: 0, stderr: "" });
      expect(await compareTrees(`${folder}/src`, `${folder}/dst`)).toEqual([]);
      const now = await readManifest(`${folder}/out`);
      expect(diffManifests(outside, now)).toEqual([]);
      expect([...now.values()].filter(({ kind }) => kind === "file")).toMatchObject([{ nlink: 1 }]);
      expect(await blit(["verify", `${folder}/src`, `${folder}/dst`])).toMatchObject({ code: 0 });
      const again = await blit([...args, "--json"]);
      const counts = { filesCopied: 0, hardLinksMade: 0, entriesMended: 0 };
      expect(countsOf(jsonEvents(again.stdout))).toMatchObject(counts);
    });
  });
});

test("what all names share is mended once and in place", async () => {
  await withCopy(async (folder) => {
    const before = inode(`${folder}/dst/one`);
    chmodSync(`${folder}/src/one`, 0o600);
    const run = await blit(["mirror", "--json", `${folder}/src`, `${folder}/dst`]);
    const counts = { filesCopied: 0, hardLinksMade: 0, entriesMended: 1 };
    expect(countsOf(jsonEvents(run.stdout))).toMatchObject(counts);
    expect(await compareTrees(`${folder}/src`, `${folder}/dst`)).toEqual([]);
    expect(inode(`${folder}/dst/one`)).toBe(before);
  });
});

test("a name that is another now is linked and mended, not copied: what it was is deleted", async () => {
  await withCopy(async (folder) => {
    const before = inode(`${folder}/dst/one`);
    renameSync(`${folder}/src/sub/two`, `${folder}/src/sub/four`);
    chmodSync(`${folder}/src/one`, 0o600);
    const run = await blit(["mirror", "--json", "--yes", `${folder}/src`, `${folder}/dst`]);
    const counts = { filesCopied: 0, filesUnchanged: 1, hardLinksMade: 1, entriesDeleted: 1 };
    expect(countsOf(jsonEvents(run.stdout))).toMatchObject(counts);
    expect(await compareTrees(`${folder}/src`, `${folder}/dst`)).toEqual([]);
    expect(inode(`${folder}/dst/one`)).toBe(before);
  });
});

test("a name that copy leaves alone is no reason to change it", async () => {
  await withCopy(async (folder) => {
    unlinkSync(`${folder}/src/sub/two`);
    linkSync(`${folder}/src/one`, `${folder}/src/new`);
    chmodSync(`${folder}/src/one`, 0o600);
    expect(await blit(["copy", `${folder}/src`, `${folder}/dst`])).toMatchObject({ code: 0 });
    expect(lstatSync(`${folder}/dst/sub/two`)).toMatchObject({ nlink: 1, mode: 0o100644 });
    expect(lstatSync(`${folder}/dst/one`)).toMatchObject({ nlink: 3, mode: 0o100600 });
  });
});

test("a dry run says that data is copied, where no deletion could change that", async () => {
  await withCopy(async (folder) => {
    linkOutside(folder, "one");
    const args = ["mirror", "--json", `${folder}/src`, `${folder}/dst`];
    const counts = { filesCopied: 1 };
    for (const more of [["--dry-run"], []]) {
      const run = await blit([...args, ...more]);
      expect(countsOf(jsonEvents(run.stdout))).toMatchObject(counts);
    }
  });
});

test("a move mends nothing that has a name outside", async () => {
  await withCopy(async (folder) => {
    linkOutside(folder, "one");
    chmodSync(`${folder}/src/one`, 0o600);
    mkdirSync(`${folder}/dst/more`);
    const outside = await readManifest(`${folder}/out`);
    expect(await blit(["move", `${folder}/src`, `${folder}/dst`])).toMatchObject({ code: 0 });
    expect(diffManifests(outside, await readManifest(`${folder}/out`))).toEqual([]);
    expect(lstatSync(`${folder}/dst/one`)).toMatchObject({ nlink: 3, mode: 0o100600 });
  });
});

test.each([
  ["the time of a symlink", symlink("to", LATER), symlink("to", EARLIER)],
  ["the time of a file", file("data", LATER), file("data", EARLIER)],
  ["an attribute", file("data", { ...EARLIER, xattrs: { "user.a": "1" } }), file("data", EARLIER)],
])("a move mends nothing that has a name outside: %s", async (_, found, held) => {
  await inScratch(async (folder) => {
    const dst = dir({ x: hardLink("out/x") });
    await makeTree(folder, dir({ src: dir({ x: found }), out: dir({ x: held }), dst }));
    const outside = await readManifest(`${folder}/out`);
    const wanted = await readManifest(`${folder}/src`);
    const args = ["move", "--checksum", `${folder}/src`, `${folder}/dst`];
    expect(await blit(args)).toMatchObject({ code: 0, stderr: "" });
    expect(diffManifests(outside, await readManifest(`${folder}/out`))).toEqual([]);
    expect(diffManifests(wanted, await readManifest(`${folder}/dst`))).toEqual([]);
  });
});

test("a move by rename takes a file along of which another name goes with its directory", async () => {
  await inScratch(async (folder) => {
    const src = dir({ one: file("data", EARLIER), new: dir({ two: hardLink("src/one") }) });
    await makeTree(folder, dir({ src, dst: dir({ one: file("data", EARLIER) }) }));
    expect(await blit(["move", `${folder}/src`, `${folder}/dst`])).toMatchObject({ code: 0 });
    expect(inode(`${folder}/dst/one`)).toBe(inode(`${folder}/dst/new/two`));
  });
});
