// Random trees onto random trees: whatever stood there before, what arrives is the source, and the next run touches
// nothing; and no policy makes a move lose anything.
//
// The trees are the same in every run of the suite. BLIT_RANDOM_TREES=N tries N others, different each time; a failure
// tells their seed.

import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync } from "node:fs";
import * as fc from "fast-check";
import { blit } from "#test/helpers/binary.ts";
import { FILE_SYSTEMS, fileSystem, sharedMount } from "#test/helpers/filesystems.ts";
import {
  compareTrees,
  diffManifests,
  type Manifest,
  readManifest,
} from "#test/helpers/manifest.ts";
import { type DirDraft, directory, treeOf } from "#test/helpers/random_trees.ts";
import { inScratch } from "#test/helpers/scratch.ts";
import { dir, makeTree } from "#test/helpers/tree.ts";

const OTHERS = Number(process.env["BLIT_RANDOM_TREES"] ?? 0);
const PARAMETERS = OTHERS > 0 ? { numRuns: OTHERS } : { numRuns: 40, seed: 20_261_126 };

async function mirrors(folder: string, source: DirDraft, target: DirDraft, options: string[]) {
  mkdirSync(folder);
  // Younger than the destination, so that attributes are compared.
  for (const [side, draft] of [
    ["dst", target],
    ["src", source],
  ] as const)
    await makeTree(folder, dir({ [side]: treeOf(draft, side) }));
  const both = [`${folder}/src`, `${folder}/dst`] as const;
  const args = ["mirror", "--yes", "--allow-empty-source", ...options, ...both];
  expect(await blit(args)).toMatchObject({ code: 0 });
  expect(await compareTrees(...both)).toEqual([]);
  const before = await readManifest(both[1]);
  expect(await blit(args)).toMatchObject({ code: 0 });
  expect(diffManifests(before, await readManifest(both[1]), { untouched: true })).toEqual([]);
}

for (const { title, name, unavailable } of FILE_SYSTEMS) {
  describe.skipIf(unavailable !== undefined)(`random trees on ${title}`, () => {
    test("mirror makes one of the other, whole, and then touches nothing", async () => {
      await inScratch(async (folder) => {
        let count = 0;
        const options = fc.subarray(["--checksum", "--durable", "--workers=3", "-v"], {
          maxLength: 2,
        });
        const property = fc.asyncProperty(directory, directory, options, (source, target, chosen) =>
          mirrors(`${folder}/${count++}`, source, target, chosen),
        );
        await fc.assert(property, PARAMETERS);
      }, sharedMount(name));
    });
  });
}

const POLICIES = ["--ignore-existing", "--update", "--size-only", "--checksum", "--ignore-times"];
const policies = fc.constantFrom<string[]>([], ...POLICIES.map((policy) => [policy]));
const filters = fc.constantFrom<string[]>([], ["--exclude", "a"], ["--exclude", "b/"]);

/** What the source had and neither side has now, by path and content. */
function lost(source: Manifest, ...now: readonly Manifest[]): string[] {
  const has = (manifest: Manifest, path: string): boolean => {
    const [entry, wanted] = [manifest.get(path), source.get(path)];
    return (
      entry?.kind === wanted?.kind &&
      entry?.digest === wanted?.digest &&
      entry?.target === wanted?.target &&
      entry?.device === wanted?.device
    );
  };
  const paths = [...source].filter(([, { kind }]) => kind !== "dir").map(([path]) => path);
  return paths.filter((path) => !now.some((manifest) => has(manifest, path)));
}

const KEPT_ON = [fileSystem("ext4"), fileSystem("tmpfs")] as const;
describe.skipIf(KEPT_ON.some(({ unavailable }) => unavailable !== undefined))(
  "a move of random trees",
  () => {
    test.each([
      ["linux", "ext4"],
      ["linux", "tmpfs"],
      ["portable", "tmpfs"],
    ] as const)("loses nothing, whatever the policy: %s, from ext4 to %s", async (platform, to) => {
      await inScratch(async (from) => {
        await inScratch(async (folder) => {
          let count = 0;
          const property = fc.asyncProperty(
            ...([directory, directory, policies, filters] as const),
            async (source, target, policy, filter) => {
              const [src, dst] = [`${from}/${count}`, `${folder}/${count++}`];
              for (const each of new Set([src, dst])) mkdirSync(each, { recursive: true });
              await makeTree(dst, dir({ dst: treeOf(target, "dst") }));
              await makeTree(src, dir({ src: treeOf(source, "src") }));
              const before = await readManifest(`${src}/src`);
              const args = ["move", ...policy, ...filter, `${src}/src`, `${dst}/dst`];
              const run = await blit(args, { env: { BLIT_PLATFORM: platform } });
              expect(run.code).toBeOneOf([0, 3]);
              expect(run.stderr).not.toContain("mistake");
              const after = existsSync(`${src}/src`) ? await readManifest(`${src}/src`) : new Map();
              expect(lost(before, after, await readManifest(`${dst}/dst`))).toEqual([]);
            },
          );
          await fc.assert(property, PARAMETERS);
        }, sharedMount(to));
      }, sharedMount("ext4"));
    });
  },
);
