import { expect, test } from "bun:test";
import { fileSystemKindOfType, hasExactSizes, isLocal } from "#platform/file_system_kind.ts";
import { isLocalThroughout } from "#platform/mount_table.ts";

test.each([
  ["ext2", true],
  ["ext4", true],
  ["zfs", true],
  ["devtmpfs", true],
  ["rootfs", true],
  ["overlay", true],
  ["vfat", true],
  ["exfat", true],
  ["ntfs3", true],
  ["fuseblk", false],
  ["fuse.sshfs", false],
  ["nfs4", false],
  ["cifs", false],
  ["9p", false],
  ["proc", false],
])("the mount table and the kind agree whether %s is local: %p", (type, expected) => {
  expect(isLocal(fileSystemKindOfType(type))).toBe(expected);
  expect(isLocalThroughout(`22 1 254:0 / / rw - ${type} /dev/vda rw\n`, "/x")).toBe(expected);
});

test("what is local need not tell sizes exactly", () => {
  expect(hasExactSizes("ext4")).toBe(true);
  expect(hasExactSizes("overlay")).toBe(false);
});
