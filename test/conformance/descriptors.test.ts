// Handles: none is left open by an operation, whether it succeeds or fails, and a bad one is refused.

import { expect, test } from "bun:test";
import { readdirSync, readlinkSync } from "node:fs";
import type { Dir } from "#platform/platform.ts";
import { expectRefused, isLinux, onEveryBackend, raw, rawPath, type Trial } from "./trial.ts";

/** What this process has open beneath a directory. */
function openBeneath(path: string): string[] {
  const targets = readdirSync("/proc/self/fd").map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return "";
    }
  });
  return targets.filter((target) => target.startsWith(path)).toSorted();
}

/** Opens and closes, succeeds and fails in every way that has a handle to lose. */
function useHandles(t: Trial): void {
  const { platform, dir } = t;
  t.platform.closeDir(t.openRoot(`${t.path}/a/b`));
  t.platform.closeDir(t.openBeneath("a/b/c"));
  t.platform.closeDir(t.openBeneath("d".repeat(200)));
  platform.openRoot(rawPath(`${t.path}/file`));
  platform.openRoot(rawPath(`${t.path}/a/missing`));
  for (const path of ["a/missing", "a/b/link", "a/b/link/c", "a/b/c/file", "file/x"])
    expect(platform.openBeneath(dir, rawPath(path))).toBeLessThan(0);
  const beyondPathMax = `${"a/../".repeat(1000)}missing`;
  expect(platform.openBeneath(dir, rawPath(beyondPathMax))).toBeLessThan(0);
  const inner = t.openBeneath("a/b");
  t.list(inner);
  platform.rewindDir(inner);
  platform.readDir(inner, platform.newListing());
  platform.closeDir(inner);
  t.closeFile(t.openRead("file"));
  for (const name of ["missing", "a/b/link"]) platform.openRead(dir, raw(name));
  platform.createFile(dir, raw("file"), 0o600);
  t.closeFile(t.create("new", "content"));
  platform.stat(dir, raw("new"), t.slot);
  platform.setMode(dir, raw("new"), 0o600);
  platform.setTime(dir, raw("new"), 0, 0);
  platform.setXattr(dir, raw("new"), "user.x", new Uint8Array(1));
  platform.listXattrs(dir, raw("new"));
  platform.fileSystem(dir);
  platform.unlink(dir, raw("new"));
}

onEveryBackend("handles", (t) => {
  test.skipIf(!isLinux)("are all closed again", () => {
    t.shell(`mkdir -p a/b/c ${"d".repeat(200)}; touch file a/b/c/file; ln -s c a/b/link`);
    const before = openBeneath(t.path);
    expect(before.length).toBe(1);
    for (let i = 0; i < 20; i++) useHandles(t);
    expect(openBeneath(t.path)).toEqual(before);
  });

  test("that are not open are refused", () => {
    const { platform, slot } = t;
    const closed = 999_999 as Dir;
    const [name, path] = [raw("x"), rawPath("x")];
    expectRefused(platform.openBeneath(closed, path), "EBADF");
    expectRefused(platform.readDir(closed, platform.newListing()), "EBADF");
    expectRefused(platform.rewindDir(closed), "EBADF");
    expectRefused(platform.makeDir(closed, name, 0o755), "EBADF");
    expectRefused(platform.removeDir(closed, name), "EBADF");
    expectRefused(platform.stat(closed, name, slot), "EBADF");
    expectRefused(platform.statDir(closed, slot), "EBADF");
    expectRefused(platform.readLink(closed, name), "EBADF");
    expectRefused(platform.makeSymlink(closed, name, path), "EBADF");
    expectRefused(platform.link(closed, name, t.dir, name), "EBADF");
    expectRefused(platform.rename(closed, name, t.dir, name), "EBADF");
    expectRefused(platform.unlink(closed, name), "EBADF");
    expectRefused(platform.setOwner(closed, name, 0, 0), "EBADF");
    expectRefused(platform.setMode(closed, name, 0o600), "EBADF");
    expectRefused(platform.setTime(closed, name, 0, 0), "EBADF");
    expectRefused(platform.setDirOwner(closed, 0, 0), "EBADF");
    expectRefused(platform.setDirMode(closed, 0o600), "EBADF");
    expectRefused(platform.setDirTime(closed, 0, 0), "EBADF");
    expectRefused(platform.openRead(closed, name), "EBADF");
    expectRefused(platform.createFile(closed, name, 0o600), "EBADF");
    expectRefused(platform.fileSystem(closed), "EBADF");
    platform.closeDir(closed);
  });

  test.skipIf(!isLinux)("of files that may wait are closed, and no others among them", () => {
    const { platform, slot } = t;
    const files = Array.from({ length: 100 }, (_, index) => t.create(`f${index}`, "content"));
    const kept = files.filter((_, index) => index % 40 === 39);
    for (const file of files) if (!kept.includes(file)) platform.closeFileLater(file);
    platform.closeWaitingFiles();
    platform.closeWaitingFiles();
    expect(openBeneath(t.path).length).toBe(1 + kept.length);
    for (const file of kept) {
      expect(platform.statFile(file, slot)).toBe(0);
      t.closeFile(file);
    }
    for (const index of files.keys()) platform.closeFileLater(t.openRead(`f${index}`));
    platform.closeWaitingFiles();
    expect(openBeneath(t.path).length).toBe(1);
  });

  test("survive the closing of others", () => {
    t.shell("mkdir -p a/b; touch a/b/file");
    const a = t.openBeneath("a");
    const b = t.platform.openBeneath(a, rawPath("b")) as Dir;
    t.platform.closeDir(a);
    expect(t.list(b).names).toEqual(["file"]);
    t.platform.closeDir(b);
  });
});
