import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { isLocalThroughout, mountOfId, mountedType } from "#platform/mount_table.ts";

const TABLE = `22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
23 22 0:21 / /proc rw,nosuid - proc proc rw
30 22 0:40 / /home rw - nfs4 server:/home rw,vers=4.2
31 30 254:0 /local /home/local rw - ext4 /dev/vda rw
32 22 0:41 / /mnt/a\\040b\\134c rw - fuse.sshfs host: rw
33 22 0:42 / /data rw master:1 propagate_from:2 - nfs server:/data rw,vers=4.2
34 22 0:43 / /data rw - xfs /dev/vdb rw
35 22 254:0 /srv /elsewhere rw - cifs //srv/share rw
`;

describe("mountedType()", () => {
  test.each([
    ["/", "ext4"],
    ["", "ext4"],
    ["/root/.local/state/blit", "ext4"],
    ["/home", "nfs4"],
    ["/home/user/.local", "nfs4"],
    ["/homework", "ext4"],
    ["/home/local/user", "ext4"],
    ["/mnt/a b\\c/folder", "fuse.sshfs"],
    ["/srv", "ext4"],
    ["/elsewhere/x", "cifs"],
  ])("of %s is %s", (path, type) => {
    expect(mountedType(TABLE, path)).toBe(type);
  });

  test("is that of the mount on top, where several are on one point", () => {
    expect(mountedType(TABLE, "/data/x")).toBe("xfs");
  });

  test("is undefined without a table", () => {
    expect(mountedType("", "/home")).toBeUndefined();
  });

  test.skipIf(process.platform !== "linux")("of /proc is proc in this machine's own table", () => {
    expect(mountedType(readFileSync("/proc/self/mountinfo", "latin1"), "/proc/self")).toBe("proc");
  });
});

describe("isLocalThroughout()", () => {
  test.each([
    ["/", true],
    ["", true],
    ["/root/.local", true],
    ["/data/x", true],
    ["/homework", true],
    ["/home/user", false],
    ["/elsewhere", false],
    ["/proc/self", false],
  ])("of %s is %p", (path, isLocal) => {
    expect(isLocalThroughout(TABLE, path)).toBe(isLocal);
  });

  test("is false below a remote mount, though a local one lies further down", () => {
    expect(mountedType(TABLE, "/home/local/user")).toBe("ext4");
    expect(isLocalThroughout(TABLE, "/home/local/user")).toBe(false);
  });

  test("is false where nothing is known", () => {
    expect(isLocalThroughout("", "/home")).toBe(false);
  });
});

describe("mountOfId()", () => {
  test("tells all of one line", () => {
    expect(mountOfId(TABLE, 31)).toEqual({
      mountPoint: "/home/local",
      root: "/local",
      type: "ext4",
      source: "/dev/vda",
      device: "254:0",
      options: "rw",
      superOptions: "rw",
    });
  });

  test("whatever optional fields it has, and with its paths unescaped", () => {
    expect(mountOfId(TABLE, 33)).toMatchObject({ type: "nfs", superOptions: "rw,vers=4.2" });
    expect(mountOfId(TABLE, 32)).toMatchObject({ mountPoint: "/mnt/a b\\c" });
  });

  test("is undefined for an id that is not there, and no prefix of another", () => {
    expect([mountOfId(TABLE, 3), mountOfId(TABLE, 99), mountOfId("", 22)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
