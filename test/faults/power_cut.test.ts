// The power goes: right after a run, and in the middle of one. A file that looks whole, by its size and time, is whole;
// the next run repairs the others. Under --durable what was said to be done is done.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, statSync } from "node:fs";
import { blit } from "#test/helpers/binary.ts";
import {
  fileSystem,
  mountNew,
  ownMount,
  run as system,
  unmount,
} from "#test/helpers/filesystems.ts";
import { diffManifests, type Manifest, readManifest } from "#test/helpers/manifest.ts";
import { cutPower, powerOn } from "#test/helpers/power.ts";
import { temporaries } from "#test/helpers/names.ts";
import { positionsOf, stoppedAt } from "#test/helpers/stopped.ts";
import { STRACE } from "#test/helpers/strace.ts";
import { type Children, dir, file, makeTree, randomFile, sparseFile } from "#test/helpers/tree.ts";

/** So that no file gets its source's time by chance. */
const TIME = { mtimeNs: 1_000_000_000_123_456_789n };

function files(count: number, seed: number): Children {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `f${index}`,
      randomFile(1000 + index * 997, seed + index, TIME),
    ]),
  );
}

const SOURCE: Children = {
  ...files(12, 100),
  replaced: randomFile(50_000, 1, TIME),
  large: randomFile(5_000_000, 2, TIME),
  "ends in a hole": sparseFile(3_000_000, [{ at: 0, random: 70_000, seed: 3 }], TIME),
  empty: file("", TIME),
  sub: dir({ ...files(6, 200), deep: dir(files(4, 300), TIME) }, TIME),
};
const DESTINATION: Children = {
  replaced: randomFile(50_000, 4),
  sub: dir({ f1: randomFile(900, 5), extra: file("extra") }),
};
const SYSCALLS = ["openat", "copy_file_range", "write", "utimensat", "renameat", "syncfs"] as const;
const POSITIONS = 3;

/** Files that pass for whole and are not: no later run would look at them again. */
function lies(source: Manifest, destination: Manifest): string[] {
  return [...destination.values()].flatMap(({ path, sizeBytes, mtimeNs, digest }) => {
    const wanted = source.get(path);
    const passes = wanted?.sizeBytes === sizeBytes && wanted?.mtimeNs === mtimeNs;
    return passes && wanted?.digest !== digest ? [`${path} is not what it looks like`] : [];
  });
}

/** Under --durable a file is renamed over the old one only when its data is safe. */
function mixtures(source: Manifest, before: Manifest, after: Manifest): string[] {
  return [...before.values()].flatMap(({ path, kind, digest }) => {
    const now = after.get(path);
    if (kind !== "file" || (now === undefined && !source.has(path))) return [];
    const isEither = now?.digest === digest || now?.digest === source.get(path)?.digest;
    return isEither ? [] : [`${path} is neither old nor new`];
  });
}

/** What a copy by way of another file system lacks: the root and the holes there are its own. */
function lost(source: Manifest, copied: Manifest): string[] {
  const found = diffManifests(source, copied, { ignore: ["holes"] });
  return found.filter((line) => !line.startsWith(": "));
}

describe.each([fileSystem("ext4"), fileSystem("xfs")])("$title", ({ name, unavailable }) => {
  const isHere = unavailable === undefined;
  let mountPoint = "";
  let runs = 0;
  let source: Manifest;
  let before: Manifest;

  beforeAll(async () => {
    if (!isHere) return;
    mountPoint = mountNew(name, { sizeMiB: 512 });
    await makeTree(mountPoint, dir({ template: dir({ src: dir(SOURCE), dst: dir(DESTINATION) }) }));
    system("sync", "-f", mountPoint);
    source = await readManifest(`${mountPoint}/template/src`);
    before = await readManifest(`${mountPoint}/template/dst`);
  });
  afterAll(() => {
    if (isHere) unmount(mountPoint);
  });

  /** A copy of the scene that is on stable storage. */
  function scene(): string {
    const place = `${mountPoint}/${runs++}`;
    system("cp", "-a", `${mountPoint}/template`, place);
    system("sync", "-f", mountPoint);
    return place;
  }

  async function wrong(place: string, options: readonly string[]): Promise<string[]> {
    const after = await readManifest(`${place}/dst`);
    const found = lies(source, after);
    if (options.includes("--durable")) found.push(...mixtures(source, before, after));
    const again = await blit(["mirror", `${place}/src`, `${place}/dst`]);
    if (again.code !== 0) found.push(`the next run: ${again.stderr}`);
    const healed = await readManifest(`${place}/dst`);
    found.push(...diffManifests(source, healed), ...temporaries(healed.keys()));
    system("rm", "-rf", place);
    return found;
  }

  test.skipIf(!isHere)("the cut is one: what was not synced is lost", () => {
    cutPower(mountPoint, "proof");
    powerOn(mountPoint);
    const path = `${mountPoint}/unsynced`;
    expect(existsSync(path) && statSync(path).size === 1_000_000).toBe(false);
  });

  test.skipIf(!isHere).each(["at once", "commit"] as const)("after a run, %s", async (first) => {
    const place = scene();
    const run = await blit(["mirror", `${place}/src`, `${place}/dst`]);
    expect(run).toMatchObject({ code: 0, stderr: "" });
    cutPower(mountPoint, first);
    powerOn(mountPoint);
    expect(await wrong(place, [])).toEqual([]);
  });

  test.skipIf(!isHere)("after a run with --durable everything is there", async () => {
    const place = scene();
    const run = await blit(["mirror", "--durable", `${place}/src`, `${place}/dst`]);
    expect(run).toMatchObject({ code: 0, stderr: "" });
    cutPower(mountPoint, "at once");
    powerOn(mountPoint);
    expect(diffManifests(source, await readManifest(`${place}/dst`))).toEqual([]);
  });

  test.skipIf(!isHere)("after a move between file systems everything is there", async () => {
    const from = mountNew("tmpfs", { sizeMiB: 32 });
    await makeTree(from, dir({ src: dir(SOURCE) }));
    const place = scene();
    const run = await blit(["move", `${from}/src`, `${place}/dst/moved`]);
    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(existsSync(`${from}/src`)).toBe(false);
    cutPower(mountPoint, "at once");
    powerOn(mountPoint);
    expect(lost(source, await readManifest(`${place}/dst/moved`))).toEqual([]);
    unmount(from);
  });

  test.skipIf(!isHere).each([
    ["mirror", ["mirror", "--durable"]],
    ["move", ["move"]],
  ] as const)("what is mounted in the destination is there too: %s", async (_verb, args) => {
    const outer = mountNew("tmpfs", { sizeMiB: 32 });
    await makeTree(outer, dir({ src: dir({ m: dir(SOURCE) }), dst: dir({ m: dir() }) }));
    const inner = `${scene()}/inner`;
    mkdirSync(inner);
    system("sync", "-f", mountPoint);
    system("mount", "--bind", inner, `${outer}/dst/m`);
    ownMount(`${outer}/dst/m`);
    const run = await blit([...args, `${outer}/src`, `${outer}/dst`]);
    expect(run).toMatchObject({ code: 0, stderr: "" });
    cutPower(mountPoint, "at once");
    unmount(`${outer}/dst/m`);
    powerOn(mountPoint);
    expect(lost(source, await readManifest(inner))).toEqual([]);
    unmount(outer);
  });

  test.skipIf(!isHere || STRACE === undefined).each([
    ["without", []],
    ["with", ["--durable"]],
  ] as const)("at any moment of a run %s --durable (needs strace)", async (_with, options) => {
    const found: string[] = [];
    let cuts = 0;
    for (const syscall of SYSCALLS) {
      const model = scene();
      const args = (place: string) => ["mirror", ...options, `${place}/src`, `${place}/dst`];
      for (const when of positionsOf(args(model), syscall, [`${model}/dst`], POSITIONS)) {
        const place = scene();
        const { isStopped } = await stoppedAt(args(place), syscall, when, () => {
          cutPower(mountPoint, "commit");
        });
        if (isStopped) cuts++;
        powerOn(mountPoint);
        const lines = await wrong(place, options);
        found.push(...lines.map((line) => `${syscall} ${when}: ${line}`));
      }
      system("rm", "-rf", model);
    }
    expect(found).toEqual([]);
    expect(cuts).toBeGreaterThan(SYSCALLS.length);
  });
});
