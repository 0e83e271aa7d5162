// Without privilege: everything that this user may do is done, what it may not is counted and is no error.

import { describe, expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { awkwardTree } from "#test/helpers/awkward.ts";
import { blit } from "#test/helpers/binary.ts";
import { FILE_SYSTEMS, IS_ROOT, run as system, sharedMount } from "#test/helpers/filesystems.ts";
import { compareTrees, diffManifests, readManifest } from "#test/helpers/manifest.ts";
import { inScratch } from "#test/helpers/scratch.ts";
import {
  acl,
  type Attributes,
  type Children,
  type DirNode,
  dir,
  file,
  makeTree,
  type TreeNode,
} from "#test/helpers/tree.ts";

const USER = 12345;

/** The tree as this user can read it: modes that forbid that are left out, all without an owner is the user's. */
function readable(node: DirNode): DirNode {
  const children: Record<string, TreeNode> = {};
  for (const [name, child] of Object.entries(node.children)) {
    const { uid = USER, mode = 0o755 } = child;
    const needed = (child.kind === "dir" ? 0o5 : 0o4) << (uid === USER ? 6 : 0);
    const isReadable = (mode & needed) === needed;
    if (child.kind === "dir") {
      if (isReadable) children[name] = readable(child);
    } else if (child.kind !== "file" || isReadable) {
      children[name] = { uid: USER, gid: USER, ...child };
    }
  }
  return { uid: USER, gid: USER, ...node, children };
}

/** What only root may make: device nodes, attributes of other namespaces. */
const NEEDS_PRIVILEGE = /missing \((char|block)\)|: xattr (trusted|security)\./;

for (const fileSystem of FILE_SYSTEMS) {
  describe.skipIf(fileSystem.unavailable !== undefined)(`as a user on ${fileSystem.title}`, () => {
    test("what may not be set is counted, the rest is exact, twice", async () => {
      await inScratch(async (folder) => {
        for (const name of ["src", "home"]) mkdirSync(`${folder}/${name}`);
        const tree = readable({ ...awkwardTree({ seed: 3, deep: true }), uid: USER });
        await makeTree(`${folder}/src`, tree);
        system("chown", `${USER}:${USER}`, `${folder}/home`);
        const before = await readManifest(`${folder}/src`);

        const args = ["mirror", `${folder}/src`, `${folder}/home/dst`];
        expect(await blit(args, { uid: USER })).toMatchObject({ code: 0, stderr: "" });
        const after = await readManifest(`${folder}/home/dst`);
        const differences = diffManifests(before, after, { ignore: ["owner"] });
        expect(differences.filter((line) => !NEEDS_PRIVILEGE.test(line))).toEqual([]);
        expect(differences).not.toEqual([]);

        expect(await blit(args, { uid: USER })).toMatchObject({ code: 0, stderr: "" });
        const again = await readManifest(`${folder}/home/dst`);
        expect(diffManifests(after, again, { untouched: true })).toEqual([]);
      }, sharedMount(fileSystem.name));
    });
  });
}

describe.skipIf(!IS_ROOT)("what a user may not read (needs root to prepare)", () => {
  test("is reported by path, the rest is copied, nothing is deleted, exit 3", async () => {
    await inScratch(async (folder) => {
      await makeTree(
        folder,
        dir({
          src: dir({
            readable: file("yes"),
            secret: file("no", { mode: 0o600 }),
            "secret-dir": dir({ inside: file("no") }, { mode: 0o700 }),
          }),
          home: dir(
            { dst: dir({ extra: file("kept"), readable: file("older") }) },
            { uid: USER, gid: USER },
          ),
        }),
      );
      system("chown", "-R", `${USER}:${USER}`, `${folder}/home`);
      const run = await blit(["mirror", `${folder}/src`, `${folder}/home/dst`], { uid: USER });
      expect(run.code).toBe(3);
      expect(run.stderr).toMatch(/secret.*EACCES/);
      expect(run.stderr).toMatch(/secret-dir.*EACCES/);
      const after = await readManifest(`${folder}/home/dst`);
      expect(after.has("extra")).toBe(true);
      expect(await Bun.file(`${folder}/home/dst/readable`).text()).toBe("yes");
      expect(after.has("secret")).toBe(false);
    });
  });
});

describe.skipIf(!IS_ROOT)("a folder of somebody else's (needs root to prepare)", () => {
  const kept = file("x", { mtimeNs: 1n });
  const closed = dir({ kept }, { mode: 0o755 });
  const scene = dir({ new: file("x"), kept, closed });

  test.each(["copy new closed", "move new closed/other", "copy -n new closed"])(
    "%s: the one thing asked for cannot be made, exit 6",
    async (line) => {
      await inScratch(async (folder) => {
        await makeTree(folder, scene);
        const { code, stderr } = await blit(line.split(" "), { cwd: folder, uid: USER });
        expect(stderr).toContain(`cannot write to ${folder}/closed: permission denied (EACCES)`);
        expect(code).toBe(6);
      });
    },
  );

  test("that has one of several already takes that one, the other fails, exit 3", async () => {
    await inScratch(async (folder) => {
      await makeTree(folder, scene);
      const args = ["copy", "kept", "closed"];
      expect(await blit(args, { cwd: folder, uid: USER })).toMatchObject({ code: 0, stderr: "" });
      const both = ["copy", "kept", "new", "closed"];
      const { code, stderr } = await blit(both, { cwd: folder, uid: USER });
      expect(stderr).toContain("cannot create ");
      expect(code).toBe(3);
    });
  });
});

describe.skipIf(!IS_ROOT)(
  "what nobody may write to, of the user's own (needs root to prepare)",
  () => {
    const tree = (value: string) => {
      const attributes = { mode: 0o555, mtimeNs: 5n, xattrs: { "user.a": value } };
      return dir({ file: file("x", attributes), sub: dir({}, attributes) }, { mtimeNs: 5n });
    };

    test("gets other attributes, and is not touched where they are the same", async () => {
      await inScratch(async (folder) => {
        await makeTree(folder, dir({ dst: tree("old") }));
        await makeTree(folder, dir({ src: tree("new") }));
        system("chown", "-R", `${USER}:${USER}`, folder);
        const both = [`${folder}/src`, `${folder}/dst`] as const;
        const args = ["mirror", "--checksum", ...both];
        expect(await blit(args, { uid: USER })).toMatchObject({ code: 0, stderr: "" });
        expect(await compareTrees(...both)).toEqual([]);
        const before = await readManifest(both[1]);
        const again = await blit(args, { uid: USER });
        expect(again).toMatchObject({ code: 0, stderr: "" });
        expect(again.stdout).not.toContain("mended");
        expect(diffManifests(before, await readManifest(both[1]), { untouched: true })).toEqual([]);
      });
    });
  },
);

describe.skipIf(!IS_ROOT)(
  "a file of the user's own that may not be read (needs root to prepare)",
  () => {
    test.each([0, 0o200])("is no obstacle to --checksum: %d", async (mode) => {
      await inScratch(async (folder) => {
        const tree = (text: string, attributes: Attributes) =>
          dir({ f: file(text, { mtimeNs: 5n, ...attributes }) });
        await makeTree(folder, dir({ src: tree("new", {}), dst: tree("old", { mode }) }));
        system("chown", "-R", `${USER}:${USER}`, folder);
        const both = [`${folder}/src`, `${folder}/dst`] as const;
        const run = await blit(["mirror", "--checksum", ...both], { uid: USER });
        expect(run).toMatchObject({ code: 0, stderr: "" });
        expect(await compareTrees(...both)).toEqual([]);
      });
    });
  },
);

describe.skipIf(!IS_ROOT)(
  "an ACL that takes from its owner the right to write (needs root to prepare)",
  () => {
    test.each(["new", "mended"])(
      "arrives with the attributes beside it, where the file is %s",
      async (how) => {
        await inScratch(async (folder) => {
          const entries = acl([
            ["owner", 5],
            ["user", 4, 1234],
            ["group", 0],
            ["mask", 4],
            ["other", 0],
          ]);
          const xattrs = { "system.posix_acl_access": entries, "user.a": "1" };
          const both = [`${folder}/src`, `${folder}/dst`] as const;
          system("chown", `${USER}:${USER}`, folder);
          // The source's entry is the one that was changed last.
          if (how === "mended") {
            await makeTree(folder, dir({ dst: dir({ f: file("x", { mtimeNs: 5n }) }) }));
            system("chown", "-R", `${USER}:${USER}`, both[1]);
          }
          const f = file("x", { mode: 0o540, mtimeNs: 5n, xattrs });
          await makeTree(folder, dir({ src: dir({ f }) }));
          system("chown", "-R", `${USER}:${USER}`, both[0]);
          expect(await blit(["mirror", ...both], { uid: USER })).toMatchObject({
            code: 0,
            stderr: "",
          });
          expect(await compareTrees(...both)).toEqual([]);
        });
      },
    );
  },
);

describe.skipIf(!IS_ROOT)("directories of the user's own (needs root to prepare)", () => {
  test.each([0, 0o100, 0o200, 0o300, 0o400, 0o500])(
    "are entered, and get the mode of their source: %d",
    async (mode) => {
      await inScratch(async (folder) => {
        const tree = (text: string, attributes: Attributes) =>
          dir({ a: dir({ b: dir({ c: file(text) }, attributes) }, attributes) });
        await makeTree(folder, dir({ src: tree("new", {}), dst: tree("older", { mode }) }));
        system("chown", "-R", `${USER}:${USER}`, folder);
        const both = [`${folder}/src`, `${folder}/dst`] as const;
        expect(await blit(["mirror", ...both], { uid: USER })).toMatchObject({
          code: 0,
          stderr: "",
        });
        expect(await compareTrees(...both)).toEqual([]);
      });
    },
  );

  test("that may not be changed are opened until all is done in them, by whichever threads", async () => {
    await inScratch(async (folder) => {
      const names = Array.from({ length: 60 }, (_, number) => `in-the-way-${number}`);
      const closed = (child: () => TreeNode, more: Children = {}) =>
        dir(
          { ...Object.fromEntries(names.map((name) => [name, child()])), ...more },
          { mode: 0o555 },
        );
      const full = () => dir({ a: dir({ b: file("x") }) });
      const extra = { extra: full(), other: full() };
      await makeTree(folder, dir({ src: closed(() => file("y")), dst: closed(full, extra) }));
      system("chown", "-R", `${USER}:${USER}`, folder);
      const both = [`${folder}/src`, `${folder}/dst`] as const;
      const args = ["mirror", "-q", "--workers=2", ...both];
      expect((await blit(args, { uid: USER })).code).toBe(0);
      expect(await compareTrees(...both)).toEqual([]);
    });
  });

  test.each(["copy", "move"])(
    "make way though they may not be looked into, where they are empty: %s",
    async (verb) => {
      await inScratch(async (folder) => {
        const closed = (children: Children) => dir(children, { mode: 0o300 });
        const dst = { empty: closed({}), full: closed({ a: file("x") }) };
        const src = { empty: file("new"), full: file("new") };
        await makeTree(folder, dir({ src: dir(src), dst: dir(dst) }));
        system("chown", "-R", `${USER}:${USER}`, folder);
        const run = await blit([verb, `${folder}/src/`, `${folder}/dst`], { uid: USER });
        expect(run.code).toBe(3);
        expect(run.stderr).toContain(
          `cannot replace ${folder}/dst/full: the directory is not empty`,
        );
        const now = await readManifest(`${folder}/dst`);
        expect([now.get("empty")?.kind, now.get("full")?.kind]).toEqual(["file", "dir"]);
      });
    },
  );

  test("are not opened up for a single file, which cp would not copy there either", async () => {
    await inScratch(async (folder) => {
      await makeTree(folder, dir({ f: file("x"), dst: dir({}, { mode: 0o555 }) }));
      system("chown", "-R", `${USER}:${USER}`, folder);
      const before = await readManifest(folder);
      const run = await blit(["copy", `${folder}/f`, `${folder}/dst/`], { uid: USER });
      expect(run.code).toBe(3);
      expect(run.stderr).toContain(`cannot create ${folder}/dst/f: permission denied`);
      expect(diffManifests(before, await readManifest(folder))).toEqual([]);
    });
  });

  test("are deleted though they may be neither read nor changed as they are", async () => {
    await inScratch(async (folder) => {
      const closed = (mode: number) => dir({ a: file("x"), b: dir({ c: file("x") }) }, { mode });
      const extra = dir({ none: closed(0), read: closed(0o444), enter: closed(0o555) });
      await makeTree(
        folder,
        dir({
          src: dir({ "in-the-way": file("x") }),
          dst: dir({ extra, "in-the-way": closed(0) }),
        }),
      );
      system("chown", "-R", `${USER}:${USER}`, folder);
      const args = ["mirror", `${folder}/src`, `${folder}/dst`];
      expect(await blit(args, { uid: USER })).toMatchObject({ code: 0, stderr: "" });
      expect(await compareTrees(`${folder}/src`, `${folder}/dst`)).toEqual([]);
    });
  });
});
