// Copying inside the kernel, and finding holes.

import { expect, test } from "bun:test";
import { type File, UNSUPPORTED } from "#platform/platform.ts";
import { expectRefused, onEveryBackend, value } from "./trial.ts";

const KIB = 1024;
const MIB = 1024 * KIB;

onEveryBackend("seekData() and seekHole()", (t) => {
  if (t.backend.lacks.has("seekData")) return;

  test("tell data from holes, as far as 5 TB", () => {
    t.shell(`truncate -s 5000000000000 file
      printf x | dd of=file conv=notrunc bs=1M seek=4 status=none
      printf x | dd of=file conv=notrunc bs=1M seek=4000000 status=none`);
    const file = t.openRead("file");
    const { platform } = t;
    expect(platform.seekHole(file, 0)).toBe(0);
    expect(platform.seekData(file, 0)).toBe(4 * MIB);
    const hole = platform.seekHole(file, 4 * MIB);
    expect(hole).toBeGreaterThan(4 * MIB);
    expect(hole).toBeLessThanOrEqual(6 * MIB);
    expect(platform.seekData(file, hole)).toBe(4_000_000 * MIB);
    const last = platform.seekHole(file, 4_000_000 * MIB);
    expectRefused(platform.seekData(file, last), "ENXIO");
    expectRefused(platform.seekData(file, 5_000_000_000_000), "ENXIO");
    t.closeFile(file);
  });

  test("find the hole at the end of every file", () => {
    t.shell("head -c 10000 /dev/urandom > file; touch empty");
    const file = t.openRead("file");
    expect(t.platform.seekData(file, 0)).toBe(0);
    expect(t.platform.seekHole(file, 0)).toBe(10_000);
    t.closeFile(file);
    const empty = t.openRead("empty");
    expectRefused(t.platform.seekData(empty, 0), "ENXIO");
    t.closeFile(empty);
  });
});

onEveryBackend("copyRange()", (t) => {
  if (t.backend.lacks.has("copyRange")) return;

  /** All that is left from an offset on, in pieces. */
  function copyFrom(from: File, to: File, startBytes: number, pieceBytes: number): number {
    let at = startBytes;
    for (;;) {
      const copied = t.platform.copyRange(from, to, at, pieceBytes);
      if (copied <= 0) return copied;
      at += copied;
    }
  }

  test("copies in pieces at one offset of both, until 0", () => {
    t.shell("head -c 1000000 /dev/urandom > from");
    const from = t.openRead("from");
    const to = t.create("to");
    expect(copyFrom(from, to, 0, 300_000)).toBe(0);
    expect(t.shell("cmp from to && echo same")).toBe("same");
    // Neither file's own position has moved.
    t.write(to, "start");
    expect(t.platform.read(from, t.buffer, 1)).toBe(1);
    expect(t.shell("head -c 5 to")).toBe("start");
    for (const file of [from, to]) t.closeFile(file);
  });

  test("works at offsets beyond 32 bits", () => {
    t.shell(`truncate -s 5000000000000 from
      printf far | dd of=from conv=notrunc bs=1 seek=4900000000000 status=none`);
    const from = t.openRead("from");
    const to = t.create("to");
    expect(t.platform.copyRange(from, to, 4_900_000_000_000, 3)).toBe(3);
    expect(t.shell("tail -c 3 to")).toBe("far");
    expect(t.tool("%s", "to")).toBe("4900000000003");
    for (const file of [from, to]) t.closeFile(file);
  });

  test("refuses a destination that is not open for writing", () => {
    t.shell("echo content > from; touch to");
    const from = t.openRead("from");
    const to = t.openRead("to");
    expectRefused(t.platform.copyRange(from, to, 0, 8), "EBADF");
    for (const file of [from, to]) t.closeFile(file);
  });
});

onEveryBackend("reflink()", (t) => {
  if (t.backend.lacks.has("reflink")) return;

  test("shares all blocks where the file system can", () => {
    t.shell("head -c 1000000 /dev/urandom > from");
    const clones = ["btrfs", "xfs"].includes(value(t.platform.fileSystem(t.dir)).kind);
    const from = t.openRead("from");
    const to = t.create("to");
    expect(t.platform.reflink(from, to)).toBe(clones ? 0 : UNSUPPORTED);
    if (clones) expect(t.shell("cmp from to && echo same")).toBe("same");
    else expect(t.tool("%s", "to")).toBe("0");
    for (const file of [from, to]) t.closeFile(file);
  });
});
