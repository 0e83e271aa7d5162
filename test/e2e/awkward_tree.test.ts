// The main promise: `blit mirror` leaves the manifest and rsync nothing to find, on and between real file
// systems, and a second run touches nothing.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { awkwardTree } from "#test/helpers/awkward.ts";
import { blit } from "#test/helpers/binary.ts";
import {
  FILE_SYSTEMS,
  type FileSystemName,
  fileSystem,
  sharedMount,
  type TestFileSystem,
} from "#test/helpers/filesystems.ts";
import { diffManifests, type Manifest, readManifest } from "#test/helpers/manifest.ts";
import { RSYNC, rsyncDifferences } from "#test/helpers/peers.ts";
import { inScratch } from "#test/helpers/scratch.ts";
import { changesBelow, STRACE, Trace } from "#test/helpers/strace.ts";
import { makeTree, removeTree } from "#test/helpers/tree.ts";

const SEED = 20261122;
/** rsync fails beyond PATH_MAX, and its --checksum reads a terabyte of holes. */
const UNSEEN_BY_RSYNC = ["/deep", "/sparse/one-terabyte"];

const PAIRS: readonly [source: FileSystemName, destination: FileSystemName][] = [
  ["ext4", "ext4"],
  ["ext4", "btrfs"],
  ["ext4", "tmpfs"],
  ["tmpfs", "tmpfs"],
  ["tmpfs", "ext4"],
  ["tmpfs", "xfs"],
  ["btrfs", "btrfs"],
  ["btrfs", "xfs"],
  ["xfs", "xfs"],
  ["xfs", "ext4"],
];

for (const from of FILE_SYSTEMS) {
  describe.skipIf(from.unavailable !== undefined)(`the awkward tree on ${from.title}`, () => {
    let source = "";
    let before: Manifest = new Map();

    beforeAll(async () => {
      source = join(sharedMount(from.name), "awkward");
      mkdirSync(source);
      await makeTree(source, awkwardTree({ seed: SEED, deep: true }));
      before = await readManifest(source);
    });

    afterAll(() => removeTree(source));

    for (const [, name] of PAIRS.filter(([each]) => each === from.name)) {
      const to = fileSystem(name);
      test.skipIf(to.unavailable !== undefined || RSYNC === undefined)(
        `mirror to ${to.title} is exact, and the next one touches nothing`,
        async () => {
          await inScratch(async (folder) => {
            const destination = `${folder}/dst`;
            const first = await blit(["mirror", source, destination]);
            expect(first).toMatchObject({ code: 0, stderr: "" });
            const after = await readManifest(destination);
            expect(diffManifests(before, after, { storedTime: to.storedTime })).toEqual([]);
            const unseen = clamps(from, to) ? [...UNSEEN_BY_RSYNC, "/times"] : UNSEEN_BY_RSYNC;
            expect(await rsyncDifferences(source, destination, unseen)).toBe("");
            expect(diffManifests(before, await readManifest(source), { untouched: true })).toEqual(
              [],
            );

            expect(await blit(["mirror", source, destination])).toMatchObject({
              code: 0,
              stderr: "",
            });
            const again = await readManifest(destination);
            expect(diffManifests(after, again, { untouched: true })).toEqual([]);
          }, sharedMount(to.name));
        },
      );
    }

    test.skipIf(STRACE === undefined)("an unchanged tree is not written to (strace)", async () => {
      await inScratch(async (folder) => {
        const destination = `${folder}/dst`;
        expect((await blit(["mirror", source, destination])).code).toBe(0);
        const trace = new Trace();
        const again = await blit(["mirror", source, destination], {
          under: trace.under("%file,%desc"),
        });
        expect(again.code).toBe(0);
        const calls = trace.calls();
        expect(calls.some(({ text }) => text.includes(destination))).toBe(true);
        expect(changesBelow(source, calls)).toEqual([]);
        expect(changesBelow(destination, calls)).toEqual([]);
      }, sharedMount(from.name));
    });

    test("mirror mends an old copy that differs in everything", async () => {
      await inScratch(async (folder) => {
        const destination = `${folder}/dst`;
        mkdirSync(destination);
        await makeTree(destination, awkwardTree({ seed: SEED + 1, deep: false }));
        Bun.spawnSync(["sh", "-ec", DISARRAY], { cwd: destination });
        const run = await blit(["mirror", source, destination]);
        expect(run).toMatchObject({ code: 0, stderr: "" });
        expect(diffManifests(before, await readManifest(destination))).toEqual([]);
      }, sharedMount(from.name));
    });
  });
}

/** The destination cannot hold every time of the source: rsync would set them for ever. */
function clamps(from: TestFileSystem, to: TestFileSystem): boolean {
  return [-3_000_000_000n, 15_032_385_540n].some((seconds) => {
    const stored = from.storedTime(seconds * 1_000_000_000n);
    return to.storedTime(stored) !== stored;
  });
}

/** Moves subtrees onto one another, so that names meet entries of other kinds. */
const DISARRAY = `
  mv kinds other; mv names kinds; mv other names
  rm -rf links; touch links
  rm sizes/4096; mkdir sizes/4096; touch sizes/4096/x
  chmod 000 modes/files/* acls; chown -R 12:13 owners
  mkdir extra; mv many/flat extra/flat
  setfattr -n user.extra -v 1 xattrs/user
`;
