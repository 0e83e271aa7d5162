// The file system as a whole: what it is, a full one, a read-only one, a mount point.

import { expect, test } from "bun:test";
import type { Dir } from "#platform/platform.ts";
import { expectRefused, isLinux, isRoot, onEveryBackend, raw, rawPath, value } from "./trial.ts";

const canMount = isLinux && isRoot;
const SMALL = 64 * 1024;

onEveryBackend("fileSystem()", (t) => {
  test("says what stat(1) says of it", () => {
    const info = value(t.platform.fileSystem(t.dir));
    const [magic, blockBytes, unitBytes, blocks] = t.shell("stat -f -c '%t %s %S %b' .").split(" ");
    expect(info.magic.toString(16)).toBe(String(magic));
    expect(info.blockBytes).toBe(Number(blockBytes));
    expect(info.totalBytes).toBe(Number(unitBytes) * Number(blocks));
    expect(info.availableBytes).toBeWithin(1, info.totalBytes + 1);
    expect(info.kind).not.toBe("other");
    expect(info.readOnly).toBe(false);
  });

  test.skipIf(!isLinux)("knows /proc, where sizes are not to be trusted", () => {
    const proc = t.openRoot("/proc");
    expect(value(t.platform.fileSystem(proc))).toMatchObject({ kind: "proc", magic: 0x9fa0 });
    t.platform.closeDir(proc);
  });

  if (t.backend.lacks.has("syncFileSystem")) return;
  test("syncFileSystem() succeeds", () => {
    t.closeFile(t.create("file", "content"));
    expect(t.platform.syncFileSystem(t.dir)).toBe(0);
  });
});

onEveryBackend("a mount", (t) => {
  /** A small tmpfs in the test's directory, opened; gone afterwards. */
  function onMount(options: string, use: (mounted: Dir) => void): void {
    t.shell(`mkdir -p mount; mount -t tmpfs -o ${options} none mount`);
    try {
      const mounted = t.openBeneath("mount");
      try {
        use(mounted);
      } finally {
        t.platform.closeDir(mounted);
      }
    } finally {
      // Lazily, so that a handle that leaked fails its own test and leaves no mount behind.
      t.shell("umount --lazy mount");
    }
  }

  test.skipIf(!canMount)("that is full says ENOSPC even after a write that went half way", () => {
    onMount(`size=${SMALL}`, (mounted) => {
      const { platform, buffer } = t;
      const file = platform.createFile(mounted, raw("file"), 0o644) as ReturnType<typeof t.create>;
      buffer.bytes.fill(1);
      expectRefused(platform.write(file, buffer, buffer.bytes.length), "ENOSPC");
      expect(t.tool("%s", "mount/file")).toBe(String(SMALL));
      expectRefused(platform.writeAt(file, buffer, 1, SMALL), "ENOSPC");
      expect(value(platform.fileSystem(mounted)).availableBytes).toBe(0);
      t.closeFile(file);
    });
  });

  test.skipIf(!canMount)("without inodes left says ENOSPC for every new entry", () => {
    onMount("nr_inodes=2", (mounted) => {
      const { platform } = t;
      expect(platform.makeDir(mounted, raw("last"), 0o755)).toBe(0);
      expect(value(platform.fileSystem(mounted)).freeInodes).toBe(0);
      expectRefused(platform.createFile(mounted, raw("a"), 0o644), "ENOSPC");
      expectRefused(platform.makeDir(mounted, raw("b"), 0o755), "ENOSPC");
      expectRefused(platform.makeSymlink(mounted, raw("c"), rawPath("x")), "ENOSPC");
    });
  });

  test.skipIf(!canMount)("that is read-only is told as such and says EROFS", () => {
    onMount("ro", (mounted) => {
      const { platform } = t;
      expect(value(platform.fileSystem(mounted)).readOnly).toBe(true);
      expectRefused(platform.createFile(mounted, raw("a"), 0o644), "EROFS");
      expectRefused(platform.makeDir(mounted, raw("a"), 0o755), "EROFS");
      expectRefused(platform.setDirMode(mounted, 0o700), "EROFS");
      expectRefused(platform.setDirTime(mounted, 0, 0), "EROFS");
    });
  });

  test.skipIf(!canMount)(
    "is entered by openBeneath(), has its own device, and cannot be removed",
    () => {
      onMount("size=1m", (mounted) => {
        t.platform.statDir(mounted, t.slot);
        const inner = `${t.slot.deviceMajor}:${t.slot.deviceMinor}`;
        t.platform.statDir(t.dir, t.slot);
        expect(inner).not.toBe(`${t.slot.deviceMajor}:${t.slot.deviceMinor}`);
        expectRefused(t.platform.removeDir(t.dir, raw("mount")), "EBUSY");
        expectRefused(t.platform.rename(t.dir, raw("mount"), t.dir, raw("moved")), "EBUSY");
      });
    },
  );
});
