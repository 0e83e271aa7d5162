// Owner, mode and times: by name never through a symlink, by handle of a file and of a directory.

import { expect, test } from "bun:test";
import { openCalls } from "#platform/linux/calls.ts";
import { modeCall } from "#platform/linux/mode_call.ts";
import { createLinuxPlatform } from "#platform/linux/linux_platform.ts";
import { type Dir, UNSUPPORTED } from "#platform/platform.ts";
import type { RawPath } from "#model/name.ts";
import { inScratch } from "#test/helpers/scratch.ts";
import { expectRefused, isRoot, onEveryBackend, raw, run, type Trial } from "./trial.ts";

/** Opens a directory and a file of the test, hands both over, closes both. */
function withHandles(t: Trial, use: (...handles: Handles) => void): void {
  t.shell("mkdir -p dir; touch file; chmod 600 file");
  const dir = t.openBeneath("dir");
  const file = t.openRead("file");
  use(dir, file);
  t.closeFile(file);
  t.platform.closeDir(dir);
}
type Handles = [dir: ReturnType<Trial["openBeneath"]>, file: ReturnType<Trial["openRead"]>];

onEveryBackend("modes", (t) => {
  const MODES = [0o7777, 0o4711, 0o2750, 0o1777, 0o644, 0];
  const modeOf = (name: string) => Number.parseInt(t.tool("%f", name), 16) & 0o7777;

  test("are set by name on what is no symlink", () => {
    t.shell("touch file; mkdir dir; mkfifo fifo");
    for (const name of ["file", "dir", "fifo"]) {
      for (const mode of MODES) {
        expect(t.platform.setMode(t.dir, raw(name), mode)).toBe(0);
        expect(modeOf(name)).toBe(mode);
      }
    }
  });

  test("are set by handle", () => {
    withHandles(t, (dir, file) => {
      for (const mode of MODES) {
        expect(t.platform.setFileMode(file, mode)).toBe(0);
        expect(t.platform.setDirMode(dir, mode)).toBe(0);
        expect([modeOf("file"), modeOf("dir")]).toEqual([mode, mode]);
      }
    });
  });

  test("of a symlink are unsupported, and its target keeps its own", () => {
    t.shell("touch target; chmod 640 target; ln -s target link; ln -s nowhere dangling");
    for (const link of ["link", "dangling"])
      expect(t.platform.setMode(t.dir, raw(link), 0o777)).toBe(UNSUPPORTED);
    expect(modeOf("target")).toBe(0o640);
    expectRefused(t.platform.setMode(t.dir, raw("missing"), 0o777), "ENOENT");
  });
});

onEveryBackend("owners", (t) => {
  const UID = 4_294_967_294;
  const GID = 70_000;
  const ownerOf = (name: string) => t.tool("%u:%g", name);

  test.skipIf(!isRoot)("are set by name, on a symlink itself", () => {
    t.shell("touch file; mkdir dir; mkfifo fifo; ln -s file link; ln -s nowhere dangling");
    for (const name of ["link", "dangling", "dir", "fifo"]) {
      expect(t.platform.setOwner(t.dir, raw(name), UID, GID)).toBe(0);
      expect(ownerOf(name)).toBe(`${UID}:${GID}`);
    }
    expect(ownerOf("file")).toBe("0:0");
    expectRefused(t.platform.setOwner(t.dir, raw("missing"), UID, GID), "ENOENT");
  });

  test.skipIf(!isRoot)("are set by handle", () => {
    withHandles(t, (dir, file) => {
      expect(t.platform.setFileOwner(file, UID, GID)).toBe(0);
      expect(t.platform.setDirOwner(dir, GID, UID)).toBe(0);
    });
    expect([ownerOf("file"), ownerOf("dir")]).toEqual([`${UID}:${GID}`, `${GID}:${UID}`]);
  });

  test("that stay as they are may be set by anyone", () => {
    t.shell("touch file");
    const { uid, gid } = t.stat("file");
    expect(t.platform.setOwner(t.dir, raw("file"), uid, gid)).toBe(0);
  });
});

onEveryBackend("times", (t) => {
  const TIMES: readonly (readonly [sec: number, nsec: number])[] = [
    [1_700_000_000, 123_456_789],
    [1_700_000_000, 123_000_000],
    [1_700_000_000, 999_999_999],
    [1_700_000_000, 1],
    [0, 0],
    [0, 1],
    [-1, 999_999_999],
    [-6, 250_000_000],
    [-1_700_000_000, 123_456_789],
    [-2_147_483_648, 0],
    [2_147_483_647, 999_999_999],
    [2_147_483_648, 1_001],
    [7_000_000_000, 999_000_001],
  ];
  const grain = t.backend.timeGrainNsec;

  function expectTime(name: string, sec: number, nsec: number): void {
    // "%Y" rounds down and "%y" shows the nanoseconds that the kernel holds, before 1970 too.
    const held = /\.(\d{9}) .* (-?\d+)$/.exec(t.tool("%y %Y", name));
    const cut = (value: number) => value - (value % grain);
    expect([Number(held?.[2]), cut(Number(held?.[1]))]).toEqual([sec, cut(nsec)]);
    // Whole milliseconds arrive exactly on every backend.
    if (nsec % 1_000_000 === 0) expect(Number(held?.[1])).toBe(nsec);
  }

  test("have the step that the platform says", () => {
    expect(t.platform.timeGrainNsec).toBe(grain);
  });

  for (const [sec, nsec] of TIMES) {
    test(`${sec} s and ${nsec} ns are set on every kind of entry`, () => {
      t.shell("touch file; mkdir dir; mkfifo fifo; ln -s file link; ln -s nowhere dangling");
      const names = ["file", "dir", "fifo", "link", "dangling"];
      for (const name of names) expect(t.platform.setTime(t.dir, raw(name), sec, nsec)).toBe(0);
      for (const name of names) expectTime(name, sec, nsec);
    });

    test(`${sec} s and ${nsec} ns are set by handle and read back`, () => {
      withHandles(t, (dir, file) => {
        expect(t.platform.setFileTime(file, sec, nsec)).toBe(0);
        expect(t.platform.setDirTime(dir, sec, nsec)).toBe(0);
      });
      for (const name of ["file", "dir"]) expectTime(name, sec, nsec);
    });
  }

  test("leave the access time alone", () => {
    // Written by tools and not read since, so that nothing but the platform could have moved it.
    t.shell("touch file link.target; mkdir dir; ln -s link.target link");
    const names = ["file", "dir", "link"];
    t.shell(`touch -h -a -d '2001-02-03 04:05:06.123456789 UTC' ${names.join(" ")}`);
    withHandles(t, (dir, file) => {
      t.shell("touch -a -d '2001-02-03 04:05:06.123456789 UTC' file dir");
      t.platform.setFileTime(file, 5, 0);
      t.platform.setDirTime(dir, 5, 0);
    });
    for (const name of names) t.platform.setTime(t.dir, raw(name), 7, 0);
    const kept = grain === 1 ? "04:05:06.123456789" : "04:05:06.123456";
    for (const name of names) expect(t.tool("%x", name)).toContain(kept);
  });

  test("of what is missing are refused", () => {
    expectRefused(t.platform.setTime(t.dir, raw("missing"), 0, 0), "ENOENT");
  });
});

/** As fchmodat2 is for kernels before 6.6. */
const NO_SUCH_SYSTEM_CALL = 100_000;

test("without fchmodat2 modes are set all the same, and never through a symlink", async () => {
  const calls = openCalls();
  const syscall = (_number: number, ...args: [number, number, number, number, number]) =>
    calls.libc.syscall(NO_SUCH_SYSTEM_CALL, ...args);
  const libc = Object.create(calls.libc, { syscall: { value: syscall } }) as typeof calls.libc;
  const setMode = modeCall({ ...calls, libc });
  const { openRoot, closeDir } = createLinuxPlatform();
  await inScratch(async (folder) => {
    run(["sh", "-c", `cd ${folder} && touch file && mkdir dir && mkfifo fifo && ln -s file link`]);
    const opened = openRoot(folder as RawPath) as Dir;
    for (const name of ["file", "dir", "fifo"]) {
      expect(setMode(opened, raw(name), 0o4751)).toBe(0);
      expect(run(["stat", "-c", "%a", `${folder}/${name}`])).toBe("4751");
    }
    expect(setMode(opened, raw("link"), 0o600)).toBe(UNSUPPORTED);
    expect(run(["stat", "-c", "%a", `${folder}/file`])).toBe("4751");
    expectRefused(setMode(opened, raw("missing"), 0o600), "ENOENT");
    closeDir(opened);
  });
});
