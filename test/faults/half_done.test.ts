// A run that fails or is killed within one entry: what was there stays, what was begun is seen and put right by the next run.

import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { blit } from "#test/helpers/binary.ts";
import { fileSystem, IS_ROOT, run as system, sharedMount } from "#test/helpers/filesystems.ts";
import { compareTrees } from "#test/helpers/manifest.ts";
import { temporaries } from "#test/helpers/names.ts";
import { inScratch } from "#test/helpers/scratch.ts";
import { STRACE, Trace } from "#test/helpers/strace.ts";
import { acl, type Children, dir, fifo, file, makeTree } from "#test/helpers/tree.ts";

const EXT4 = fileSystem("ext4");
const UNAVAILABLE = STRACE === undefined ? "needs strace" : EXT4.unavailable;
const SECOND = { mtimeNs: 1_000_000_000n };

async function withTrees(
  source: Children,
  destination: Children,
  play: (source: string, destination: string) => Promise<void>,
): Promise<void> {
  await inScratch(async (folder) => {
    await makeTree(folder, dir({ src: dir(source), dst: dir(destination) }));
    await play(`${folder}/src`, `${folder}/dst`);
  }, sharedMount("ext4"));
}

/** One run with a fault in it, which must have been met. */
async function faulty(args: readonly string[], syscalls: string, fault: string) {
  const trace = new Trace();
  const run = await blit(args, { under: trace.under(syscalls, [fault]) });
  expect(trace.calls().length).toBeGreaterThan(0);
  return run;
}

describe.skipIf(UNAVAILABLE !== undefined)(`on ${EXT4.title} (needs strace)`, () => {
  const READABLE = acl([
    ["owner", 6],
    ["user", 4, 55],
    ["group", 4],
    ["mask", 4],
    ["other", 0],
  ]);

  test.each([
    ["the second attribute", "lsetxattr:error=ENOSPC:when=2", 3],
    ["the second attribute, killed", "lsetxattr:signal=KILL:when=2", null],
    ["the first, killed", "lsetxattr:signal=KILL:when=1", null],
    ["the owner, killed", "fchownat:signal=KILL:when=1", null],
  ])("attributes mended up to %s are mended by the next run", async (_, fault, code) => {
    const plain = file("x", SECOND);
    const rich = file("x", {
      ...SECOND,
      uid: 1234,
      xattrs: { "user.a": "1", "user.b": "2", "system.posix_acl_access": READABLE },
    });
    await withTrees({ f: plain }, {}, async (src, dst) => {
      expect(await blit(["mirror", src, dst])).toMatchObject({ code: 0 });
      system("rm", `${src}/f`);
      await makeTree(src, dir({ f: rich }));
      const first = await faulty(["mirror", src, dst], "lsetxattr,fchownat", fault);
      expect(first.code).toBe(code);
      expect(await blit(["mirror", src, dst])).toMatchObject({ code: 0, stderr: "" });
      expect(await compareTrees(src, dst)).toEqual([]);
    });
  });

  test("what a directory was to replace stays where the directory cannot be made", async () => {
    await withTrees({ x: dir({ in: file("x") }) }, { x: file("precious") }, async (src, dst) => {
      const run = await faulty(["copy", src, dst], "mkdirat", "mkdirat:error=EDQUOT");
      expect(run.code).toBe(3);
      expect(await Bun.file(`${dst}/x`).text()).toBe("precious");
      expect(temporaries(readdirSync(dst))).toEqual([]);
    });
  });

  test("what a directory was to replace is back where it cannot be removed", async () => {
    await withTrees({ x: dir({ f: file("new") }) }, { x: file("old") }, async (src, dst) => {
      const run = await faulty(
        ["mirror", src, dst, "--yes"],
        "unlinkat",
        "unlinkat:error=EPERM:when=1",
      );
      expect(run.code).toBe(3);
      expect(readdirSync(dst)).toEqual(["x"]);
      expect(await Bun.file(`${dst}/x`).text()).toBe("old");
    });
  });

  test("a sync that fails under --durable leaves no temporary file", async () => {
    await withTrees({ f: file("new") }, { f: file("older") }, async (src, dst) => {
      const run = await faulty(["copy", "--durable", src, dst], "syncfs", "syncfs:error=EIO");
      expect(run.code).toBe(3);
      expect(readdirSync(dst)).toEqual(["f"]);
      expect(await Bun.file(`${dst}/f`).text()).toBe("older");
    });
  });

  test("a single file that is killed leaves what the next one takes away", async () => {
    await withTrees({ f: file("new") }, { f: file("older") }, async (src, dst) => {
      const args = ["copy", `${src}/f`, dst];
      await faulty(args, "renameat", "renameat:signal=KILL:when=1");
      expect(temporaries(readdirSync(dst)).length).toBe(1);
      expect(await blit(args)).toMatchObject({ code: 0, stderr: "" });
      expect(readdirSync(dst)).toEqual(["f"]);
    });
  });

  test("attributes by name are not passed over where /proc cannot be looked at once", async () => {
    const pipe = fifo({ xattrs: { "trusted.note": "kept" } });
    await withTrees({ p: pipe }, {}, async (src, dst) => {
      const trace = new Trace();
      const under = ["-P", "/proc/thread-self/fd"];
      const [strace = "", ...rest] = trace.under("openat", ["openat:error=EMFILE:when=1"]);
      const run = await blit(["mirror", src, dst], { under: [strace, ...under, ...rest] });
      expect(trace.calls().some(({ injected }) => injected)).toBe(true);
      expect(run.code).toBe(0);
      expect(await compareTrees(src, dst)).toEqual([]);
    });
  });

  test("verify fails an entry that it cannot read the attributes of, and no worker dies", async () => {
    await withTrees({ sub: dir({ f: file("x") }) }, {}, async (src, dst) => {
      await blit(["mirror", src, dst]);
      for (const when of ["1", "2", "3", "1+"]) {
        const fault = `flistxattr:error=EIO:when=${when}`;
        const run = await faulty(["verify", src, dst], "flistxattr", fault);
        expect(run.stdout + run.stderr).not.toContain("mistake");
        // A quick way that fails is tried again by the other.
        expect(run.code).toBeOneOf(when === "1+" ? [3] : [0, 3]);
      }
    });
  });

  test("verify does not call an attribute different that it cannot read", async () => {
    const xattrs = { "user.note": "same" };
    await withTrees(
      { sub: dir({ f: file("x", { xattrs }) }, { xattrs }) },
      {},
      async (src, dst) => {
        await blit(["mirror", src, dst]);
        const run = await faulty(["verify", src, dst], "fgetxattr", "fgetxattr:error=EIO:when=1+");
        expect(run.code).toBe(3);
        expect(run.stdout).not.toContain("attributes\n");
        expect(run.stderr).toContain("cannot read the attribute user.note of");
      },
    );
  });
});

describe.skipIf(!IS_ROOT || EXT4.unavailable !== undefined)(
  "an immutable entry (needs root)",
  () => {
    test.each(["f", "sub"])("%s whose attributes differ is a failure", async (name) => {
      const source = { f: file("x"), sub: dir() };
      await withTrees(source, {}, async (src, dst) => {
        await blit(["mirror", src, dst]);
        system("chattr", "+i", `${dst}/${name}`);
        try {
          system("setfattr", "-n", "trusted.note", "-v", "1", `${src}/${name}`);
          const run = await blit(["mirror", "--checksum", src, dst]);
          expect(run.code).toBe(3);
          expect(run.stderr).toContain("EPERM");
        } finally {
          system("chattr", "-i", `${dst}/${name}`);
        }
        expect(await blit(["mirror", "--checksum", src, dst])).toMatchObject({
          code: 0,
          stderr: "",
        });
        expect(await compareTrees(src, dst)).toEqual([]);
      });
    });
  },
);

describe("paths and places", () => {
  test("directories made on the way have the mode that the umask leaves", async () => {
    await inScratch(async (folder) => {
      await makeTree(folder, dir({ src: dir({ f: file("x") }) }));
      const under = ["sh", "-c", 'umask 077; exec "$0" "$@"'];
      for (const [source, target] of [
        ["src", "a/b/c"],
        ["src/f", "d/e/f"],
      ] as const)
        expect(await blit(["copy", source, target], { under, cwd: folder })).toMatchObject({
          code: 0,
        });
      const modes = ["a", "a/b", "d", "d/e"].map((path) =>
        system("stat", "-c", "%a", `${folder}/${path}`).trim(),
      );
      expect(modes).toEqual(["700", "700", "700", "700"]);
    });
  });

  test("a relative path is below a working directory whose name is not UTF-8", async () => {
    await inScratch(async (folder) => {
      const bytes = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff])]);
      mkdirSync(bytes);
      mkdirSync(`${folder}/\uFFFD`);
      const cd = `cd "$(printf '%s/\\377' ${folder})" && mkdir src && echo x > src/f && exec "$0" "$@"`;
      const run = await blit(["copy", "src", "dst"], { under: ["sh", "-c", cd] });
      expect(run).toMatchObject({ code: 0, stderr: "" });
      expect(existsSync(Buffer.concat([bytes, Buffer.from("/dst/f")]))).toBe(true);
      expect(readdirSync(`${folder}/\uFFFD`)).toEqual([]);
    });
  });

  test("a file does not take the place of a FIFO that is named", async () => {
    await inScratch(async (folder) => {
      await makeTree(folder, dir({ f: file("x"), pipe: fifo() }));
      const run = await blit(["copy", "f", "pipe"], { cwd: folder });
      expect(run.code).toBe(6);
      expect(run.stderr).toContain("pipe is a device, a FIFO or a socket");
    });
  });
});
