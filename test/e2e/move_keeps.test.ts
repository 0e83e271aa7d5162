// What a move leaves in the source: everything that the destination does not have just so.

import { describe, expect, test } from "bun:test";
import { existsSync, renameSync, utimesSync, writeFileSync } from "node:fs";
import { blit } from "#test/helpers/binary.ts";
import { fileSystem, IS_ROOT, run as system, sharedMount } from "#test/helpers/filesystems.ts";
import { diffManifests, readManifest } from "#test/helpers/manifest.ts";
import { HANGING_UNAVAILABLE, mountHanging } from "#test/helpers/fuse.ts";
import { inScratch } from "#test/helpers/scratch.ts";
import { stoppedAt } from "#test/helpers/stopped.ts";
import { STRACE, Trace } from "#test/helpers/strace.ts";
import {
  type Children,
  device,
  dir,
  fifo,
  file,
  hardLink,
  makeTree,
  symlink,
} from "#test/helpers/tree.ts";

const TMPFS = fileSystem("tmpfs").unavailable;
const EARLIER = { mtimeNs: 1_000_000_000_000_000_000n };
const LATER = { mtimeNs: 2_000_000_000_000_000_000n };

/** A source and a destination, on two file systems or on one. */
async function between(
  place: "two file systems" | "one file system",
  source: Children,
  destination: Children,
  play: (source: string, destination: string) => Promise<void>,
): Promise<void> {
  await inScratch(async (from) => {
    await makeTree(from, dir({ src: dir(source) }));
    const isOne = place === "one file system";
    await inScratch(
      async (to) => {
        await makeTree(to, dir({ dst: dir(destination) }));
        await play(`${from}/src`, `${to}/dst`);
      },
      isOne ? undefined : sharedMount("tmpfs"),
    );
  });
}

const text = (path: string) => Bun.file(path).text();

describe.each(["two file systems", "one file system"] as const)("between places on %s", (place) => {
  const skip = place === "two file systems" && TMPFS !== undefined;

  test.skipIf(skip).each([
    ["--ignore-existing", {}],
    ["--update", LATER],
  ])("what %s passes over stays", async (option, attributes) => {
    const source = { f: file("source"), same: file("same", LATER), link: symlink("a") };
    const destination = {
      f: file("other", attributes),
      same: file("same", LATER),
      ...(option === "--update" ? {} : { link: symlink("b") }),
    };
    await between(place, source, destination, async (src, dst) => {
      expect(await blit(["move", option, src, dst])).toMatchObject({ code: 0, stderr: "" });
      expect(await text(`${dst}/f`)).toBe("other");
      expect(await text(`${src}/f`)).toBe("source");
      expect(existsSync(`${src}/same`)).toBe(false);
    });
  });

  test.skipIf(skip)("a directory in which something stays keeps its time", async () => {
    const sub = (content: string) =>
      dir({ f: file(content), other: file("x"), deep: dir() }, EARLIER);
    const destination = { sub: dir({ f: file("other") }) };
    await between(place, { sub: sub("source") }, destination, async (src, dst) => {
      const before = await readManifest(src);
      expect(await blit(["move", "--ignore-existing", src, dst])).toMatchObject({ code: 0 });
      const after = await readManifest(src);
      expect([...after.keys()]).toEqual(["", "sub", "sub/f"]);
      for (const [path, entry] of after)
        expect(entry.mtimeNs).toBe(before.get(path)?.mtimeNs ?? "");
    });
  });

  test.skipIf(skip)("a file stays where --ignore-existing finds a directory", async () => {
    const source = { f: file("source") };
    await between(place, source, { f: dir() }, async (src, dst) => {
      expect(await blit(["move", "--ignore-existing", src, dst])).toMatchObject({ code: 0 });
      expect(await text(`${src}/f`)).toBe("source");
      expect(existsSync(`${dst}/f/.`)).toBe(true);
    });
  });

  test.skipIf(skip)("--size-only compares before anything is lost", async () => {
    const source = { f: file("one", LATER) };
    await between(place, source, { f: file("two") }, async (src, dst) => {
      expect(await blit(["move", "--size-only", src, dst])).toMatchObject({ code: 0 });
      expect(await text(`${dst}/f`)).toBe("one");
    });
  });

  test.skipIf(skip)("names of one inode that are passed over link nothing to another", async () => {
    const source = { a: file("new"), b: hardLink("src/a") };
    await between(place, source, { a: file("old") }, async (src, dst) => {
      expect(await blit(["copy", "--ignore-existing", src, dst])).toMatchObject({ code: 0 });
      expect([await text(`${dst}/a`), await text(`${dst}/b`)]).toEqual(["old", "new"]);
    });
  });
});

describe.skipIf(TMPFS !== undefined)("to another file system", () => {
  test.skipIf(!IS_ROOT)("a device stays with a user who may make none (needs root)", async () => {
    const source = { null: device("char", 1, 3), file: file("x") };
    await between("two file systems", source, {}, async (src, dst) => {
      system("chown", "-R", "12345:12345", src, dst);
      const run = await blit(["move", src, dst], { uid: 12345 });
      expect(run).toMatchObject({ code: 0, stderr: "" });
      expect(existsSync(`${src}/null`)).toBe(true);
      expect(existsSync(`${src}/file`)).toBe(false);
    });
  });

  test("a FIFO stays where the platform can make none", async () => {
    await between("two file systems", { fifo: fifo(), file: file("x") }, {}, async (src, dst) => {
      const run = await blit(["move", src, dst], { env: { BLIT_PLATFORM: "portable" } });
      expect(run).toMatchObject({ code: 0, stderr: "" });
      expect(existsSync(`${src}/fifo`)).toBe(true);
      expect(existsSync(`${src}/file`)).toBe(false);
    });
  });

  test.skipIf(STRACE === undefined)(
    "everything stays where the sync fails (needs strace)",
    async () => {
      const source = { file: file("x"), sub: dir({ file: file("y") }) };
      await between("two file systems", source, {}, async (src, dst) => {
        const before = await readManifest(src);
        const under = new Trace().under("syncfs", ["syncfs:error=EIO"]);
        const run = await blit(["move", src, dst], { under });
        expect(run.code).toBe(3);
        expect(run.stderr).toContain("EIO");
        expect(diffManifests(before, await readManifest(src))).toEqual([]);
      });
    },
  );

  test.skipIf(STRACE === undefined)(
    "what changes after it was copied stays (needs strace)",
    async () => {
      const source = { file: file("old"), link: symlink("old"), other: file("x") };
      await between("two file systems", source, {}, async (src, dst) => {
        const run = await stoppedAt(["move", src, dst], "syncfs", 1, () => {
          writeFileSync(`${src}/file`, "new");
          utimesSync(`${src}/file`, 1, 2);
        });
        expect(run).toMatchObject({ isStopped: true, code: 3 });
        expect(run.stdout).toContain("CHANGED");
        expect(await text(`${src}/file`)).toBe("new");
        expect(existsSync(`${src}/other`)).toBe(false);
        expect(await blit(["move", src, dst])).toMatchObject({ code: 0, stderr: "" });
        expect(await text(`${dst}/file`)).toBe("new");
        expect(existsSync(src)).toBe(false);
      });
    },
  );

  test.skipIf(HANGING_UNAVAILABLE !== undefined)(
    "a directory in which something stays keeps its time on a server that takes no mtime alone (needs bindfs)",
    async () => {
      const source = { sub: dir({ f: file("source"), other: file("x") }, EARLIER) };
      const destination = { sub: dir({ f: file("other") }) };
      await between("two file systems", source, destination, async (src, dst) => {
        const before = await readManifest(src);
        const mount = await mountHanging(src, `${src}-mount`);
        try {
          const run = await blit(["move", "--ignore-existing", mount.path, dst]);
          expect(run).toMatchObject({ code: 0, stderr: "" });
        } finally {
          await mount.unmount();
        }
        const after = await readManifest(src);
        expect([...after.keys()]).toEqual(["", "sub", "sub/f"]);
        expect(after.get("sub")?.mtimeNs).toBe(before.get("sub")?.mtimeNs ?? "");
      });
    },
  );

  test.skipIf(STRACE === undefined)(
    "another file of the same name, size and time stays (needs strace)",
    async () => {
      await between("two file systems", { file: file("old", EARLIER) }, {}, async (src, dst) => {
        const run = await stoppedAt(["move", src, dst], "syncfs", 1, () => {
          writeFileSync(`${src}.new`, "new");
          system("touch", "-r", `${src}/file`, `${src}.new`);
          renameSync(`${src}.new`, `${src}/file`);
        });
        expect(run).toMatchObject({ isStopped: true, code: 3 });
        expect(run.stdout).toContain("CHANGED");
        expect(await text(`${src}/file`)).toBe("new");
      });
    },
  );

  test("hard links are links again after a second run", async () => {
    const source = { a: dir({ one: file("x") }), b: dir({ two: hardLink("src/a/one") }) };
    await between("two file systems", source, {}, async (src, dst) => {
      await blit(["copy", src, dst]);
      system("rm", `${src}/a/one`);
      expect(await blit(["move", src, dst])).toMatchObject({ code: 0, stderr: "" });
      const after = await readManifest(dst);
      expect(after.get("a/one")?.inode).toBe(after.get("b/two")?.inode ?? "");
    });
  });
});

describe("a dry run of a move", () => {
  test.each(["one file system", "two file systems"] as const)(
    "to a place that does not exist on %s",
    async (place) => {
      if (place === "two file systems" && TMPFS !== undefined) return;
      const source = { f: file("x"), sub: dir({ g: file("y") }) };
      await between(place, source, {}, async (src, dst) => {
        const args = ["move", "--json", "-v", src, `${dst}/new/deep`];
        const dry = await blit([...args, "-n"]);
        const real = await blit(args);
        const entries = ({ stdout }: { stdout: string }) =>
          stdout
            .split("\n")
            .filter((line) => line.includes('"type":"entry"'))
            .toSorted();
        expect([dry.code, real.code]).toEqual([0, 0]);
        expect(entries(dry)).toEqual(entries(real));
        expect(entries(dry).length).toBe(place === "one file system" ? 1 : 3);
      });
    },
  );
});
