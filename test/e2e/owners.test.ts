// Owners on the quick ways: root gives any, an ordinary user what is theirs to give, and a file system may refuse them all.

import { describe, expect, test } from "bun:test";
import { mkdirSync, unlinkSync } from "node:fs";
import { blit, type RunOptions } from "#test/helpers/binary.ts";
import { countsOf, jsonEvents } from "#test/helpers/events.ts";
import { IS_ROOT, run as system } from "#test/helpers/filesystems.ts";
import { diffManifests, readManifest } from "#test/helpers/manifest.ts";
import { inScratch } from "#test/helpers/scratch.ts";
import { STRACE, Trace } from "#test/helpers/strace.ts";
import { acl, dir, file, makeTree, symlink } from "#test/helpers/tree.ts";

const USER = 12345;
const GROUP = 54321;

/** Everybody may read it; three levels, so that directories are met by every way there is. */
function treeOf(uid: number, gid: number) {
  const owner = { uid, gid };
  const leaf = () =>
    dir(
      {
        plain: file("text", { ...owner, mode: 0o644 }),
        shared: file("text", { ...owner, mode: 0o664 }),
        link: symlink("plain", owner),
        sticky: dir({}, { ...owner, mode: 0o3775 }),
      },
      owner,
    );
  return dir({ one: dir({ two: leaf() }, owner), three: leaf(), mine: file("x", owner) }, owner);
}
/** Files, links and directories of such a tree, its top too. */
const ENTRIES = 13;

const AS_MEMBER: RunOptions = {
  under: [
    "setpriv",
    `--reuid=${USER}`,
    `--regid=${USER}`,
    `--groups=${GROUP}`,
    "--bounding-set=-all",
  ],
};

/** Names and modes of the files that were made, in alphabetical order. */
function modesMade(trace: Trace, folder: string): string[] {
  return trace
    .calls()
    .filter(({ text }) => text.includes("O_CREAT") && text.includes(folder))
    .map(({ text }) => /"(\w+)", .*, (\d+)\)/.exec(text)?.slice(1).join(" ") ?? text)
    .toSorted();
}

describe.skipIf(!IS_ROOT)("owners (needs root to prepare)", () => {
  test("root gives what is another user's, whole, and the next run touches nothing", async () => {
    await inScratch(async (folder) => {
      mkdirSync(`${folder}/src`);
      await makeTree(`${folder}/src`, treeOf(USER, GROUP));
      const args = ["mirror", `${folder}/src`, `${folder}/dst`];
      expect(await blit(args)).toMatchObject({ code: 0, stderr: "" });
      const before = await readManifest(`${folder}/src`);
      const after = await readManifest(`${folder}/dst`);
      expect(diffManifests(before, after)).toEqual([]);
      expect(await blit(args)).toMatchObject({ code: 0, stderr: "" });
      const again = await readManifest(`${folder}/dst`);
      expect(diffManifests(after, again, { untouched: true })).toEqual([]);
    });
  });

  const users: [title: string, gid: number, options: RunOptions][] = [
    ["neither owner nor group", 0, { uid: USER }],
    ["the group alone", GROUP, AS_MEMBER],
  ];
  for (const [title, gid, options] of users) {
    test(`a user gives ${title}: counted in every run, and in the second nothing was mended`, async () => {
      await inScratch(async (folder) => {
        for (const name of ["src", "home"]) mkdirSync(`${folder}/${name}`);
        await makeTree(`${folder}/src`, treeOf(0, gid));
        system("chown", `${USER}:${USER}`, `${folder}/home`);
        const args = ["mirror", "--json", `${folder}/src`, `${folder}/home/dst`];
        const first = await blit(args, options);
        expect(first).toMatchObject({ code: 0, stderr: "" });
        expect(countsOf(jsonEvents(first.stdout))).toMatchObject({ notesNotPermitted: ENTRIES });
        const before = await readManifest(`${folder}/src`);
        const after = await readManifest(`${folder}/home/dst`);
        expect(diffManifests(before, after, { ignore: ["owner"] })).toEqual([]);
        expect(system("find", `${folder}/home/dst`, "!", "-uid", `${USER}`)).toBe("");
        const group = gid === 0 ? USER : gid;
        expect(system("find", `${folder}/home/dst`, "!", "-gid", `${group}`)).toBe("");

        const second = await blit(args, options);
        expect(countsOf(jsonEvents(second.stdout))).toMatchObject({
          notesNotPermitted: ENTRIES,
          entriesMended: 0,
          filesCopied: 0,
        });
        const again = await readManifest(`${folder}/home/dst`);
        expect(diffManifests(after, again, { untouched: true })).toEqual([]);
      });
    });
  }
});

describe.skipIf(!IS_ROOT || STRACE === undefined)("owners (needs root and strace)", () => {
  test("until a file has its owner, or its ACL, nobody may open it who may not at the end", async () => {
    await inScratch(async (folder) => {
      mkdirSync(`${folder}/src`);
      const owner = { uid: USER, gid: GROUP };
      const narrowed = acl([
        ["owner", 6],
        ["user", 6, USER],
        ["group", 0],
        ["mask", 6],
        ["other", 0],
      ]);
      await makeTree(
        `${folder}/src`,
        dir({
          alike: file("text", { ...owner, mode: 0o644 }),
          unlike: file("text", { ...owner, mode: 0o640 }),
          narrowed: file("text", { mode: 0o660, xattrs: { "system.posix_acl_access": narrowed } }),
        }),
      );
      const before = await readManifest(`${folder}/src`);
      // Into a directory that the run makes, and into one that was there.
      for (const made of [
        ["alike 0644", "narrowed 0600", "unlike 0600"],
        ["alike 0600", "narrowed 0600", "unlike 0600"],
      ]) {
        const trace = new Trace();
        const { code } = await blit(["mirror", `${folder}/src`, `${folder}/dst`], {
          under: trace.under("openat"),
        });
        expect(code).toBe(0);
        expect(modesMade(trace, `${folder}/dst`)).toEqual(made);
        expect(diffManifests(before, await readManifest(`${folder}/dst`))).toEqual([]);
        for (const name of ["alike", "narrowed", "unlike"]) unlinkSync(`${folder}/dst/${name}`);
      }
    });
  });

  test("a file system that refuses them is asked, and the rest is complete", async () => {
    await inScratch(async (folder) => {
      mkdirSync(`${folder}/src`);
      await makeTree(`${folder}/src`, treeOf(USER, GROUP));
      const trace = new Trace();
      const refused = "fchown,fchownat,lchown";
      const run = await blit(["mirror", "--json", `${folder}/src`, `${folder}/dst`], {
        under: trace.under(refused, [`${refused}:error=EPERM`]),
      });
      expect(run).toMatchObject({ code: 0 });
      expect(countsOf(jsonEvents(run.stdout))).toMatchObject({ notesUnsupported: ENTRIES });
      const before = await readManifest(`${folder}/src`);
      const after = await readManifest(`${folder}/dst`);
      expect(diffManifests(before, after, { ignore: ["owner"] })).toEqual([]);
    });
  });
});
