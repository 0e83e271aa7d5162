// The oracles themselves: an honest copy passes, and every kind of damage to it is found. Without this a test
// that compares two trees proves nothing.

import { describe, expect, test } from "bun:test";
import { awkwardTree } from "#test/helpers/awkward.ts";
import { IS_ROOT, run } from "#test/helpers/filesystems.ts";
import { compareTrees, diffManifests, readManifest } from "#test/helpers/manifest.ts";
import { RSYNC, rsyncDifferences } from "#test/helpers/peers.ts";
import { inScratch } from "#test/helpers/scratch.ts";
import {
  acl,
  device,
  dir,
  fifo,
  file,
  hardLink,
  makeTree,
  randomFile,
  socket,
  sparseFile,
  symlink,
  utf8,
} from "#test/helpers/tree.ts";

const MIB = 1024 * 1024;
const CAPABILITY = "\x01\0\0\x02\0\x20\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
const ACL = acl([
  ["owner", 7],
  ["user", 5, 1000],
  ["group", 4],
  ["mask", 7],
  ["other", 0],
]);

const SMALL_TREE = dir({
  file: file("some content\n", { mode: 0o644, mtimeNs: 1_500_000_000_123_456_789n }),
  other: file("same sizes!!\n", { mtimeNs: 1_500_000_000_123_456_789n }),
  empty: file(""),
  sub: dir({ inside: file("x") }, { mtimeNs: 1_400_000_000_000_000_001n }),
  "empty-dir": dir(),
  symlink: symlink("file", { xattrs: { "trusted.t": "v" } }),
  fifo: fifo(),
  socket: socket(),
  device: device("char", 1, 3),
  whiteout: device("char", 0, 0),
  xattr: file("x", { xattrs: { "user.a": "1" } }),
  acl: file("x", { mode: 0o670, xattrs: { "system.posix_acl_access": ACL } }),
  "default-acl": dir({}, { xattrs: { "system.posix_acl_default": ACL } }),
  capability: file("x", { xattrs: { "security.capability": CAPABILITY } }),
  setuid: file("x", { mode: 0o4755 }),
  first: file("linked"),
  second: hardLink("first"),
  alone: file("linked"),
  sparse: sparseFile(4 * MIB, [{ at: 0, random: 4096, seed: 1 }]),
  dense: randomFile(2 * MIB, 2),
  [utf8("caf\u00e9")]: file("x"),
});

/** Shell commands that damage a perfect copy, and whether rsync sees it too. */
const DAMAGE: readonly [name: string, command: string, seenByRsync: boolean][] = [
  ["a byte more", "printf x >> file; touch -r ../src/file file", true],
  ["a byte less", "truncate -s -1 file; touch -r ../src/file file", true],
  [
    "other content, same size and time",
    "printf S | dd of=file conv=notrunc; touch -r ../src/file file",
    true,
  ],
  [
    "a zeroed block in the middle",
    "dd if=/dev/zero of=dense bs=4096 seek=100 count=1 conv=notrunc; touch -r ../src/dense dense",
    true,
  ],
  ["two names swapped", "mv file t; mv other file; mv t other; touch -r ../src .", true],
  ["a file is missing", "rm file; touch -r ../src .", true],
  ["a file too many", "echo > extra; touch -r ../src .", true],
  ["an empty directory is missing", "rmdir empty-dir; touch -r ../src .", true],
  ["an empty directory too many", "mkdir extra; touch -r ../src .", true],
  ["an empty file became a directory", "rm empty; mkdir empty; touch -r ../src .", true],
  ["a file became a symlink", "rm other; ln -s file other; touch -r ../src .", true],
  ["a FIFO is missing", "rm fifo; touch -r ../src .", true],
  ["a FIFO became a file", "rm fifo; touch -r ../src/fifo fifo; touch -r ../src .", true],
  ["a socket is missing", "rm socket; touch -r ../src .", true],
  [
    "another device number",
    "rm device; mknod device c 1 5; chmod --reference=../src/device device; touch -r ../src/device device; touch -r ../src .",
    true,
  ],
  ["a whiteout is missing", "rm whiteout; touch -r ../src .", true],
  ["another mode", "chmod 600 file", true],
  ["no set-id bit", "chmod 755 setuid", true],
  ["another owner", "chown 5 file", true],
  ["another group", "chgrp 5 file", true],
  ["another owner of a symlink", "chown -h 5 symlink", true],
  ["a nanosecond less", "touch -d '2017-07-14T02:40:00.123456788Z' file", true],
  ["another time of a directory", "touch -d '2017-07-14T02:40:00Z' sub", true],
  ["another time of the root", "touch -d '2017-07-14T02:40:00Z' .", true],
  ["another time of a symlink", "touch -h -d '2017-07-14T02:40:00Z' symlink", true],
  [
    "another target of a symlink",
    "ln -sfn nowhere symlink; touch -h -r ../src/symlink symlink; touch -r ../src .",
    true,
  ],
  ["another xattr value", "setfattr -n user.a -v 2 xattr", true],
  ["an xattr is missing", "setfattr -x user.a xattr", true],
  ["an xattr too many", "setfattr -n user.b -v 2 xattr", true],
  ["a symlink's xattr is missing", "setfattr -h -x trusted.t symlink", true],
  ["an ACL is missing", "setfacl -b acl; chmod 670 acl", true],
  ["an ACL entry differs", "setfacl -m u:1000:7 acl", true],
  ["a default ACL is missing", "setfacl -k default-acl", true],
  ["a capability is missing", "setcap -r capability", true],
  ["a hard link is broken", "cp -p second t; mv t second; touch -r ../src .", true],
  ["a hard link too many", "ln -f first alone; touch -r ../src .", false],
  ["a hard link to outside", "ln file ../outside", false],
  [
    "a hole was filled",
    "dd if=/dev/zero of=sparse bs=1M seek=1 count=3 conv=notrunc; touch -r ../src/sparse sparse",
    false,
  ],
  [
    "a composed name was decomposed",
    "mv caf* \"$(printf 'cafe\\314\\201')\"; touch -r ../src .",
    true,
  ],
];

describe.skipIf(!IS_ROOT || RSYNC === undefined)("the oracles (need root and rsync)", () => {
  test("both find nothing in a perfect copy", async () => {
    await inScratch(async (folder) => {
      await copiedTree(folder);
      expect(await compareTrees(`${folder}/src`, `${folder}/dst`)).toEqual([]);
      expect(await rsyncDifferences(`${folder}/src`, `${folder}/dst`)).toBe("");
    });
  });

  test.each(DAMAGE)("damage is found: %s", async (_name, command, seenByRsync) => {
    await inScratch(async (folder) => {
      await copiedTree(folder);
      Bun.spawnSync(["sh", "-ec", command], { cwd: `${folder}/dst`, stderr: "ignore" });
      expect(await compareTrees(`${folder}/src`, `${folder}/dst`)).not.toEqual([]);
      const differences = await rsyncDifferences(`${folder}/src`, `${folder}/dst`);
      expect(differences !== "").toBe(seenByRsync);
    });
  });

  test("a change and its reversal are found where nothing may be touched", async () => {
    await inScratch(async (folder) => {
      await copiedTree(folder);
      const before = await readManifest(`${folder}/dst`);
      expect(
        diffManifests(before, await readManifest(`${folder}/dst`), { untouched: true }),
      ).toEqual([]);
      run("chmod", "644", `${folder}/dst/file`);
      const after = await readManifest(`${folder}/dst`);
      expect(diffManifests(before, after)).toEqual([]);
      expect(diffManifests(before, after, { untouched: true })).toHaveLength(1);
    });
  });

  test("cp -a copies the awkward tree but for paths beyond PATH_MAX", async () => {
    await inScratch(async (folder) => {
      run("mkdir", `${folder}/src`);
      await makeTree(`${folder}/src`, awkwardTree({ seed: 1, deep: true }));
      Bun.spawnSync(["cp", "-a", `${folder}/src`, `${folder}/dst`], { stderr: "ignore" });
      const differences = await compareTrees(`${folder}/src`, `${folder}/dst`);
      expect(differences.filter((line) => !line.startsWith("deep/long-path/"))).toEqual([]);
      expect(differences).not.toEqual([]);
      expect(await rsyncDifferences(`${folder}/src`, `${folder}/dst`, UNSEEN_BY_RSYNC)).toBe("");
    });
  });
});

/** rsync fails beyond PATH_MAX, and its --checksum reads a terabyte of holes. */
const UNSEEN_BY_RSYNC = ["/deep", "/sparse/one-terabyte"];

async function copiedTree(folder: string): Promise<void> {
  run("mkdir", `${folder}/src`);
  await makeTree(`${folder}/src`, SMALL_TREE);
  run("cp", "-a", "--sparse=always", `${folder}/src`, `${folder}/dst`);
}
