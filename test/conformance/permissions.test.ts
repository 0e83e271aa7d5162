// What a user without privilege is refused. Run as root, which takes on another user for the time of a test.

import { expect, test } from "bun:test";
import { expectRefused, isRoot, onEveryBackend, raw, type Trial } from "./trial.ts";

const NOBODY = 65_534;

function asNobody(use: () => void): void {
  process.setegid?.(NOBODY);
  process.seteuid?.(NOBODY);
  try {
    use();
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
  }
}

function makeForeignTree(t: Trial): void {
  t.shell(`chmod 755 .; mkdir -m 700 closed; mkdir closed/inner; mkdir -m 755 open; mkdir -m 777 any
    echo x > open/file; echo y > open/secret; chmod 600 open/secret; ln -s x open/link`);
}

onEveryBackend("without privilege", (t) => {
  test.skipIf(!isRoot)("isPrivileged() tells", () => {
    expect(t.platform.isPrivileged()).toBe(true);
    asNobody(() => expect(t.platform.isPrivileged()).toBe(false));
  });

  test.skipIf(!isRoot)("another's entries can be neither entered, read nor changed", () => {
    makeForeignTree(t);
    const open = t.openBeneath("open");
    const { platform } = t;
    const [file, secret] = [raw("file"), raw("secret")];
    asNobody(() => {
      expectRefused(platform.openBeneath(t.dir, raw("closed") as never), "EACCES");
      expectRefused(platform.openBeneath(t.dir, raw("closed/inner") as never), "EACCES");
      expectRefused(platform.openRead(open, secret), "EACCES");
      expectRefused(platform.createFile(open, raw("new"), 0o644), "EACCES");
      expectRefused(platform.makeDir(open, raw("new"), 0o755), "EACCES");
      expectRefused(platform.unlink(open, file), "EACCES");
      expectRefused(platform.rename(open, file, open, raw("new")), "EACCES");
      expectRefused(platform.setMode(open, file, 0o777), "EPERM");
      expectRefused(platform.setOwner(open, file, NOBODY, NOBODY), "EPERM");
      expectRefused(platform.setTime(open, file, 0, 0), "EPERM");
      expectRefused(platform.setTime(open, raw("link"), 0, 0), "EPERM");
      expectRefused(platform.setDirMode(open, 0o777), "EPERM");
      expectRefused(platform.setDirOwner(open, NOBODY, NOBODY), "EPERM");
      expectRefused(platform.setDirTime(open, 0, 0), "EPERM");
    });
    platform.closeDir(open);
  });

  test.skipIf(!isRoot)("one's own entries can be made and changed, but not given away", () => {
    makeForeignTree(t);
    const any = t.openBeneath("any");
    const { platform } = t;
    const name = raw("mine");
    asNobody(() => {
      const file = platform.createFile(any, name, 0o200) as ReturnType<typeof t.create>;
      expect(platform.setFileTime(file, 1, 0)).toBe(0);
      expectRefused(platform.setFileOwner(file, 0, 0), "EPERM");
      t.closeFile(file);
      expect(platform.setMode(any, name, 0o400)).toBe(0);
      expect(platform.setTime(any, name, 2, 0)).toBe(0);
      expectRefused(platform.setOwner(any, name, 0, 0), "EPERM");
      expect(platform.unlink(any, name)).toBe(0);
    });
    platform.closeDir(any);
  });
});
