// verify finds every difference, nothing where there is none, and changes nothing.

import { describe, expect, test } from "bun:test";
import { mkdirSync, utimesSync } from "node:fs";
import { awkwardTree } from "#test/helpers/awkward.ts";
import { blit } from "#test/helpers/binary.ts";
import { differences } from "#test/helpers/events.ts";
import { fileSystem, IS_ROOT, mountNew, unmount } from "#test/helpers/filesystems.ts";
import { compareTrees, diffManifests, readManifest } from "#test/helpers/manifest.ts";
import { inScratch } from "#test/helpers/scratch.ts";
import { changesBelow, STRACE, Trace } from "#test/helpers/strace.ts";
import {
  type Children,
  device,
  dir,
  fifo,
  file,
  hardLink,
  makeTree,
  randomFile,
  sparseFile,
  symlink,
  type TreeNode,
} from "#test/helpers/tree.ts";

const T = { mtimeNs: 1_500_000_000_000_000_000n };
const LATER = { mtimeNs: 1_500_000_000_000_000_001n };
const ROOT = { mtimeNs: 1_600_000_000_000_000_000n };

/** Each row: a source entry, a destination entry, and what verify says of it. */
const ROWS: Readonly<
  Record<string, readonly [TreeNode | undefined, TreeNode | undefined, string | undefined]>
> = {
  equal: [file("x", T), file("x", T), undefined],
  content: [file("abc", T), file("abd", T), "content"],
  size: [file("abc", T), file("abcd", T), "size"],
  mode: [file("x", { ...T, mode: 0o600 }), file("x", { ...T, mode: 0o644 }), "mode"],
  setuid: [file("x", { ...T, mode: 0o4755 }), file("x", { ...T, mode: 0o755 }), "mode"],
  time: [file("x", T), file("x", LATER), "time"],
  "time-before-1970": [file("x", { mtimeNs: -5n }), file("x", { mtimeNs: 0n }), "time"],
  target: [symlink("a", T), symlink("b", T), "target"],
  "same-target": [symlink("a", T), symlink("a", T), undefined],
  kind: [file("x", T), symlink("x", T), "kind"],
  "directory-here": [dir({ in: file("x") }, T), file("x", T), "kind"],
  "directory-there": [file("x", T), dir({ in: file("x") }, T), "kind"],
  "only-here": [dir({ in: file("x") }), undefined, "only in the source"],
  "only-there": [undefined, dir({ in: file("x") }), "only in the destination"],
  "directory-mode": [dir({}, { ...T, mode: 0o700 }), dir({}, { ...T, mode: 0o755 }), "mode"],
  large: [randomFile(40_000_000, 1, T), randomFile(40_000_000, 1, T), undefined],
  "large-end": [
    sparseFile(50_000_000, [{ at: 49_999_999, text: "a" }], T),
    sparseFile(50_000_000, [{ at: 49_999_999, text: "b" }], T),
    "content",
  ],
  "hole-and-zeros": [
    sparseFile(5_000_000, [{ at: 0, text: "a" }], T),
    file(`a${"\0".repeat(4_999_999)}`, T),
    undefined,
  ],
  "sparse-terabyte": [
    sparseFile(2 ** 40, [{ at: 2 ** 39, text: "a" }], T),
    sparseFile(2 ** 40, [{ at: 2 ** 39, text: "a" }], T),
    undefined,
  ],
  "several things": [
    file("abc", { ...T, mode: 0o600 }),
    file("abd", { ...LATER, mode: 0o640 }),
    "content, mode, time",
  ],
};
const PRIVILEGED_ROWS: typeof ROWS = {
  owner: [file("x", { ...T, uid: 1 }), file("x", { ...T, uid: 2 }), "owner"],
  group: [file("x", { ...T, gid: 1 }), file("x", { ...T, gid: 2 }), "group"],
  device: [device("char", 1, 3, T), device("char", 1, 5, T), "device number"],
};

function side(index: 0 | 1, rows: typeof ROWS): Children {
  const nodes = Object.entries(rows).map(([name, row]) => [name, row[index]] as const);
  return Object.fromEntries(nodes.filter(([, node]) => node !== undefined)) as Children;
}

function expected(rows: typeof ROWS): string[] {
  return Object.entries(rows)
    .flatMap(([name, [, , says]]) => (says === undefined ? [] : [`${name}: ${says}`]))
    .toSorted();
}

async function makeBoth(folder: string, source: Children, destination: Children): Promise<void> {
  await makeTree(folder, dir({ src: dir(source, ROOT), dst: dir(destination, ROOT) }));
}

function attributed(value: string): Children {
  const attributes = { ...T, xattrs: { "user.a": value } };
  return { file: file("x", attributes), empty: file("", attributes), dir: dir({}, attributes) };
}

describe("verify", () => {
  const rows = IS_ROOT ? { ...ROWS, ...PRIVILEGED_ROWS } : ROWS;

  test("names what differs, entry by entry", async () => {
    await inScratch(async (folder) => {
      await makeBoth(folder, side(0, rows), side(1, rows));
      const run = await blit(["verify", "--json", `${folder}/src`, `${folder}/dst`]);
      expect(differences(run.stdout)).toEqual(expected(rows));
      expect(run).toMatchObject({ code: 1, stderr: "" });
    });
  });

  test("names what differs in directories that are the same but for one entry, or themselves", async () => {
    await inScratch(async (folder) => {
      const others = { a: file("a", T), z: file("z", T), sub: dir({ b: file("b", T) }, T) };
      const nested = (index: 0 | 1): Children =>
        Object.fromEntries(
          Object.entries(rows).map(([name, row]) => {
            const node = row[index];
            const entry = node === undefined ? {} : { [name]: node };
            return [`in ${name}`, dir({ ...others, d: dir({ ...others, ...entry }, T) }, T)];
          }),
        );
      const itself = (index: 0 | 1, xattr: string): Children => ({
        "attributes-of": dir(
          { ...others, d: dir(others, { ...T, xattrs: { "user.a": xattr } }) },
          T,
        ),
        "mode-of": dir({ ...others, d: dir(others, { ...T, mode: 0o700 + index }) }, T),
        "time-of": dir({ ...others, d: dir(others, index === 0 ? T : LATER) }, T),
      });
      await makeBoth(
        folder,
        { ...nested(0), ...itself(0, "1") },
        { ...nested(1), ...itself(1, "2") },
      );
      const run = await blit(["verify", "--json", `${folder}/src`, `${folder}/dst`]);
      const within = expected(rows).map((line) => `in ${line.split(":")[0]}/d/${line}`);
      const own = ["attributes-of/d: attributes", "mode-of/d: mode", "time-of/d: time"];
      expect(differences(run.stdout)).toEqual([...within, ...own].toSorted());
      expect(run).toMatchObject({ code: 1, stderr: "" });
    });
  });

  test("--quick does not read: everything but equal sizes' content", async () => {
    await inScratch(async (folder) => {
      await makeBoth(folder, side(0, rows), side(1, rows));
      const run = await blit(["verify", "--quick", "--json", `${folder}/src`, `${folder}/dst`]);
      const unread = ["content: content", "large-end: content"];
      const found = expected(rows)
        .filter((line) => !unread.includes(line))
        .map((line) => line.replace("content, mode", "mode"));
      expect(differences(run.stdout)).toEqual(found);
    });
  });

  test("compares extended attributes though the ctime says nothing", async () => {
    await inScratch(async (folder) => {
      await makeBoth(folder, attributed("1"), attributed("2"));
      const args = ["verify", "--json", `${folder}/src`, `${folder}/dst`];
      const all = ["dir: attributes", "empty: attributes", "file: attributes"];
      expect(differences((await blit(args)).stdout)).toEqual(all);
      expect(differences((await blit([...args, "--quick"])).stdout)).toEqual(all);
      expect((await blit([...args, "--no-xattrs"])).code).toBe(0);
    });
  });

  test("finds hard links that are not the same on both sides", async () => {
    await inScratch(async (folder) => {
      const source = {
        a: file("x", T),
        b: hardLink("src/a"),
        c: file("x", T),
        d: hardLink("src/c"),
      };
      const apart = { a: file("x", T), b: file("x", T), c: file("x", T), d: hardLink("dst/c") };
      await makeBoth(folder, source, apart);
      const args = ["verify", "--json", `${folder}/src`, `${folder}/dst`];
      const [found, ...more] = differences((await blit(args)).stdout);
      // Which of the two names is met first is not known.
      expect(["a: hard links", "b: hard links"]).toContain(found ?? "");
      expect(more).toEqual([]);
    });
  });

  test.each([
    ["files", () => file("x", T)],
    ["symlinks", () => symlink("x", T)],
    ["FIFOs", () => fifo(T)],
  ] as const)(
    "finds two %s that the destination holds as one, and mirror parts them",
    async (_, node) => {
      await inScratch(async (folder) => {
        const both = [`${folder}/src`, `${folder}/dst`] as const;
        await makeBoth(folder, { a: node(), b: node() }, { a: node(), b: hardLink("dst/a") });
        const run = await blit(["verify", "--json", ...both]);
        expect(differences(run.stdout)).toEqual(["a: hard links", "b: hard links"]);
        expect(await blit(["mirror", ...both])).toMatchObject({ code: 0, stderr: "" });
        expect(await compareTrees(...both)).toEqual([]);
      });
    },
  );

  test("of single files compares those, not the folders that they are in", async () => {
    await inScratch(async (folder) => {
      await makeTree(
        folder,
        dir({ src: dir({ a: file("x", T) }), dst: dir({ a: file("x", T), b: file("y", T) }) }),
      );
      const verify = (to: string) => blit(["verify", "--json", `${folder}/src/a`, to]);
      expect((await verify(`${folder}/dst`)).code).toBe(0);
      expect(differences((await verify(`${folder}/dst/b`)).stdout)).toEqual(["b: content"]);
    });
  });

  test("leaves out what filters leave out, on both sides", async () => {
    await inScratch(async (folder) => {
      const source = { "a.o": file("x", T), b: file("x", T), big: file("x".repeat(99), T) };
      const destination = { "c.o": file("x", T), b: file("x", T), huge: file("x".repeat(99), T) };
      await makeBoth(folder, source, destination);
      const args = ["verify", `${folder}/src`, `${folder}/dst`];
      const run = await blit([...args, "--exclude", "*.o", "--max-size", "50"]);
      expect(run).toMatchObject({ code: 0, stderr: "" });
      expect((await blit(args)).code).toBe(1);
    });
  });

  test.skipIf(!IS_ROOT)(
    "finds nothing after a mirror of the awkward tree (needs root)",
    async () => {
      await inScratch(async (folder) => {
        mkdirSync(`${folder}/src`);
        await makeTree(`${folder}/src`, awkwardTree({ seed: 4, deep: true }));
        await blit(["mirror", `${folder}/src`, `${folder}/dst`]);
        const run = await blit(["verify", "--json", `${folder}/src`, `${folder}/dst`]);
        expect(differences(run.stdout)).toEqual([]);
        expect(run).toMatchObject({ code: 0, stderr: "" });
      });
    },
  );

  test.skipIf(STRACE === undefined)("changes nothing, not even a time (needs strace)", async () => {
    await inScratch(async (folder) => {
      await makeBoth(folder, side(0, ROWS), side(1, ROWS));
      const before = await readManifest(folder);
      const trace = new Trace();
      const under = trace.under("%file,%desc");
      const run = await blit(["verify", `${folder}/src`, `${folder}/dst`], { under });
      expect(run.code).toBe(1);
      const calls = trace.calls();
      expect(changesBelow(folder, calls)).toEqual([]);
      // Beneath the roots: these themselves are opened for their handles, and never read.
      const opened = calls.filter(
        ({ syscall, text }) =>
          syscall.startsWith("openat") && /^\d+</.test(text) && text.includes(folder),
      );
      expect(opened).not.toEqual([]);
      expect(opened.filter(({ text }) => !text.includes("O_NOATIME"))).toEqual([]);
      const after = await readManifest(folder);
      expect(diffManifests(before, after, { untouched: true })).toEqual([]);
    });
  });

  const { unavailable, title } = fileSystem("ext4");
  test.skipIf(unavailable !== undefined)(
    `takes no cut time for a difference, but a wrong one (${title}, inodes of 128 bytes)`,
    async () => {
      // Such inodes hold whole seconds.
      const mount = mountNew("ext4", { sizeMiB: 64, mkfsOptions: ["-I", "128"] });
      try {
        await inScratch(async (folder) => {
          const source = { a: file("x", { mtimeNs: 1_500_000_000_123_456_789n }), b: file("x", T) };
          await makeTree(folder, dir({ src: dir(source, ROOT) }));
          const args = ["--json", `${folder}/src`, `${mount}/dst`];
          expect((await blit(["copy", ...args])).code).toBe(0);
          expect(differences((await blit(["verify", ...args])).stdout)).toEqual([]);
          utimesSync(`${mount}/dst/a`, 1, 1);
          expect(differences((await blit(["verify", ...args])).stdout)).toEqual(["a: time"]);
        });
      } finally {
        unmount(mount);
      }
    },
  );

  test("of what cannot be read is no proof: exit 3, and the rest is compared", async () => {
    await inScratch(async (folder) => {
      const secret = file("x", { ...T, mode: 0o000 });
      await makeBoth(folder, { secret, a: file("1", T) }, { secret, a: file("2", T) });
      const args = ["verify", "--json", "--no-owner", `${folder}/src`, `${folder}/dst`];
      const run = await blit(args, IS_ROOT ? { uid: 12345 } : {});
      expect(run.code).toBe(3);
      expect(run.stdout).toContain("EACCES");
      expect(differences(run.stdout)).toEqual(["a: content"]);
    });
  });

  test("of a destination that does not exist could not run", async () => {
    await inScratch(async (folder) => {
      await makeTree(folder, dir({ src: dir() }));
      expect((await blit(["verify", `${folder}/src`, `${folder}/none`])).code).toBe(6);
    });
  });
});
