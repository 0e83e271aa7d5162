// Opening, reading, writing and sizes of files.

import { expect, test } from "bun:test";
import { readlinkSync } from "node:fs";
import { createLinuxPlatform } from "#platform/linux/linux_platform.ts";
import { type File, UNSUPPORTED } from "#platform/platform.ts";
import { expectRefused, onEveryBackend, raw, run } from "./trial.ts";

const FIVE_TB = 5_000_000_000_000;

onEveryBackend("createFile()", (t) => {
  const create = (name: string) => t.platform.createFile(t.dir, raw(name), 0o644);

  test("gives exactly the mode that is asked for, whatever the umask was", () => {
    for (const mode of [0, 0o600, 0o644, 0o777, 0o6755, 0o1640]) {
      t.closeFile(t.create(`m${mode}`, "", mode));
      expect(t.tool("%f", `m${mode}`)).toBe((0o100000 + mode).toString(16));
    }
  });

  test("is for reading and writing, whatever the mode", () => {
    const file = t.create("file", "content", 0o200);
    expect(t.platform.readAt(file, t.buffer, 100, 0)).toBe(7);
    expect(t.held(7)).toBe("content");
    t.closeFile(file);
  });

  test("refuses a name that is taken, a dangling symlink's too", () => {
    t.shell("touch file; mkdir dir; ln -s new dangling");
    for (const name of ["file", "dir", "dangling"]) expectRefused(create(name), "EEXIST");
    expect(t.shell("ls -A")).toBe("dangling\ndir\nfile");
  });
});

onEveryBackend("openAppend()", (t) => {
  const append = (name: string, content: string, mode = 0o600) => {
    const file = t.platform.openAppend(t.dir, raw(name), mode) as File;
    expect(file).toBeGreaterThanOrEqual(0);
    t.write(file, content);
    t.closeFile(file);
  };

  test("makes a file with exactly the mode that is asked for, and keeps what is there", () => {
    append("log", "one\n", 0o640);
    append("log", "two\n", 0o600);
    expect(t.shell("cat log; stat -c %a log")).toBe("one\ntwo\n640");
  });

  test("writes at the end, wherever that is by now", () => {
    const first = t.platform.openAppend(t.dir, raw("log"), 0o600) as File;
    append("log", "other\n");
    t.write(first, "mine\n");
    t.closeFile(first);
    expect(t.shell("cat log")).toBe("other\nmine");
  });

  test("never follows a symlink, and does not wait for a FIFO's reader", () => {
    t.shell("ln -s target link; mkfifo fifo");
    expectRefused(t.platform.openAppend(t.dir, raw("link"), 0o600), "ELOOP");
    expectRefused(t.platform.openAppend(t.dir, raw("fifo"), 0o600), "ENXIO");
    expect(t.shell("ls")).toBe("fifo\nlink");
  });
});

onEveryBackend("openRead()", (t) => {
  const open = (name: string) => t.platform.openRead(t.dir, raw(name));

  test("never follows a symlink", () => {
    t.shell("touch file; ln -s file link; ln -s nowhere dangling");
    for (const name of ["link", "dangling"]) expectRefused(open(name), "ELOOP");
  });

  test("does not wait for a FIFO's writer", () => {
    t.shell("mkfifo fifo");
    t.closeFile(t.openRead("fifo"));
  });

  test("refuses what is missing, and writing to what it opened", () => {
    t.shell("echo keep > file");
    expectRefused(open("missing"), "ENOENT");
    const file = t.openRead("file");
    expectRefused(t.platform.write(file, t.buffer, 1), "EBADF", "EPERM");
    t.closeFile(file);
    expect(t.shell("cat file")).toBe("keep");
  });

  test("gives descriptors that no child process inherits", () => {
    t.shell("touch file");
    const file = t.openRead("file");
    const created = t.create("created");
    const open = run(["sh", "-c", "ls -l /proc/self/fd"]);
    expect(open).not.toContain(t.path);
    for (const each of [file, created]) t.closeFile(each);
  });
});

onEveryBackend("borrow()", (t) => {
  /** This thread as the kernel numbers it: it lends to itself here. */
  const owner = Number(readlinkSync("/proc/thread-self").split("/").at(-1));

  test("reads and writes the file that the owner has open, whatever has become of its name", () => {
    const file = t.create("file", "0123456789");
    t.shell("mv file moved; echo other > file");
    const reads = t.platform.borrow(owner, file, "read") as File;
    expect(t.platform.readAt(reads, t.buffer, 3, 7)).toBe(3);
    expect(t.held(3)).toBe("789");
    const writes = t.platform.borrow(owner, file, "write") as File;
    t.buffer.bytes.write("AB");
    expect(t.platform.writeAt(writes, t.buffer, 2, 1)).toBe(2);
    for (const borrowed of [reads, writes]) expect(t.platform.giveBack(borrowed)).toBe(0);
    expect(t.platform.readAt(file, t.buffer, 10, 0)).toBe(10);
    expect(t.held(10)).toBe("0AB3456789");
    t.closeFile(file);
  });
});

test.skipIf(process.platform !== "linux")(
  "the borrow() of Linux needs to know from whom, and what is open there",
  () => {
    const platform = createLinuxPlatform();
    expect(platform.borrow(0, 1 as File, "read")).toBe(UNSUPPORTED);
    expect(platform.borrow(process.pid, 999_999 as File, "read")).toBeLessThan(0);
  },
);

onEveryBackend("read() and readAt()", (t) => {
  test("move along the file, or stay out of its position, and give 0 at the end", () => {
    t.shell("printf 0123456789 > file");
    const file = t.openRead("file");
    const { platform, buffer } = t;
    expect(platform.read(file, buffer, 4)).toBe(4);
    expect(t.held(4)).toBe("0123");
    expect(platform.readAt(file, buffer, 3, 7)).toBe(3);
    expect(t.held(3)).toBe("789");
    expect(platform.read(file, buffer, 100)).toBe(6);
    expect(t.held(6)).toBe("456789");
    expect(platform.read(file, buffer, 100)).toBe(0);
    expect(platform.readAt(file, buffer, 100, 10)).toBe(0);
    expect(platform.readAt(file, buffer, 100, FIVE_TB)).toBe(0);
    t.closeFile(file);
  });

  test("leave the rest of the buffer alone", () => {
    t.shell("printf ab > file");
    const file = t.openRead("file");
    t.buffer.bytes.fill(0x7a);
    expect(t.platform.read(file, t.buffer, 100)).toBe(2);
    expect(t.held(4)).toBe("abzz");
    t.closeFile(file);
  });

  test("refuse a directory", () => {
    t.shell("mkdir dir");
    const dir = t.openRead("dir");
    expectRefused(t.platform.read(dir, t.buffer, 100), "EISDIR");
    t.closeFile(dir);
  });
});

onEveryBackend("write() and writeAt()", (t) => {
  test("put every byte down where it belongs", () => {
    const file = t.create("file", "0123456789");
    t.write(file, "abc");
    t.buffer.bytes.set(Buffer.from("XY"));
    expect(t.platform.writeAt(file, t.buffer, 2, 4)).toBe(2);
    t.write(file, "d");
    expect(t.platform.writeAt(file, t.buffer, 0, 0)).toBe(0);
    t.closeFile(file);
    expect(t.shell("cat file")).toBe("0123XY6789abcd");
  });

  test("fill the whole buffer's length, as sha256sum(1) sees it", () => {
    const bytes = t.buffer.bytes;
    for (let i = 0; i < bytes.length; i++) bytes[i] = (i * 7 + (i >> 8)) & 0xff;
    const file = t.create("file");
    const copy = Buffer.from(bytes);
    for (let i = 0; i < 4; i++)
      expect(t.platform.write(file, t.buffer, bytes.length)).toBe(bytes.length);
    t.closeFile(file);
    const digest = new Bun.CryptoHasher("sha256");
    for (let i = 0; i < 4; i++) digest.update(copy);
    expect(t.shell("sha256sum file").slice(0, 64)).toBe(digest.digest("hex"));
  });
});

onEveryBackend("sizes beyond 32 bits", (t) => {
  test("truncate(), stat() and I/O at 5 TB in a sparse file", () => {
    const file = t.create("sparse");
    expect(t.platform.truncate(file, FIVE_TB)).toBe(0);
    t.buffer.bytes.set(Buffer.from("end"));
    expect(t.platform.writeAt(file, t.buffer, 3, FIVE_TB - 3)).toBe(3);
    expect(t.platform.statFile(file, t.slot)).toBe(0);
    expect(t.slot.sizeBytes).toBe(FIVE_TB);
    expect(t.slot.allocatedBytes).toBeLessThan(1_000_000);
    expect(t.tool("%s", "sparse")).toBe(String(FIVE_TB));
    expect(t.shell("tail -c 3 sparse")).toBe("end");
    t.buffer.bytes.fill(0);
    expect(t.platform.readAt(file, t.buffer, 100, FIVE_TB - 4)).toBe(4);
    expect(t.held(4)).toBe("\0end");
    t.closeFile(file);
  });

  test("truncate() shortens and lengthens with zeros", () => {
    const file = t.create("file", "0123456789");
    expect(t.platform.truncate(file, 3)).toBe(0);
    expect(t.platform.truncate(file, 5)).toBe(0);
    expect(t.platform.readAt(file, t.buffer, 100, 0)).toBe(5);
    expect(t.held(5)).toBe("012\0\0");
    t.closeFile(file);
  });
});

onEveryBackend("syncFile() and closeFile()", (t) => {
  test("succeed on a file that was written", () => {
    const file = t.create("file", "content");
    expect(t.platform.syncFile(file)).toBe(0);
    t.closeFile(file);
  });

  test("refuse a descriptor that is not open", () => {
    const closed = 999_999 as File;
    expectRefused(t.platform.closeFile(closed), "EBADF");
    expectRefused(t.platform.syncFile(closed), "EBADF");
    expectRefused(t.platform.statFile(closed, t.slot), "EBADF");
    expectRefused(t.platform.read(closed, t.buffer, 1), "EBADF");
    expectRefused(t.platform.readAt(closed, t.buffer, 1, 0), "EBADF");
    expectRefused(t.platform.write(closed, t.buffer, 1), "EBADF");
    expectRefused(t.platform.writeAt(closed, t.buffer, 1, 0), "EBADF");
    expectRefused(t.platform.truncate(closed, 0), "EBADF");
    expectRefused(t.platform.setFileMode(closed, 0), "EBADF");
    expectRefused(t.platform.setFileOwner(closed, 0, 0), "EBADF");
    expectRefused(t.platform.setFileTime(closed, 0, 0), "EBADF");
  });
});
