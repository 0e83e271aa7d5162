// --dry-run prints exactly what a run would do, and does nothing.

import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync } from "node:fs";
import { awkwardTree } from "#test/helpers/awkward.ts";
import { blit } from "#test/helpers/binary.ts";
import { IS_ROOT } from "#test/helpers/filesystems.ts";
import { compareTrees, diffManifests, readManifest } from "#test/helpers/manifest.ts";
import { inScratch } from "#test/helpers/scratch.ts";
import {
  type Children,
  dir,
  file,
  hardLink,
  makeTree,
  randomFile,
  symlink,
} from "#test/helpers/tree.ts";

const SOURCE: Children = {
  same: file("same", { mtimeNs: 5n }),
  changed: file("new content", { mtimeNs: 6n }),
  fresh: file("fresh"),
  mended: file("x", { mode: 0o600, mtimeNs: 7n }),
  linked: hardLink("src/fresh"),
  symlink: symlink("new-target"),
  sub: dir({ inside: file("x", { mtimeNs: 8n }), fresh: dir({ deep: file("x") }) }),
  "was-dir": file("now a file"),
  "was-dir-too": randomFile(2_000_000, 1),
};
const DESTINATION: Children = {
  same: file("same", { mtimeNs: 5n }),
  changed: file("old", { mtimeNs: 1n }),
  mended: file("x", { mode: 0o644, mtimeNs: 7n }),
  symlink: symlink("old-target"),
  sub: dir({ inside: file("y", { mtimeNs: 3n }), extra: file("gone") }),
  "was-dir": dir({ below: file("gone") }),
  "was-dir-too": dir({ below: file("gone") }),
  "extra-dir": dir({ a: file("gone"), b: dir({ c: file("gone") }) }),
};

/**
 * The entry events of a --json run, in an order that threads do not decide; but for directories whose time is set
 * right again after a change in them, which a dry run does not make.
 */
function entries(stdout: string): string[] {
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map(
      (line) =>
        JSON.parse(line) as { type: string; action?: string; path?: string; reason?: string },
    )
    .filter(({ type, action, reason }) => {
      return type === "entry" && !(action === "mend" && reason === "directory");
    })
    .map(({ action, path, reason }) => `${action} ${path} (${reason})`)
    .toSorted();
}

describe("--dry-run", () => {
  test.each(["mirror", "copy", "move"])("of %s names what the run then does", async (verb) => {
    await inScratch(async (folder) => {
      await makeTree(folder, dir({ src: dir(SOURCE), dst: dir(DESTINATION) }));
      const args = [verb, "--json", "-v", `${folder}/src`, `${folder}/dst`];
      const before = await readManifest(folder);
      const dry = await blit([...args, "--dry-run"]);
      const after = await readManifest(folder);
      expect(diffManifests(before, after, { untouched: true })).toEqual([]);
      const real = await blit(args);
      expect(entries(dry.stdout)).toEqual(entries(real.stdout));
      expect(entries(dry.stdout)).not.toEqual([]);
      expect(dry.code).toBe(real.code);
    });
  });

  test("names the links to a file that it would replace", async () => {
    await inScratch(async (folder) => {
      const pair = (side: string, content: string) =>
        dir({ a: file(content), b: hardLink(`${side}/a`), c: hardLink(`${side}/a`) });
      await makeTree(folder, dir({ src: pair("src", "new"), dst: pair("dst", "older") }));
      const args = ["mirror", "--json", "-v", `${folder}/src`, `${folder}/dst`];
      const dry = await blit([...args, "-n"]);
      const real = await blit(args);
      expect(entries(real.stdout).filter((line) => line.startsWith("link"))).toHaveLength(2);
      expect(entries(dry.stdout)).toEqual(entries(real.stdout));
    });
  });

  test("of entries in the place of directories is that of the run, whatever is protected of them", async () => {
    await inScratch(async (folder) => {
      const [a, b, c] = [file("x"), file("y"), file("z")];
      const source = { a, b, c, z: dir({ link: hardLink("src/b") }) };
      const target = {
        a: dir({ gone: file("x"), deep: dir({ "kept.o": file("x") }) }),
        b: dir({ gone: file("x") }),
        c: dir(),
        z: dir({ link: file("y") }),
      };
      await makeTree(folder, dir({ src: dir(source), dst: dir(target) }));
      const filters = ["--exclude", "*.o", "--exclude", "c/"];
      const args = ["mirror", "--json", "-v", ...filters, `${folder}/src`, `${folder}/dst`];
      const dry = await blit([...args, "-n"]);
      const real = await blit(args);
      expect(entries(dry.stdout)).toEqual(entries(real.stdout));
      expect([dry.code, real.code]).toEqual([3, 3]);
    });
  });

  test.each([
    ["copy", ["src/fresh", "new/"]],
    ["copy", ["src/fresh", "new/deep/name"]],
    ["copy", ["src/fresh", "src/same", "new"]],
    ["move", ["src/fresh", "new/"]],
  ])("of %s %p into what does not exist", async (verb, paths) => {
    await inScratch(async (folder) => {
      await makeTree(folder, dir({ src: dir(SOURCE) }));
      const dry = await blit([verb, "--json", "-v", "-n", ...paths], { cwd: folder });
      expect(existsSync(`${folder}/new`)).toBe(false);
      const real = await blit([verb, "--json", "-v", ...paths], { cwd: folder });
      expect(entries(dry.stdout)).toEqual(entries(real.stdout));
      expect([dry.code, real.code]).toEqual([0, 0]);
    });
  });

  test("into a destination that does not exist does not make it", async () => {
    await inScratch(async (folder) => {
      await makeTree(folder, dir({ src: dir(SOURCE) }));
      const before = await readManifest(folder);
      const run = await blit(["mirror", "--dry-run", `${folder}/src`, `${folder}/new/dst`]);
      expect(run).toMatchObject({ code: 0, stderr: "" });
      const after = await readManifest(folder);
      expect(diffManifests(before, after, { untouched: true })).toEqual([]);
    });
  });

  test.skipIf(!IS_ROOT)("of the awkward tree equals the run (needs root)", async () => {
    await inScratch(async (folder) => {
      mkdirSync(`${folder}/src`);
      await makeTree(`${folder}/src`, awkwardTree({ seed: 9, deep: false }));
      const args = ["mirror", "--json", "-v", `${folder}/src`, `${folder}/dst`];
      const dry = await blit([...args, "--dry-run"]);
      const real = await blit(args);
      expect(entries(dry.stdout)).toEqual(entries(real.stdout));
      expect(await compareTrees(`${folder}/src`, `${folder}/dst`)).toEqual([]);
    });
  });
});
