// Every kind of entry where another kind is in the way: 7 × 7.

import { describe, expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { blit } from "#test/helpers/binary.ts";
import { IS_ROOT } from "#test/helpers/filesystems.ts";
import { compareTrees, diffManifests, readManifest } from "#test/helpers/manifest.ts";
import { inScratch } from "#test/helpers/scratch.ts";
import {
  type Children,
  device,
  dir,
  fifo,
  file,
  makeTree,
  socket,
  symlink,
  type TreeNode,
} from "#test/helpers/tree.ts";

/** One of each kind, told apart by side. */
function kinds(side: string): Record<string, TreeNode> {
  return {
    file: file(`a file of the ${side}`),
    directory: dir({ inside: file(`inside a directory of the ${side}`), deeper: dir() }),
    "symlink-to-canary": symlink("../canary"),
    fifo: fifo(),
    socket: socket(),
    "char-device": device("char", 1, side === "source" ? 3 : 5),
    "block-device": device("block", 7, side === "source" ? 210 : 211),
  };
}

function matrix(side: "source" | "destination"): Children {
  const children: Record<string, TreeNode> = {};
  for (const [source, ofSource] of Object.entries(kinds("source"))) {
    for (const [destination, ofDestination] of Object.entries(kinds("destination"))) {
      children[`${source} onto ${destination}`] = side === "source" ? ofSource : ofDestination;
    }
  }
  return children;
}

/** What copy keeps: directories of the destination where the source has another kind. */
function isKept(path: string): boolean {
  return / onto directory(\/|$)/.test(path) && !path.startsWith("directory ");
}

async function makeMatrix(folder: string): Promise<void> {
  for (const name of ["src", "dst", "canary"]) mkdirSync(`${folder}/${name}`);
  await makeTree(`${folder}/src`, dir(matrix("source")));
  await makeTree(`${folder}/dst`, dir(matrix("destination")));
  await makeTree(`${folder}/canary`, dir({ alive: file("tweet"), nest: dir({ egg: file("") }) }));
}

describe.skipIf(!IS_ROOT)("type conflicts (need root for device nodes)", () => {
  test("mirror replaces every kind by every other, and what symlinks point to is not touched", async () => {
    await inScratch(async (folder) => {
      await makeMatrix(folder);
      const canary = await readManifest(`${folder}/canary`);
      const run = await blit(["mirror", `${folder}/src`, `${folder}/dst`]);
      expect(run).toMatchObject({ code: 0, stderr: "" });
      expect(await compareTrees(`${folder}/src`, `${folder}/dst`)).toEqual([]);
      const after = await readManifest(`${folder}/canary`);
      expect(diffManifests(canary, after, { untouched: true })).toEqual([]);
    });
  });

  test("copy does the same, but keeps directories that are not empty and says so", async () => {
    await inScratch(async (folder) => {
      await makeMatrix(folder);
      const before = await readManifest(`${folder}/dst`);
      const canary = await readManifest(`${folder}/canary`);
      const run = await blit(["copy", `${folder}/src`, `${folder}/dst`]);
      expect(run.code).toBe(3);
      const source = await readManifest(`${folder}/src`);
      const after = await readManifest(`${folder}/dst`);
      const kept = (manifest: typeof after, keep: boolean): typeof after =>
        new Map([...manifest].filter(([path]) => path !== "" && isKept(path) === keep));
      expect(diffManifests(kept(before, true), kept(after, true), { untouched: true })).toEqual([]);
      expect(diffManifests(kept(source, false), kept(after, false))).toEqual([]);
      for (const path of after.keys()) {
        if (/^(?!directory ).* onto directory$/.test(path)) expect(run.stderr).toContain(path);
      }
      const canaryAfter = await readManifest(`${folder}/canary`);
      expect(diffManifests(canary, canaryAfter, { untouched: true })).toEqual([]);
    });
  });

  test("copy keeps what only the destination has inside a directory that both have", async () => {
    await inScratch(async (folder) => {
      await makeMatrix(folder);
      await makeTree(`${folder}/dst`, dir({ "only-here": dir({ x: file("kept") }) }));
      await blit(["copy", `${folder}/src`, `${folder}/dst`]);
      expect(await Bun.file(`${folder}/dst/only-here/x`).text()).toBe("kept");
    });
  });
});
