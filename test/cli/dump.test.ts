// blit diagnostics dump, with the real binary on real file systems.

import { describe, expect, test } from "bun:test";
import { mkdirSync, readdirSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { $ } from "bun";
import { blit, blitPath } from "#test/helpers/binary.ts";
import { IS_ROOT, fileSystem, mountNew, sharedMount, unmount } from "#test/helpers/filesystems.ts";
import { inScratch } from "#test/helpers/scratch.ts";
import { STRACE, Trace } from "#test/helpers/strace.ts";

interface Capability {
  readonly name: string;
  readonly answer: string;
}

async function dumped(args: readonly string[]): Promise<Record<string, unknown>> {
  const { stdout, code } = await blit(["diagnostics", "dump", "--json", ...args]);
  expect(code).toBe(0);
  return JSON.parse(stdout) as Record<string, unknown>;
}

describe("diagnostics dump", () => {
  test("says where a copy would go, and leaves no trace", async () => {
    await inScratch(async (folder) => {
      const source = join(folder, "src");
      mkdirSync(source);
      const destination = join(folder, "new/deep");
      const seen = await dumped([source, destination]);
      expect(seen).toMatchObject({ v: 1, type: "dump", mappings: [{ source, destination }] });
      expect(seen["destination"]).toMatchObject({ path: destination, lookedAt: folder });
      expect(readdirSync(folder)).toEqual(["src"]);
    });
  });

  test("is in a working directory whose name is not UTF-8 as anywhere", async () => {
    await inScratch(async (folder) => {
      const named = Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.from([0xe9])]);
      mkdirSync(named);
      const line = `cd caf* && exec ${blitPath()} diagnostics dump --json . ../new`;
      const seen = (await $`sh -c ${line}`.cwd(folder).json()) as Record<string, unknown>;
      expect(seen["refusal"]).toBeUndefined();
      expect(seen["mappings"]).toHaveLength(1);
    });
  });

  test("has the bytes of paths that are not UTF-8, as any other JSON of blit's", async () => {
    await inScratch(async (folder) => {
      const named = Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.from([0xe9])]);
      mkdirSync(named);
      const destination = Buffer.concat([named, Buffer.from("-new")]);
      const line = (json: string) =>
        `exec ${blitPath()} diagnostics dump ${json} caf* "$(echo caf*)-new"`;
      const seen = (await $`sh -c ${`cd ${folder}; ${line("--json")}`}`.json()) as object;
      const base64 = {
        sourceBase64: named.toString("base64"),
        destinationBase64: destination.toString("base64"),
      };
      expect(seen).toMatchObject({
        mappings: [base64],
        source: { pathBase64: Buffer.from("caf\xe9", "latin1").toString("base64") },
        destination: { pathBase64: Buffer.from("caf\xe9-new", "latin1").toString("base64") },
      });
      const text = await $`sh -c ${`cd ${folder}; ${line("")}`}`.text();
      expect(text).toContain(`${folder}/caf\\xe9 → ${folder}/caf\\xe9-new`);
    });
  });

  test("tries what the destination can do", async () => {
    await inScratch(async (folder) => {
      const { capabilities } = await dumped([folder, "/dev/shm"]);
      expect(capabilities).toContainEqual({ name: "hard links", answer: "yes" });
      expect(capabilities).toContainEqual({
        name: "reflink",
        answer: expect.stringMatching(/^no/),
      });
      expect(capabilities).toContainEqual({ name: "step of timestamps", answer: "1 ns" });
      expect(capabilities).toContainEqual({ name: "case of names", answer: "matters" });
      expect(readdirSync("/dev/shm").filter((name) => name.startsWith(".blit"))).toEqual([]);
    });
  });

  test("gives the destination its time back", async () => {
    await inScratch(async (folder) => {
      utimesSync(folder, 1, 1);
      await dumped([folder, folder]);
      expect(statSync(folder).mtimeMs).toBe(1000);
    });
  });

  test.skipIf(STRACE === undefined)(
    "removes its folder also when it is told to end (needs strace)",
    async () => {
      await inScratch(async (folder) => {
        const trace = new Trace();
        const under = trace.under("symlinkat", ["symlinkat:signal=SIGTERM"]);
        const { code } = await blit(["diagnostics", "dump", folder, folder], { under });
        expect(trace.calls()).not.toEqual([]);
        expect(code).toBe(143);
        expect(readdirSync(folder)).toEqual([]);
      });
    },
  );

  test.skipIf(STRACE === undefined)(
    "before that it ends at once, for storage may hang (needs strace)",
    async () => {
      await inScratch(async (folder) => {
        const trace = new Trace();
        const under = trace.under("fstatfs", ["fstatfs:signal=SIGTERM:when=1"]);
        const run = await blit(["diagnostics", "dump", folder, folder], { under });
        expect(trace.calls()).not.toEqual([]);
        expect(run).toMatchObject({ signal: "SIGTERM", stdout: "" });
      });
    },
  );

  test("says why a copy would be refused, and what cannot be tried", async () => {
    await inScratch(async (folder) => {
      const seen = await dumped([join(folder, "none"), "/proc"]);
      expect(seen["refusal"]).toContain("does not exist");
      expect(seen["capabilities"]).toStartWith("nothing can be made there (E");
    });
  });

  test("tells the C library and the limits of the process", async () => {
    await inScratch(async (folder) => {
      const under = ["prlimit", "--nofile=300:400", "--fsize=1048576"];
      const run = await blit(["diagnostics", "dump", "--json", folder, folder], { under });
      expect(JSON.parse(run.stdout)).toMatchObject({
        libc: expect.stringMatching(/^(glibc|musl) \d/),
        limits: {
          openFiles: { hard: 400 },
          fileBytes: { soft: 1_048_576, hard: 1_048_576 },
          pathBytes: 4096,
          xattrBytes: 65_536,
        },
      });
    });
  });

  test.skipIf(!IS_ROOT)("tells where each side is mounted, and how (needs root)", async () => {
    await inScratch(async (folder) => {
      const mountPoint = mountNew("tmpfs", { sizeMiB: 4, mountOptions: "nr_inodes=50,noatime" });
      symlinkSync(mountPoint, join(folder, "link"));
      const args = [join(folder, "link"), mountPoint];
      const seen = await dumped(args);
      const mount = {
        mountPoint,
        root: "/",
        type: "tmpfs",
        source: "blit-test",
        options: expect.stringContaining("noatime"),
        superOptions: expect.stringContaining("size=4096k"),
      };
      // The mount's own root is one of the inodes.
      const place = { mount, fileSystem: { kind: "tmpfs", freeInodes: 49 } };
      expect(seen).toMatchObject({ source: place, destination: place });
      const { stdout } = await blit(["diagnostics", "dump", ...args]);
      expect(stdout).toMatch(new RegExp(`^mounted +at ${mountPoint}, from blit-test `, "m"));
      expect(stdout).toContain(", 49 inodes free");
      expect(stdout).toMatch(/^open files +\S+ soft, \S+ hard$/m);
      unmount(mountPoint);
    });
  });

  test.skipIf(fileSystem("ext4").unavailable !== undefined)(
    `measures the largest attribute and the longest name: ${fileSystem("ext4").title}`,
    async () => {
      const place = sharedMount("ext4");
      const capabilities = (await dumped([place, place]))["capabilities"] as Capability[];
      const answer = (name: string) => capabilities.find((each) => each.name === name)?.answer;
      expect(answer("longest name")).toBe("255 bytes");
      // All of an inode's attributes share one block.
      expect(answer("largest attribute")).toMatch(/^([1-3],)?\d{3} bytes|^4,0\d\d bytes/);
    },
  );

  test("as text, with names escaped", async () => {
    await inScratch(async (folder) => {
      writeFileSync(join(folder, "a\x1bb"), "");
      const { stdout } = await blit(["diagnostics", "dump", join(folder, "a\x1bb"), folder]);
      expect(stdout).toContain("copy refuses");
      expect(stdout).toMatch(/^hard links +yes$/m);
      expect(stdout).not.toContain("\x1b");
    });
  });
});
