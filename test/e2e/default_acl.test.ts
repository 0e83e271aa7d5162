// A default ACL in the destination, where the source has none: it decides over the modes of what is made there, and does
// not show on every file. What arrives is the source's.

import { expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { blit } from "#test/helpers/binary.ts";
import { diffManifests, readManifest } from "#test/helpers/manifest.ts";
import { inScratch } from "#test/helpers/scratch.ts";
import { acl, type AclEntry, dir, file, makeTree } from "#test/helpers/tree.ts";

const NARROW: readonly AclEntry[] = [
  ["owner", 5],
  ["group", 5],
  ["other", 0],
];
const NAMED: readonly AclEntry[] = [
  ["owner", 7],
  ["user", 7, 12345],
  ["group", 5],
  ["mask", 5],
  ["other", 0],
];

const closed = file("text", { mode: 0o400 });
const open = file("text", { mode: 0o777 });
/** Whichever name a directory lists first, in one of each two that file's mode is one that the ACL leaves as it is. */
const FILLED = { a: dir({ one: closed, two: open }), b: dir({ one: open, two: closed }) };
const SOURCE = dir({ narrow: dir(FILLED), named: dir(FILLED) });

function destinationWith(files: Parameters<typeof dir>[0]) {
  const below = (entries: readonly AclEntry[]) => {
    const xattrs = { "system.posix_acl_default": acl(entries) };
    return dir({ a: dir(files, { xattrs }), b: dir(files, { xattrs }) });
  };
  return dir({ narrow: below(NARROW), named: below(NAMED) });
}

const OTHERS = { one: file("x"), two: file("y") };

test.each([
  ["new files have the modes and the ACLs", {}, [], "linux"],
  ["files in the place of others have the modes and the ACLs", OTHERS, [], "linux"],
  ["new files, reported one by one, have the modes and the ACLs", {}, ["-v"], "linux"],
  // That knows of no ACL, and leaves those that it meets; its times are less exact (portable.test.ts).
  ["by the portable platform, new files have the modes", {}, [], "portable"],
] as const)("%s of their source", async (_, files, options, platform) => {
  await inScratch(async (folder) => {
    for (const side of ["src", "dst"]) mkdirSync(`${folder}/${side}`);
    await makeTree(`${folder}/dst`, destinationWith(files));
    // Younger than the destination, so that attributes are compared.
    await makeTree(`${folder}/src`, SOURCE);
    const args = ["mirror", ...options, `${folder}/src`, `${folder}/dst`];
    const { code, stderr } = await blit(args, { env: { BLIT_PLATFORM: platform } });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const [wanted, made] = [
      await readManifest(`${folder}/src`),
      await readManifest(`${folder}/dst`),
    ];
    const ignore = platform === "linux" ? [] : (["xattrs", "mtime"] as const);
    expect(diffManifests(wanted, made, { ignore })).toEqual([]);
  });
});
