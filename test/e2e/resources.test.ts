// When the machine has no more to give: disk, inodes, descriptors, file size; and odd surroundings.

import { describe, expect, test } from "bun:test";
import { closeSync, existsSync, mkdirSync, openSync } from "node:fs";
import { blit, commandLine, environment } from "#test/helpers/binary.ts";
import {
  type FileSystemName,
  fileSystem,
  IS_ROOT,
  type MountOptions,
  mountNew,
  unmount,
} from "#test/helpers/filesystems.ts";
import { compareTrees, diffManifests, readManifest } from "#test/helpers/manifest.ts";
import { temporaries } from "#test/helpers/names.ts";
import { inScratch } from "#test/helpers/scratch.ts";
import { STRACE, Trace } from "#test/helpers/strace.ts";
import { type Children, dir, file, makeTree, randomFile } from "#test/helpers/tree.ts";

const MIB = 1024 * 1024;

function files(count: number, sizeBytes: number, seed: number): Children {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`f${index}`, randomFile(sizeBytes, seed + index)]),
  );
}

const FULL: readonly [name: FileSystemName, options: MountOptions][] = [
  ["tmpfs", { sizeMiB: 8 }],
  ["ext4", { sizeMiB: 16 }],
  ["btrfs", { sizeMiB: 128, mkfsOptions: ["--mixed"] }],
  ["xfs", { sizeMiB: 300 }],
];

describe("a full disk", () => {
  for (const [name, options] of FULL) {
    const { unavailable, title } = fileSystem(name);
    test.skipIf(unavailable !== undefined)(
      `${title}: what was there stays whole, nothing half-made stays, and it is said`,
      async () => {
        await inScratch(async (folder) => {
          const mount = mountNew(name, options);
          try {
            mkdirSync(`${folder}/src`);
            await makeTree(
              `${folder}/src`,
              dir({
                old: randomFile(MIB, 1),
                small: dir(files(50, 1000, 100)),
                large: randomFile(options.sizeMiB * MIB, 2),
                more: dir(files(20, MIB, 200)),
              }),
            );
            mkdirSync(`${mount}/dst`);
            await makeTree(
              `${mount}/dst`,
              dir({ old: randomFile(MIB, 3), large: file("the old one"), extra: file("extra") }),
            );
            const before = await readManifest(`${mount}/dst`);
            const source = await readManifest(`${folder}/src`);
            const run = await blit(["mirror", `${folder}/src`, `${mount}/dst`]);
            expect([3, 6]).toContain(run.code ?? -1);
            expect(run.stderr).toMatch(/ENOSPC|no space/i);
            const after = await readManifest(`${mount}/dst`);
            expect(temporaries(after.keys())).toEqual([]);
            expect(after.get("large")?.digest).toBe(before.get("large")?.digest as string);
            expect(after.has("extra")).toBe(true);
            for (const [path, entry] of after) {
              if (entry.kind !== "file") continue;
              const digests = [before.get(path)?.digest, source.get(path)?.digest];
              expect({ path, isWhole: digests.includes(entry.digest) }).toEqual({
                path,
                isWhole: true,
              });
            }
          } finally {
            unmount(mount);
          }
        });
      },
    );
  }

  const tmpfs = fileSystem("tmpfs");
  test.skipIf(tmpfs.unavailable !== undefined)("no inodes left: said as such", async () => {
    await inScratch(async (folder) => {
      const mount = mountNew("tmpfs", { sizeMiB: 8, mountOptions: "nr_inodes=20" });
      try {
        await makeTree(folder, dir({ src: dir(files(50, 10, 1)) }));
        const run = await blit(["mirror", `${folder}/src`, `${mount}/dst`]);
        expect([3, 6]).toContain(run.code ?? -1);
        expect(run.stderr).toMatch(/inode/i);
        const after = await readManifest(mount);
        expect(temporaries(after.keys())).toEqual([]);
      } finally {
        unmount(mount);
      }
    });
  });
});

describe("limits", () => {
  test("RLIMIT_FSIZE: a file too large fails alone, by name", async () => {
    await inScratch(async (folder) => {
      const tree = {
        small: file("s"),
        large: randomFile(3 * MIB, 1),
        sub: dir({ other: file("o") }),
      };
      await makeTree(folder, dir({ src: dir(tree) }));
      const run = await blit(["mirror", `${folder}/src`, `${folder}/dst`], {
        under: ["prlimit", `--fsize=${MIB}`],
      });
      expect(run.code).toBe(3);
      expect(run.stderr).toMatch(/large.*EFBIG/);
      const differences = await compareTrees(`${folder}/src`, `${folder}/dst`);
      expect(differences).toEqual(["large: missing (file)"]);
    });
  });

  test("4 GB of address space are enough", async () => {
    await inScratch(async (folder) => {
      await makeTree(folder, dir({ src: dir({ f: file("x"), sub: dir({ g: file("y") }) }) }));
      const run = await blit(["mirror", `${folder}/src`, `${folder}/dst`], {
        under: ["prlimit", "--as=4000000000"],
      });
      expect(run).toMatchObject({ code: 0, stderr: "" });
      expect(await compareTrees(`${folder}/src`, `${folder}/dst`)).toEqual([]);
    });
  });

  test("64 descriptors are enough", async () => {
    await inScratch(async (folder) => {
      const wide = Object.fromEntries(
        Array.from({ length: 60 }, (_, index) => [`d${index}`, dir(files(10, 3000, index * 10))]),
      );
      let deep = dir({ bottom: file("x") });
      for (let level = 0; level < 200; level++) deep = dir({ d: deep, f: file("x") });
      const flat = dir(files(300, 100, 1000));
      await makeTree(folder, dir({ src: dir({ wide: dir(wide), deep, flat }) }));
      const run = await blit(["mirror", `${folder}/src`, `${folder}/dst`], {
        under: ["prlimit", "--nofile=64"],
      });
      expect(run).toMatchObject({ code: 0, stderr: "" });
      expect(await compareTrees(`${folder}/src`, `${folder}/dst`)).toEqual([]);
    });
  });

  test.skipIf(STRACE === undefined).each(["ENOSYS", "EPERM"])(
    "files are closed one by one where close_range(2) fails with %s (needs strace)",
    async (errno) => {
      await inScratch(async (folder) => {
        await makeTree(folder, dir({ src: dir(files(300, 100, 1)) }));
        const trace = new Trace();
        const run = await blit(["copy", `${folder}/src`, `${folder}/dst`], {
          under: trace.under("openat,close,close_range", [`close_range:error=${errno}`]),
        });
        expect(run).toMatchObject({ code: 0, stderr: "" });
        expect(await compareTrees(`${folder}/src`, `${folder}/dst`)).toEqual([]);
        const calls = trace.calls();
        const closed = calls.filter(
          ({ syscall, text }) => syscall === "close" && /src.f\d/.test(text),
        );
        expect(calls.some(({ injected }) => injected)).toBe(true);
        expect(closed.length).toBe(300);
      });
    },
  );

  test.skipIf(STRACE === undefined)(
    "no file waits for its close where threads share their descriptors (needs strace)",
    async () => {
      await inScratch(async (folder) => {
        await makeTree(folder, dir({ src: dir(files(300, 100, 1)) }));
        const trace = new Trace();
        const run = await blit(["copy", "--workers", "2", `${folder}/src`, `${folder}/dst`], {
          under: trace.under("unshare,close_range", ["unshare:error=EPERM"]),
        });
        expect(run).toMatchObject({ code: 0 });
        const ranges = trace.calls().map(({ text }) => /^(\d+), (\d+), 0\)/.exec(text));
        const widths = ranges.flatMap((range) =>
          range === null ? [] : [Number(range[2]) - Number(range[1]) + 1],
        );
        expect(new Set(widths)).toEqual(new Set([1]));
      });
    },
  );

  test("umask 0777 changes no mode", async () => {
    await inScratch(async (folder) => {
      const tree = { f: file("x", { mode: 0o664 }), d: dir({ g: file("y") }, { mode: 0o775 }) };
      await makeTree(folder, dir({ src: dir(tree) }));
      const run = await blit(["mirror", `${folder}/src`, `${folder}/dst`], {
        under: ["sh", "-c", 'umask 0777; exec "$@"', "sh"],
      });
      expect(run).toMatchObject({ code: 0, stderr: "" });
      expect(await compareTrees(`${folder}/src`, `${folder}/dst`)).toEqual([]);
    });
  });

  test("no HOME, no TMPDIR, no environment at all", async () => {
    await inScratch(async (folder) => {
      await makeTree(folder, dir({ src: dir({ f: file("x") }) }));
      const run = await blit(["mirror", `${folder}/src`, `${folder}/dst`], {
        under: ["env", "-i"],
      });
      expect(run).toMatchObject({ code: 0, stderr: "" });
      expect(await compareTrees(`${folder}/src`, `${folder}/dst`)).toEqual([]);
    });
  });

  test("a working directory that was deleted: works, or ends before anything is touched", async () => {
    await inScratch(async (folder) => {
      await makeTree(folder, dir({ src: dir({ f: file("x") }), gone: dir() }));
      const run = await blit(["mirror", `${folder}/src`, `${folder}/dst`], {
        under: ["sh", "-c", `cd ${folder}/gone && rmdir ${folder}/gone && exec "$@"`, "sh"],
      });
      if (run.code === 0) expect(await compareTrees(`${folder}/src`, `${folder}/dst`)).toEqual([]);
      else expect(existsSync(`${folder}/dst`)).toBe(false);
    });
  });

  test.skipIf(!IS_ROOT)(
    "a read-only file system: could not run, nothing else (needs root)",
    async () => {
      await inScratch(async (folder) => {
        await makeTree(folder, dir({ src: dir({ f: file("x") }) }));
        const mount = mountNew("tmpfs", { sizeMiB: 1, mountOptions: "ro" });
        try {
          const run = await blit(["mirror", `${folder}/src`, `${mount}/dst`]);
          expect(run.code).toBe(6);
          expect(run.stderr).toMatch(/EROFS|read-only/i);
        } finally {
          unmount(mount);
        }
      });
    },
  );
});

describe("standard output", () => {
  test("that is full is an error of its own, but the copy is made", async () => {
    await inScratch(async (folder) => {
      await makeTree(folder, dir({ src: dir({ f: file("x") }) }));
      const full = openSync("/dev/full", "w");
      try {
        const child = Bun.spawn(commandLine(["mirror", "-v", `${folder}/src`, `${folder}/dst`]), {
          env: environment(),
          stdin: "ignore",
          stdout: full,
          stderr: "pipe",
        });
        await child.exited;
        expect(child.exitCode).toBe(3);
        expect(await compareTrees(`${folder}/src`, `${folder}/dst`)).toEqual([]);
      } finally {
        closeSync(full);
      }
    });
  });

  test("that is a pipe nobody reads ends quietly, without a signal or a trace", async () => {
    await inScratch(async (folder) => {
      await makeTree(folder, dir({ src: dir(files(2000, 10, 1)) }));
      const before = await readManifest(`${folder}/src`);
      const command = commandLine(["mirror", "-v", `${folder}/src`, `${folder}/dst`]);
      const child = Bun.spawn(
        ["bash", "-c", `"$@" | true; exit \${PIPESTATUS[0]}`, "bash", ...command],
        {
          env: environment(),
          stdin: "ignore",
          stdout: "ignore",
          stderr: "pipe",
          timeout: 60_000,
        },
      );
      const stderr = await new Response(child.stderr).text();
      await child.exited;
      expect(child.signalCode).toBeNull();
      expect(stderr).not.toMatch(/EPIPE|at .*\.ts/);
      expect(diffManifests(before, await readManifest(`${folder}/src`))).toEqual([]);
    });
  });

  test("that is closed does not hang or write into the copy", async () => {
    await inScratch(async (folder) => {
      await makeTree(folder, dir({ src: dir({ f: file("x"), g: randomFile(100_000, 1) }) }));
      const run = await blit(["mirror", "-v", `${folder}/src`, `${folder}/dst`], {
        under: ["sh", "-c", 'exec "$@" >&- 2>&- <&-', "sh"],
      });
      expect(run.signal).toBeNull();
      expect(await compareTrees(`${folder}/src`, `${folder}/dst`)).toEqual([]);
    });
  });
});
