// Opening, listing, making and removing directories.

import { expect, test } from "bun:test";
import { Kind } from "#model/entry.ts";
import { Errno } from "#platform/errno.ts";
import type { Dir } from "#platform/platform.ts";
import { expectRefused, onEveryBackend, raw, rawPath, run, succeeded } from "./trial.ts";

onEveryBackend("openRoot()", (t) => {
  const refusal = (path: string) => t.platform.openRoot(rawPath(path));

  test("follows symlinks, also on the way", () => {
    t.shell("mkdir -p real/inner; ln -s real link");
    const dir = t.openRoot(`${t.path}/link/inner`);
    t.platform.statDir(dir, t.slot);
    expect(String(t.slot.inodeLow)).toBe(t.tool("%i", "real/inner"));
    t.platform.closeDir(dir);
  });

  test("takes a path relative to the working directory and keeps its meaning when that changes", () => {
    t.shell("mkdir -p a; touch a/marker");
    const before = process.cwd();
    try {
      process.chdir(t.path);
      const dir = t.openRoot("a/../a");
      process.chdir("/");
      expect(t.list(dir).names).toEqual(["marker"]);
      expect(t.platform.unlink(dir, raw("marker"))).toBe(0);
      t.platform.closeDir(dir);
    } finally {
      process.chdir(before);
    }
  });

  test("opens the root of all paths", () => {
    const dir = t.openRoot("/");
    expect(t.platform.stat(dir, raw("proc"), t.slot)).toBe(0);
    const inner = succeeded(t.platform.openBeneath(dir, rawPath(t.path.slice(1)))) as Dir;
    t.platform.closeDir(inner);
    t.platform.closeDir(dir);
  });

  test("refuses what is no directory", () => {
    t.shell("touch file; ln -s nowhere dangling; ln -s loop loop");
    expectRefused(refusal(`${t.path}/missing`), "ENOENT");
    expectRefused(refusal(`${t.path}/file`), "ENOTDIR");
    expectRefused(refusal(`${t.path}/file/below`), "ENOTDIR");
    expectRefused(refusal(`${t.path}/dangling`), "ENOENT");
    expectRefused(refusal(`${t.path}/loop`), "ELOOP");
    expectRefused(refusal(`${t.path}/${"n".repeat(256)}`), "ENAMETOOLONG");
  });
});

onEveryBackend("openBeneath()", (t) => {
  const refusal = (path: string) => t.platform.openBeneath(t.dir, rawPath(path));

  test("opens the root again, a child and a grandchild", () => {
    t.shell("mkdir -p a/b; touch a/b/c");
    const again = t.openBeneath("");
    expect(again).not.toBe(t.dir);
    expect(t.list(again).names).toEqual(["a"]);
    const deep = t.openBeneath("a/b");
    expect(t.list(deep)).toEqual({ names: ["c"], kinds: [Kind.file], chunks: 1 });
    for (const dir of [again, deep]) t.platform.closeDir(dir);
  });

  test("refuses a symlink anywhere on the way, even to a place beneath", () => {
    t.shell("mkdir -p real/inner; ln -s real link; ln -s / out; ln -s inner real/last");
    expectRefused(refusal("link"), "ELOOP", "ENOTDIR");
    expectRefused(refusal("link/inner"), "ELOOP", "ENOTDIR");
    expectRefused(refusal("out/tmp"), "ELOOP", "ENOTDIR");
    expectRefused(refusal("real/last"), "ELOOP", "ENOTDIR");
  });

  test("refuses to leave the root", () => {
    t.shell("mkdir a");
    expectRefused(refusal(".."), "EXDEV");
    expectRefused(refusal("../a"), "EXDEV");
    expectRefused(refusal("a/../../a"), "EXDEV");
    expectRefused(refusal("/tmp"), "EXDEV");
  });

  test("refuses what is missing or no directory", () => {
    t.shell("touch file; mkfifo fifo");
    expectRefused(refusal("missing"), "ENOENT");
    expectRefused(refusal("missing/below"), "ENOENT");
    expectRefused(refusal("file"), "ENOTDIR");
    expectRefused(refusal("file/below"), "ENOTDIR");
    expectRefused(refusal("fifo"), "ENOTDIR");
    expectRefused(refusal("n".repeat(256)), "ENAMETOOLONG");
  });

  test("reaches paths beyond PATH_MAX, where the backend has handles, and no symlink there", () => {
    const path = `${Array(30).fill("d".repeat(200)).join("/")}/bottom`;
    run(["mkdir", "-p", path], t.path);
    const inode = t.shell("find . -name bottom -printf %i");
    if (!t.backend.opensPathsBeyondPathMax) return expectRefused(refusal(path), "ENAMETOOLONG");

    const bottom = t.openBeneath(path);
    t.platform.statDir(bottom, t.slot);
    expect(String(t.slot.inodeLow + t.slot.inodeHigh * 2 ** 32)).toBe(inode);
    t.platform.makeSymlink(bottom, raw("up"), rawPath(".."));
    t.platform.makeDir(bottom, raw("below"), 0o755);
    t.platform.closeDir(bottom);
    t.platform.closeDir(t.openBeneath(`${path}/below`));
    expectRefused(refusal(`${path}/up`), "ELOOP", "ENOTDIR");
    expectRefused(refusal(`${path}/up/bottom`), "ELOOP", "ENOTDIR");
    expectRefused(refusal(`${path}/missing`), "ENOENT");
  });
});

onEveryBackend("readDir()", (t) => {
  test("gives nothing for an empty directory, again and again", () => {
    t.shell("mkdir -p filled/entry");
    const filled = t.openBeneath("filled");
    const empty = t.openBeneath("filled/entry");
    const listing = t.platform.newListing();
    expect(t.platform.readDir(filled, listing)).toBe(1);
    expect(t.platform.readDir(empty, listing)).toBe(0);
    expect(listing.count).toBe(0);
    expect(t.platform.readDir(empty, listing)).toBe(0);
    t.platform.closeDir(empty);
    t.platform.rewindDir(filled);
    expect(t.platform.readDir(filled, listing)).toBe(1);
    t.platform.closeDir(filled);
    expectRefused(t.platform.readDir(filled, listing), "EBADF");
    expect(listing.count).toBe(0);
  });

  test("gives each entry once with its kind, or with none", () => {
    t.shell("touch file; mkdir directory; ln -s x symlink; mkfifo fifo");
    const expected: Record<string, number> = {
      file: Kind.file,
      directory: Kind.directory,
      symlink: Kind.symlink,
      fifo: Kind.fifo,
    };
    const { names, kinds } = t.list(t.dir);
    expect(names.toSorted()).toEqual(Object.keys(expected).toSorted());
    names.forEach((name, i) => expect(kinds[i]).toBeOneOf([expected[name], Kind.unknown]));
  });

  test("goes through 5,500 entries in chunks, and once more after rewindDir() from half way", () => {
    t.shell("seq -f 'a name of some length %06g' 5500 | xargs -d '\\n' touch");
    const expected = t.shell("ls -A | LC_ALL=C sort").split("\n");
    const first = t.platform.newListing();
    const dir = t.openBeneath("");
    expect(t.platform.readDir(dir, first)).toBeWithin(1, 5500);
    const all = t.list(dir);
    t.platform.closeDir(dir);
    expect(all.chunks).toBeGreaterThan(1);
    expect(all.kinds.length).toBe(5500);
    expect(all.names.toSorted()).toEqual(expected);
  }, 60_000);

  test("sees what was added since, after rewindDir()", () => {
    expect(t.list(t.dir).names).toEqual([]);
    t.shell("touch late");
    expect(t.list(t.dir).names).toEqual(["late"]);
  });

  test("on a directory that was removed gives nothing or ENOENT", () => {
    t.shell("mkdir gone");
    const gone = t.openBeneath("gone");
    t.shell("rmdir gone");
    expect(t.platform.readDir(gone, t.platform.newListing())).toBeOneOf([0, -Errno.ENOENT]);
    expectRefused(t.platform.createFile(gone, raw("file"), 0o600), "ENOENT");
    t.platform.closeDir(gone);
  });
});

onEveryBackend("makeDir() and removeDir()", (t) => {
  const make = (name: string) => t.platform.makeDir(t.dir, raw(name), 0o755);
  const remove = (name: string) => t.platform.removeDir(t.dir, raw(name));

  test("give exactly the mode that is asked for", () => {
    for (const mode of [0o700, 0o755, 0o777, 0o1777, 0o311]) {
      expect(t.platform.makeDir(t.dir, raw(`m${mode}`), mode)).toBe(0);
      expect(t.tool("%f", `m${mode}`)).toBe((0o40000 + mode).toString(16));
      expect(remove(`m${mode}`)).toBe(0);
    }
    expect(t.shell("ls -A")).toBe("");
  });

  test("refuse as mkdir(2) does", () => {
    t.shell("mkdir dir; touch file; ln -s nowhere dangling");
    for (const name of ["dir", "file", "dangling"]) expectRefused(make(name), "EEXIST");
    expectRefused(make("n".repeat(256)), "ENAMETOOLONG");
  });

  test("refuse as rmdir(2) does", () => {
    t.shell("mkdir -p full/inner; touch file; ln -s full link");
    expectRefused(remove("full"), "ENOTEMPTY", "EEXIST");
    expectRefused(remove("file"), "ENOTDIR");
    expectRefused(remove("link"), "ENOTDIR");
    expectRefused(remove("missing"), "ENOENT");
    expect(t.shell("ls -A")).toBe("file\nfull\nlink");
  });
});
