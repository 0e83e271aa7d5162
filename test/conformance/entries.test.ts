// Entries by name: stat, symlinks, nodes, links, renames, removal.

import { expect, test } from "bun:test";
import { areAlike, Kind, type Moment, NEVER, type Stat } from "#model/entry.ts";
import type { Dir, StatSlot } from "#platform/platform.ts";
import { TextNames } from "#platform/text_names.ts";
import {
  expectRefused,
  isLinux,
  isRoot,
  onEveryBackend,
  raw,
  rawPath,
  ROOTS,
  value,
} from "./trial.ts";

/** Whether a file system has the flags is for chattr(1) to say. */
const takesFlags = new Map(ROOTS.map((root) => [root, isLinux && isRoot && toolSetsFlag(root)]));

function toolSetsFlag(root: string): boolean {
  const script = 'f=$(mktemp -p "$0"); chattr +i "$f"; s=$?; chattr -i "$f"; rm "$f"; exit $s';
  return Bun.spawnSync(["sh", "-c", script, root]).exitCode === 0;
}

/** A stat in the words of STAT_FORMAT. */
const STAT_FORMAT = "%f %u %g %h %s %b %Y %y %Z %z %i %Hd:%Ld %Hr:%Lr";

function described(stat: Stat): string {
  const { kind, mode, uid, gid, nlink, sizeBytes } = stat;
  const inode = BigInt(stat.inodeHigh) * 4294967296n + BigInt(stat.inodeLow);
  return [
    (kind * 4096 + mode).toString(16),
    [uid, gid, nlink, sizeBytes, stat.allocatedBytes / 512].join(" "),
    [stat.mtimeSec, fraction(stat.mtimeNsec), stat.ctimeSec, fraction(stat.ctimeNsec)].join(" "),
    inode,
    `${stat.deviceMajor}:${stat.deviceMinor} ${stat.rdevMajor}:${stat.rdevMinor}`,
  ].join(" ");
}

const fraction = (nsec: number) => String(nsec).padStart(9, "0");

/** What stat(1) says, its dates cut to their nanoseconds: "2026-01-01 00:00:00.123456789 +0000". */
function toolDescribed(output: string): string {
  return output.replace(/\d+-\d\d-\d\d \d\d:\d\d:\d\d\.(\d{9}) [+-]\d{4}/g, "$1");
}

/** Called with names: those in b become later than those in a, for the clock of a file system goes in steps. */
const CHANGED_LATER = `later() { for name; do
    while touch -hr "a/$name" "b/$name"; [ "$(stat -c %z "a/$name")" = "$(stat -c %z "b/$name")" ]; do :; done
  done; }; later`;

onEveryBackend("passAlike()", (t) => {
  /**
   * The names, in this order, that it passes in the directories a and b, with what it says of files; that areAlike() agrees;
   * and that the entry at which it stopped is described.
   */
  function passedSince(begun: Moment, ...names: string[]) {
    const [a, b] = [t.openBeneath("a"), t.openBeneath("b")];
    const alike = t.platform.newAlike();
    alike.begun = begun;
    const [original, copy] = [t.platform.newStat(), t.platform.newStat()];
    const kinds = names.map((name) => {
      t.platform.stat(a, raw(name), original);
      return original.kind;
    });
    const listed = new TextNames(names.map(raw), kinds);
    const stoppedAt = t.platform.passAlike(a, b, listed, 0, names.length, alike);
    for (const name of names.slice(0, stoppedAt + 1)) {
      const found = [t.platform.stat(a, raw(name), original), t.platform.stat(b, raw(name), copy)];
      if (found.some((result) => result < 0)) continue;
      const isPassed = names.indexOf(name) < stoppedAt;
      if (isPassed) expect(areAlike(original, copy)).toBe(true);
      else if (alike.isSeen)
        expect([alike.original, alike.copy].map(described)).toEqual(
          [original, copy].map(described),
        );
    }
    t.platform.closeDir(a);
    t.platform.closeDir(b);
    return {
      passed: names.slice(0, stoppedAt),
      ...(({ files, bytes }) => ({ files, bytes }))(alike),
    };
  }
  const passed = (...names: string[]) => passedSince(NEVER, ...names);
  const isAlike = (name: string) => passed(name).passed.length === 1;

  test("knows a copy from what is none", () => {
    t.shell(`mkdir a; cd a; for name in same size time mode linked older kind; do echo x > $name; done
      ln -s elsewhere link; ln -s other path; touch -hd '2001-02-03 04:05:06.789 UTC' *; touch -d '1969-12-31 UTC' same
      cp -a . ../b; cd ../b
      echo longer > size; touch -r ../a/size size; touch -d '2001-02-03 04:05:06.788 UTC' time; chmod 751 mode
      ln linked second; rm kind; mkdir kind; touch -r ../a/kind kind; touch ../a/late late; touch -r ../a/late late
      ln -sfn othen path; touch -hr ../a/path path; cd ..
      ${CHANGED_LATER} same late link older`);
    expect(["same", "link", "late", "older"].filter((name) => !isAlike(name))).toEqual([]);
    const different = ["size", "time", "mode", "linked", "kind", "path"];
    expect(different.filter(isAlike)).toEqual([]);
    // Its ctime is later than that of its copy.
    t.shell(`ctime() { stat -c %z "$1"; }
      while chmod 644 a/older; [ "$(ctime a/older)" = "$(ctime b/older)" ]; do :; done`);
    expect(isAlike("older")).toBe(false);
  });

  test("passes all that are alike, and stops at the first that is not", () => {
    t.shell(`mkdir a; cd a; echo 12345 > first; : > empty; ln -s first link; echo 1 > changed; mkdir dir; echo 12 > last
      cp -a . ../b; cd ..; ${CHANGED_LATER} first empty link last; touch -d '2001-02-03 UTC' b/changed`);
    const all = ["first", "empty", "link", "changed", "last"];
    expect(passed(...all)).toEqual({ passed: ["first", "empty", "link"], files: 2, bytes: 6 });
    expect(passed("last", "dir", "first")).toEqual({ passed: ["last"], files: 1, bytes: 3 });
    expect(passed("first", "last")).toEqual({ passed: ["first", "last"], files: 2, bytes: 9 });
  });

  test("stops at what was changed since the run began", () => {
    t.shell(`mkdir a; echo x > a/file; cp -a a b; ${CHANGED_LATER} file`);
    const { ctimeSec: sec, ctimeNsec: nsec } = t.stat("b/file");
    expect(passedSince({ sec, nsec: nsec + 1 }, "file").passed).toEqual(["file"]);
    expect(passedSince({ sec, nsec }, "file").passed).toEqual([]);
    expect(passedSince({ sec: sec - 1, nsec: nsec + 1 }, "file").passed).toEqual([]);
  });

  test("stops where either is missing", () => {
    t.shell("mkdir a b; touch a/first b/second");
    expect(isAlike("first")).toBe(false);
    expect(isAlike("second")).toBe(false);
  });
});

onEveryBackend("stat()", (t) => {
  const agrees = (name: string) =>
    expect(described(t.stat(name))).toBe(toolDescribed(t.tool(STAT_FORMAT, name)));

  test("says of every kind what stat(1) says", () => {
    t.shell(`head -c 100000 /dev/zero > file; mkdir -m 1751 dir; mkfifo fifo; ln -s ${"x".repeat(99)} link
      ln file second; truncate -s 1M holes; touch -d '1969-12-31 23:59:54.75 UTC' before1970
      touch -d '1901-12-14 UTC' old; touch -d '2038-02-01 00:00:00.000000001 UTC' late
      touch -h -d '2001-02-03 04:05:06.789 UTC' link; chmod 6755 holes`);
    for (const name of ["file", "dir", "fifo", "link", "second", "holes"]) agrees(name);
    for (const name of ["before1970", "old", "late"]) agrees(name);
    expect(t.stat("file").kind).toBe(Kind.file);
    expect(t.stat("link").kind).toBe(Kind.symlink);
  });

  test.skipIf(!isRoot)("tells device numbers and owners of any size", () => {
    t.shell(`mknod char c 300 70000; mknod block b 511 262143; touch owned
      chown 4294967294:70000 owned; chown -h 3000000000:1 char`);
    for (const name of ["char", "block", "owned"]) agrees(name);
    expect(t.stat("char")).toMatchObject({ kind: Kind.charDevice, rdevMajor: 300 });
    expect(t.stat("block")).toMatchObject({ kind: Kind.blockDevice, rdevMinor: 262143 });
  });

  test("is the same by handle, of a directory and of a file", () => {
    t.shell("mkdir dir; echo content > file");
    const dir = t.openBeneath("dir");
    expect(t.platform.statDir(dir, t.slot)).toBe(0);
    expect(described(t.slot)).toBe(toolDescribed(t.tool(STAT_FORMAT, "dir")));
    t.platform.closeDir(dir);
    const file = t.openRead("file");
    expect(t.platform.statFile(file, t.slot)).toBe(0);
    expect(described(t.slot)).toBe(toolDescribed(t.tool(STAT_FORMAT, "file")));
    t.closeFile(file);
  });

  test("tells the mount, where the backend can", () => {
    t.shell("touch file");
    // /proc/self/mountinfo: the first field is the mount's number, the fifth where it is.
    const where = t.shell("stat --format=%m file");
    const lines = t.shell("cat /proc/self/mountinfo").split("\n");
    const mount = lines.findLast((line) => line.split(" ")[4] === where)?.split(" ")[0];
    expect(t.stat("file").mountId).toBe(t.backend.tellsMounts ? Number(mount) : 0);
  });

  test.skipIf(!takesFlags.get(t.root))("tells what chattr(1) made immutable or append-only", () => {
    t.shell("touch free fixed grows; chattr +i fixed; chattr +a grows");
    const told = ["free", "fixed", "grows"].map((name) => t.stat(name).immutable);
    const refused = t.platform.unlink(t.dir, raw("fixed"));
    t.shell("chattr -i fixed; chattr -a grows");
    expect(told).toEqual(t.backend.tellsImmutable ? [false, true, true] : [false, false, false]);
    expectRefused(refused, "EPERM");
  });

  test("keeps two slots apart", () => {
    t.shell("echo 1 > a; echo 22 > b");
    const other: StatSlot = t.platform.newStat();
    t.platform.stat(t.dir, raw("b"), other);
    expect([t.stat("a").sizeBytes, other.sizeBytes]).toEqual([2, 3]);
  });

  test("refuses what is missing", () => {
    t.shell("touch file");
    const refusal = (name: string) => t.platform.stat(t.dir, raw(name), t.slot);
    expectRefused(refusal("missing"), "ENOENT");
    expectRefused(refusal("n".repeat(256)), "ENAMETOOLONG");
  });
});

onEveryBackend("symlinks", (t) => {
  const make = (name: string, target: string) =>
    t.platform.makeSymlink(t.dir, raw(name), rawPath(target));
  const read = (name: string) => t.platform.readLink(t.dir, raw(name));

  test("carry any target, byte for byte", () => {
    const isXfs = value(t.platform.fileSystem(t.dir)).kind === "xfs";
    const longest = "t".repeat(isXfs ? 1023 : 4095);
    const targets = ["../..//x/.", "/", "\xff\xfe\n", " ", "caf\xc3\xa9", longest];
    targets.forEach((target, i) => {
      expect(make(`link${i}`, target)).toBe(0);
      expect(read(`link${i}`)).toBe(rawPath(target));
      expect(t.shell(`readlink -n link${i}; echo .`)).toBe(`${target}.`);
    });
  });

  test("are refused as symlink(2) and readlink(2) do", () => {
    t.shell("touch file; mkdir dir; ln -s nowhere dangling");
    for (const name of ["file", "dir", "dangling"]) expectRefused(make(name, "x"), "EEXIST");
    expectRefused(make("n".repeat(256), "x"), "ENAMETOOLONG");
    expectRefused(make("long", "t".repeat(4096)), "ENAMETOOLONG");
    expectRefused(make("longer", "t".repeat(9000)), "ENAMETOOLONG");
    expectRefused(read("file"), "EINVAL");
    expectRefused(read("dir"), "EINVAL");
    expectRefused(read("missing"), "ENOENT");
  });
});

onEveryBackend("makeNode()", (t) => {
  if (t.backend.lacks.has("makeNode")) return;

  test.skipIf(!isRoot)("makes every special", () => {
    t.shell(`mkfifo fifo; mknod char c 300 70000; mknod block b 511 262143; mknod out c 0 0`);
    for (const name of ["fifo", "char", "block", "out"]) {
      const like = t.stat(name);
      expect(t.platform.makeNode(t.dir, raw(`${name}2`), like, 0o640)).toBe(0);
      expect(t.tool("%F %Hr:%Lr %a", `${name}2`)).toBe(`${t.tool("%F %Hr:%Lr", name)} 640`);
      expectRefused(t.platform.makeNode(t.dir, raw(name), like, 0o640), "EEXIST");
    }
    const socket = { ...t.stat("fifo"), kind: Kind.socket, rdevMajor: 0, rdevMinor: 0 } as Stat;
    expect(t.platform.makeNode(t.dir, raw("socket"), socket, 0o7777)).toBe(0);
    expect(t.tool("%F %a", "socket")).toBe("socket 7777");
  });
});

onEveryBackend("link()", (t) => {
  const link = (from: string, to: string, toDir: Dir = t.dir) =>
    t.platform.link(t.dir, raw(from), toDir, raw(to));

  test("gives a file, a FIFO and a symlink itself a second name, in any directory", () => {
    t.shell("echo x > file; mkfifo fifo; ln -s file symlink; mkdir dir");
    const dir = t.openBeneath("dir");
    for (const name of ["file", "fifo", "symlink"]) {
      expect(link(name, name, dir)).toBe(0);
      expect(t.tool("%i %h", `dir/${name}`)).toBe(t.tool("%i 2", name));
    }
    t.platform.closeDir(dir);
  });

  test("refuses as link(2) does", () => {
    t.shell("touch file taken; mkdir dir; ln -s nowhere dangling");
    expectRefused(link("file", "taken"), "EEXIST");
    expectRefused(link("file", "dangling"), "EEXIST");
    expectRefused(link("missing", "new"), "ENOENT");
    expectRefused(link("dir", "new"), "EPERM");
    expectRefused(link("file", "n".repeat(256)), "ENAMETOOLONG");
  });

  for (const other of ROOTS.filter((root) => root !== t.root)) {
    test(`and rename() refuse to cross to ${other}`, () => {
      const abroad = t.openRoot(other);
      t.shell("touch file");
      expectRefused(link("file", "blit-conformance-never", abroad), "EXDEV");
      const renamed = t.platform.rename(t.dir, raw("file"), abroad, raw("blit-conformance-never"));
      expectRefused(renamed, "EXDEV");
      t.platform.closeDir(abroad);
    });
  }
});

onEveryBackend("rename()", (t) => {
  const rename = (from: string, to: string, toDir: Dir = t.dir) =>
    t.platform.rename(t.dir, raw(from), toDir, raw(to));

  test("replaces what it may, across directories too", () => {
    t.shell(`echo new > file; echo old > taken; mkdir dir empty full; touch full/x
      ln -s nowhere link; mkfifo fifo`);
    expect(rename("file", "taken")).toBe(0);
    expect(t.shell("cat taken")).toBe("new");
    expect(rename("link", "fifo")).toBe(0);
    expect(t.shell("readlink fifo")).toBe("nowhere");
    expect(rename("full", "empty")).toBe(0);
    expect(t.shell("ls empty")).toBe("x");
    const dir = t.openBeneath("dir");
    expect(rename("taken", "inside", dir)).toBe(0);
    expect(t.shell("cat dir/inside")).toBe("new");
    t.platform.closeDir(dir);
  });

  test("never follows a symlink at either end", () => {
    t.shell("echo keep > target; ln -s target link; echo new > file");
    expect(rename("file", "link")).toBe(0);
    expect(t.shell("cat target link")).toBe("keep\nnew");
  });

  test("refuses as rename(2) does", () => {
    t.shell("touch file; mkdir -p dir full/x");
    expectRefused(rename("missing", "new"), "ENOENT");
    expectRefused(rename("dir", "full"), "ENOTEMPTY", "EEXIST");
    expectRefused(rename("file", "dir"), "EISDIR");
    expectRefused(rename("dir", "file"), "ENOTDIR");
    expectRefused(rename("file", "n".repeat(256)), "ENAMETOOLONG");
    const inner = t.openBeneath("full/x");
    expectRefused(rename("full", "y", inner), "EINVAL");
    t.platform.closeDir(inner);
  });
});

onEveryBackend("unlink()", (t) => {
  const unlink = (name: string) => t.platform.unlink(t.dir, raw(name));

  test("removes the entry itself", () => {
    t.shell("touch file; mkfifo fifo; ln -s file link; ln -s dir dirlink; mkdir dir; touch dir/x");
    for (const name of ["link", "dirlink", "fifo"]) expect(unlink(name)).toBe(0);
    expect(t.shell("find . -mindepth 1 | sort")).toBe("./dir\n./dir/x\n./file");
  });

  test("refuses as unlink(2) does", () => {
    t.shell("mkdir dir");
    expectRefused(unlink("dir"), "EISDIR", "EPERM");
    expectRefused(unlink("missing"), "ENOENT");
    expect(t.shell("ls")).toBe("dir");
  });
});
