// Extended attributes and ACLs, seen through getfattr(1) and getfacl(1).

import { expect, test } from "bun:test";
import { UNSUPPORTED } from "#platform/platform.ts";
import { expectRefused, isLinux, isRoot, onEveryBackend, raw, ROOTS, run, value } from "./trial.ts";

const isAcl = (xattr: string) => xattr.startsWith("system.");
const BYTES = new Uint8Array([0, 255, 10, 61, 0]);
const TEXT = "\0\xff\n=\0";

/** User attributes are a matter of the file system and the kernel's configuration: setfattr(1) tells. */
const takesXattrs = new Map(ROOTS.map((root) => [root, isLinux && toolSetsOne(root)]));

function toolSetsOne(root: string): boolean {
  const script = 'f=$(mktemp -p "$0"); setfattr -n user.x -v 1 "$f"; s=$?; rm "$f"; exit $s';
  return Bun.spawnSync(["sh", "-c", script, root]).exitCode === 0;
}

onEveryBackend("extended attributes", (t) => {
  if (t.backend.lacks.has("listXattrs")) return;
  const skip = !takesXattrs.get(t.root);
  const toolGets = (name: string, xattr: string) =>
    run(["getfattr", "-h", "--only-values", "-n", xattr, "--", name], t.path);

  test.skipIf(skip)("of a file by handle", () => {
    const file = t.create("file");
    const { platform } = t;
    expect(platform.listFileXattrs(file)).toEqual([]);
    expect(platform.setFileXattr(file, "user.one", BYTES)).toBe(0);
    expect(platform.setFileXattr(file, "user.empty", new Uint8Array(0))).toBe(0);
    expect(toolGets("file", "user.one")).toBe(TEXT);
    expect(value(platform.listFileXattrs(file)).toSorted()).toEqual(["user.empty", "user.one"]);
    expect(platform.getFileXattr(file, "user.one")).toEqual(BYTES);
    expect(platform.getFileXattr(file, "user.empty")).toEqual(new Uint8Array(0));
    expect(platform.removeFileXattr(file, "user.one")).toBe(0);
    expect(t.shell("getfattr --absolute-names file")).toContain("user.empty");
    expectRefused(platform.getFileXattr(file, "user.one"), "ENODATA");
    expectRefused(platform.removeFileXattr(file, "user.one"), "ENODATA");
    t.closeFile(file);
  });

  test.skipIf(skip)("of a directory by handle", () => {
    t.shell("mkdir dir");
    const dir = t.openBeneath("dir");
    const { platform } = t;
    expect(platform.listDirXattrs(dir)).toEqual([]);
    expect(platform.setDirXattr(dir, "user.one", BYTES)).toBe(0);
    expect(toolGets("dir", "user.one")).toBe(TEXT);
    expect(platform.listDirXattrs(dir)).toEqual(["user.one"]);
    expect(platform.getDirXattr(dir, "user.one")).toEqual(BYTES);
    expect(platform.removeDirXattr(dir, "user.one")).toBe(0);
    expectRefused(platform.getDirXattr(dir, "user.one"), "ENODATA");
    expectRefused(platform.removeDirXattr(dir, "user.one"), "ENODATA");
    t.platform.closeDir(dir);
  });

  test.skipIf(skip || !isRoot)("of symlinks and specials by name, never of a target", () => {
    t.shell("touch target; ln -s target link; ln -s nowhere dangling; mkfifo fifo");
    const { platform, dir } = t;
    for (const text of ["link", "dangling", "fifo"]) {
      const name = raw(text);
      expect(platform.listXattrs(dir, name)).toEqual([]);
      expect(platform.setXattr(dir, name, "trusted.one", BYTES)).toBe(0);
      expect(toolGets(text, "trusted.one")).toBe(TEXT);
      expect(platform.listXattrs(dir, name)).toEqual(["trusted.one"]);
      expect(platform.getXattr(dir, name, "trusted.one")).toEqual(BYTES);
      expect(platform.removeXattr(dir, name, "trusted.one")).toBe(0);
      expectRefused(platform.getXattr(dir, name, "trusted.one"), "ENODATA");
      expectRefused(platform.removeXattr(dir, name, "trusted.one"), "ENODATA");
      expectRefused(platform.setXattr(dir, name, "user.one", BYTES), "EPERM");
    }
    expect(t.shell("getfattr -m - target")).toBe("");
    expectRefused(platform.listXattrs(dir, raw("missing")), "ENOENT");
  });

  test.skipIf(skip)("of an entry with a raw name, deep beneath", () => {
    const text = "\xff\n".repeat(100);
    t.shell(`mkdir -p ${Array(30).fill("d".repeat(200)).join("/")}`);
    const deep = t.openBeneath(Array(30).fill("d".repeat(200)).join("/"));
    const file = t.platform.createFile(deep, raw(text), 0o644);
    t.platform.closeFile(file as Parameters<typeof t.platform.closeFile>[0]);
    expect(t.platform.setXattr(deep, raw(text), "user.one", BYTES)).toBe(0);
    expect(t.platform.getXattr(deep, raw(text), "user.one")).toEqual(BYTES);
    t.platform.closeDir(deep);
  });

  test.skipIf(skip)("have names that are bytes too, and values that outlive the next call", () => {
    t.shell("touch file; setfattr -n user.caf\xe9 -v 1 file; setfattr -n user.b -v 2 file");
    const file = t.openRead("file");
    const names = value(t.platform.listFileXattrs(file)).toSorted();
    // The shell's text travels as UTF-8.
    expect(names).toEqual(["user.b", "user.caf\xc3\xa9"]);
    const values = names.map((name) => value(t.platform.getFileXattr(file, name)));
    expect(values.map((bytes) => String.fromCharCode(...bytes))).toEqual(["2", "1"]);
    expect(t.platform.setFileXattr(file, "user.\xc3\xbc", BYTES)).toBe(0);
    t.closeFile(file);
    expect(toolGets("file", "user.\xfc")).toBe(TEXT);
  });

  test.skipIf(skip)("that are too large or of no known class are refused", () => {
    const file = t.create("file");
    const set = (xattr: string, sizeBytes: number) =>
      t.platform.setFileXattr(file, xattr, new Uint8Array(sizeBytes));
    expectRefused(set("user.big", 65_537), "E2BIG", "ENOSPC", "ERANGE");
    expectRefused(set(`user.${"n".repeat(300)}`, 1), "ERANGE", "ENAMETOOLONG");
    expect(set("nonsense.one", 1)).toBe(UNSUPPORTED);
    t.closeFile(file);
  });

  test.skipIf(skip)("of 60,000 bytes pass, where the file system has the room", () => {
    const file = t.create("file");
    const large = new Uint8Array(60_000).fill(7);
    const kind = value(t.platform.fileSystem(t.dir)).kind;
    if (kind === "ext4" || kind === "btrfs") {
      expectRefused(t.platform.setFileXattr(file, "user.big", large), "ENOSPC");
    } else {
      expect(t.platform.setFileXattr(file, "user.big", large)).toBe(0);
      expect(t.platform.getFileXattr(file, "user.big")).toEqual(large);
    }
    t.closeFile(file);
  });

  test.skipIf(skip)("carry POSIX ACLs, access and default", () => {
    t.shell("mkdir from to; setfacl -m u:12345:rwx from; setfacl -d -m g:54321:rx from");
    const [from, to] = [t.openBeneath("from"), t.openBeneath("to")];
    // xfs shows root the same once more, as trusted.SGI_ACL_FILE.
    const acls = value(t.platform.listDirXattrs(from)).filter(isAcl).toSorted();
    expect(acls).toEqual(["system.posix_acl_access", "system.posix_acl_default"]);
    for (const acl of acls) {
      expect(t.platform.setDirXattr(to, acl, value(t.platform.getDirXattr(from, acl)))).toBe(0);
    }
    for (const dir of [from, to]) t.platform.closeDir(dir);
    expect(t.shell("getfacl -cn to")).toBe(t.shell("getfacl -cn from"));
    expect(t.shell("getfacl -cn to")).toContain("user:12345:rwx");
  });
});
