// Killed, interrupted, terminated: whatever stands at the destination is old or new, never a mixture; the
// next run makes it equal and leaves nothing of the killed one.

import { describe, expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { blit, commandLine, environment } from "#test/helpers/binary.ts";
import { FILE_SYSTEMS, fileSystem, sharedMount } from "#test/helpers/filesystems.ts";
import { diffManifests, type Manifest, readManifest } from "#test/helpers/manifest.ts";
import { temporaries } from "#test/helpers/names.ts";
import { generator } from "#test/helpers/random.ts";
import { inScratch } from "#test/helpers/scratch.ts";
import { STRACE } from "#test/helpers/strace.ts";
import { type Children, type DirNode, dir, makeTree, randomFile } from "#test/helpers/tree.ts";

const KILLS = 4;

/** Enough that a kill lands in the middle; every file exists on both sides with other content. */
function bigTree(seed: number): DirNode {
  const next = generator(seed);
  const folder = (count: number, largest: number): Children =>
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => [
        `f${index}`,
        randomFile(Math.floor(next() * largest), seed * 100_000 + index),
      ]),
    );
  return dir({
    ...Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [`d${index}`, dir(folder(40, 20_000))]),
    ),
    large: dir(folder(4, 12_000_000)),
  });
}

/** Each file of `after` is, by content, what it was before or what the source has. */
function mixtures(before: Manifest, source: Manifest, after: Manifest): string[] {
  const found: string[] = [];
  for (const [path, entry] of after) {
    if (entry.kind !== "file" || temporaries([path]).length > 0) continue;
    const old = before.get(path);
    const isOld = old !== undefined && old.digest === entry.digest;
    const isNew = source.get(path)?.digest === entry.digest;
    // A new file may stand under its own name while it is written: then its time is not the source's.
    const isUnfinished = old === undefined && source.get(path)?.mtimeNs !== entry.mtimeNs;
    if (!isOld && !isNew && !isUnfinished) found.push(path);
  }
  for (const path of before.keys()) {
    if (!after.has(path) && temporaries([path]).length === 0) found.push(`${path} is gone`);
  }
  return found;
}

interface Killed {
  readonly code: number | null;
  readonly signal: Bun.Subprocess["signalCode"];
  readonly output: string;
}

/** Sends a signal once so many entries have been looked at: after a time would depend on the machine. */
async function interrupt(
  args: string[],
  signal: NodeJS.Signals,
  afterOpens: number,
): Promise<Killed> {
  const inject = `inject=statx,openat,openat2:signal=${signal}:when=${afterOpens}`;
  const child = Bun.spawn(
    commandLine(args, {
      under: [
        "strace",
        "-f",
        "-qq",
        "-o",
        "/dev/null",
        "-e",
        "trace=statx,openat,openat2",
        "-e",
        inject,
      ],
    }),
    { env: environment(), cwd: "/", stdin: "ignore", stdout: "pipe", stderr: "pipe" },
  );
  const texts = [new Response(child.stdout).text(), new Response(child.stderr).text()];
  const output = (await Promise.all(texts)).join("");
  await child.exited;
  return { code: child.exitCode, signal: child.signalCode, output };
}

for (const { name, title, unavailable } of FILE_SYSTEMS) {
  describe.skipIf(unavailable !== undefined || STRACE === undefined)(`kill -9 on ${title}`, () => {
    test.each(["fresh", "existing"])("into a %s destination, then a second run", async (kind) => {
      await inScratch(async (folder) => {
        for (const each of ["src", "dst"]) mkdirSync(`${folder}/${each}`);
        await makeTree(`${folder}/src`, bigTree(1));
        if (kind === "existing") await makeTree(`${folder}/dst`, bigTree(2));
        const source = await readManifest(`${folder}/src`);
        const next = generator(4711);
        for (let kill = 0; kill < KILLS; kill++) {
          const before = await readManifest(`${folder}/dst`);
          const at = 20 + Math.floor(next() * 1500);
          await interrupt(["mirror", `${folder}/src`, `${folder}/dst`], "SIGKILL", at);
          const after = await readManifest(`${folder}/dst`);
          expect(mixtures(before, source, after)).toEqual([]);
        }
        const run = await blit(["mirror", `${folder}/src`, `${folder}/dst`]);
        expect(run).toMatchObject({ code: 0, stderr: "" });
        const after = await readManifest(`${folder}/dst`);
        expect(temporaries(after.keys())).toEqual([]);
        expect(diffManifests(source, after)).toEqual([]);
      }, sharedMount(name));
    });
  });
}

const ext4 = fileSystem("ext4");
describe.skipIf(STRACE === undefined)("interrupted", () => {
  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)(
    "%s ends with code %d, says so, and leaves no temporary file",
    async (signal, code) => {
      await inScratch(
        async (folder) => {
          for (const each of ["src", "dst"]) mkdirSync(`${folder}/${each}`);
          await makeTree(`${folder}/src`, bigTree(1));
          await makeTree(`${folder}/dst`, bigTree(2));
          const source = await readManifest(`${folder}/src`);
          const before = await readManifest(`${folder}/dst`);
          // strace counts calls by thread: with two workers a second signal would follow at once.
          const args = ["mirror", "--workers", "1", `${folder}/src`, `${folder}/dst`];
          const killed = await interrupt(args, signal, 300);
          expect(killed.code).toBe(code);
          expect(killed.output).toMatch(/interrupted|terminated|hung up/i);
          const after = await readManifest(`${folder}/dst`);
          expect(temporaries(after.keys())).toEqual([]);
          expect(mixtures(before, source, after)).toEqual([]);
          // Stopped half-way: otherwise this shows nothing.
          expect(diffManifests(source, after)).not.toEqual([]);
          expect((await blit(["mirror", `${folder}/src`, `${folder}/dst`])).code).toBe(0);
          expect(diffManifests(source, await readManifest(`${folder}/dst`))).toEqual([]);
        },
        ext4.unavailable === undefined ? sharedMount("ext4") : undefined,
      );
    },
  );
});
