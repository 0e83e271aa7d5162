import { expect, test } from "bun:test";
import { Kind, type Stat } from "#model/entry.ts";
import type { ComparePolicy } from "#model/options.ts";
import { Change, compareEntry } from "#planner/compare.ts";
import { policy, stat } from "./fixtures.ts";

const LIMITS = { grainNsec: 1 };

/** The destination is changed after the source, as a copy is. */
const LATER = { ctimeSec: stat().ctimeSec + 1 };

/** The names of the bits that are set. */
function changes(
  source: Partial<Stat>,
  target: Partial<Stat>,
  fields: Partial<ComparePolicy> = {},
): string[] {
  const bits = compareEntry(stat(source), stat({ ...LATER, ...target }), policy(fields), LIMITS);
  return Object.entries(Change)
    .filter(([, bit]) => typeof bit === "number" && (bits & bit) !== 0)
    .map(([name]) => name);
}

const kinds = Object.values(Kind).filter(
  (kind): kind is Kind => typeof kind === "number" && kind !== Kind.unknown,
);
const pairs = kinds.flatMap((source) => kinds.map((target) => [source, target] as const));

test("another kind is made anew, the same kind never is", () => {
  for (const [source, target] of pairs) {
    const found = changes({ kind: source }, { kind: target });
    expect([source, target, found.includes("create")]).toEqual([source, target, source !== target]);
  }
});

test("--ignore-existing keeps what is there, except for what a directory is itself", () => {
  for (const [source, target] of pairs) {
    const found = changes(
      { kind: source, mode: 0o700 },
      { kind: target, mode: 0o755 },
      { ignoreExisting: true },
    );
    const areDirectories = source === Kind.directory && target === Kind.directory;
    expect([source, target, found]).toEqual([source, target, areDirectories ? ["mode"] : ["keep"]]);
  }
});

test("each part of the metadata asks for its own mending, without copying", () => {
  expect(changes({ mode: 0o4755 }, { mode: 0o755 })).toEqual(["mode"]);
  expect(changes({ uid: 0 }, { uid: 1 })).toEqual(["owner"]);
  expect(changes({ gid: 0 }, { gid: 1 })).toEqual(["owner"]);
  expect(changes({ kind: Kind.directory, mtimeSec: 1 }, { kind: Kind.directory })).toEqual([
    "time",
    "xattrs",
  ]);
  expect(changes({ kind: Kind.fifo, mtimeSec: 1 }, { kind: Kind.fifo })).toEqual([
    "time",
    "xattrs",
  ]);
  expect(changes({ uid: 0, gid: 1 }, { uid: 1, gid: 0 }, { preserveOwner: false })).toEqual([]);
});

test("a symlink's target is always compared, its mode never", () => {
  const link = { kind: Kind.symlink };
  expect(changes({ ...link, mode: 0o777 }, { ...link, mode: 0o755 })).toEqual(["target"]);
  expect(changes({ ...link, sizeBytes: 3 }, { ...link, sizeBytes: 4 })).toEqual(["target"]);
});

test("a device node with another number is another one", () => {
  for (const kind of [Kind.charDevice, Kind.blockDevice]) {
    expect(
      changes({ kind, rdevMajor: 1, rdevMinor: 3 }, { kind, rdevMajor: 1, rdevMinor: 5 }),
    ).toEqual(["create"]);
    expect(
      changes({ kind, rdevMajor: 1, rdevMinor: 3 }, { kind, rdevMajor: 1, rdevMinor: 3 }),
    ).toEqual([]);
  }
});

test("size or time, older or newer, ask for the content", () => {
  expect(changes({ sizeBytes: 1 }, { sizeBytes: 2 })).toEqual(["content"]);
  for (const mtimeNsec of [123_456_788, 123_456_790]) {
    expect(changes({}, { mtimeNsec })).toEqual(["content", "time", "xattrs"]);
  }
  expect(
    changes({ kind: Kind.directory, sizeBytes: 1 }, { kind: Kind.directory, sizeBytes: 2 }),
  ).toEqual([]);
});

test("--size-only mends a differing time without copying", () => {
  expect(changes({}, { mtimeSec: 5 }, { sizeOnly: true })).toEqual(["time", "xattrs"]);
  expect(changes({ sizeBytes: 1 }, { sizeBytes: 2 }, { sizeOnly: true })).toEqual(["content"]);
});

test("--checksum compares what has the same size, whatever its time", () => {
  expect(changes({}, {}, { checksum: true })).toEqual(["xattrs", "verify"]);
  expect(changes({}, { mtimeSec: 5 }, { checksum: true })).toEqual(["time", "xattrs", "verify"]);
  expect(changes({ sizeBytes: 1 }, { sizeBytes: 2 }, { checksum: true })).toEqual([
    "content",
    "xattrs",
  ]);
  expect(changes({}, {}, { checksum: true, sizeOnly: true })).toEqual(["xattrs", "verify"]);
});

test("--ignore-times copies what is equal", () => {
  expect(changes({}, {}, { ignoreTimes: true })).toEqual(["content"]);
});

test("--update leaves a newer file as it is, whatever else differs", () => {
  const newer = { mtimeNsec: 123_456_790, sizeBytes: 99, mode: 0o600, uid: 7, nlink: 2 };
  for (const fields of [{}, { checksum: true }, { ignoreTimes: true }, { sizeOnly: true }]) {
    expect(changes({}, newer, { update: true, ...fields })).toEqual(["keep"]);
  }
  expect(changes({}, { sizeBytes: 99 }, { update: true })).toEqual(["content"]);
  expect(changes({}, { mtimeNsec: 123_456_788 }, { update: true })).toEqual([
    "content",
    "time",
    "xattrs",
  ]);
});

test("--update does not hold back what is no file", () => {
  const newer = { mtimeSec: 1_800_000_000 };
  expect(
    changes({ kind: Kind.symlink }, { ...newer, kind: Kind.symlink }, { update: true }),
  ).toEqual(["time", "xattrs", "target"]);
  expect(changes({}, { ...newer, kind: Kind.symlink }, { update: true })).toEqual(["create"]);
});

test("extended attributes are compared where the source's ctime is not the older one, and under --checksum", () => {
  expect(changes({ ctimeSec: 8 }, { ctimeSec: 7 })).toEqual(["xattrs"]);
  expect(changes({ ctimeSec: 8, ctimeNsec: 2 }, { ctimeSec: 8, ctimeNsec: 1 })).toEqual(["xattrs"]);
  // Within one step of the clock nobody knows which was changed last.
  expect(changes({ ctimeSec: 8, ctimeNsec: 1 }, { ctimeSec: 8, ctimeNsec: 1 })).toEqual(["xattrs"]);
  expect(changes({ ctimeSec: 8, ctimeNsec: 1 }, { ctimeSec: 8, ctimeNsec: 2 })).toEqual([]);
  expect(changes({ ctimeSec: 7, ctimeNsec: 2 }, { ctimeSec: 8, ctimeNsec: 1 })).toEqual([]);
  const newer = [{ ctimeSec: 8 }, { ctimeSec: 7 }] as const;
  expect(changes(...newer, { preserveXattrs: false, checksum: true })).toEqual(["verify"]);
});

test("what was changed since the run began is compared too: the ctime may be the run's own doing", () => {
  const since = { ...LIMITS, begun: { sec: 8, nsec: 2 } };
  const bits = (target: Partial<Stat>) =>
    compareEntry(stat({ ctimeSec: 7 }), stat(target), policy(), since);
  expect(bits({ ctimeSec: 8, ctimeNsec: 1 })).toBe(Change.none);
  expect(bits({ ctimeSec: 8, ctimeNsec: 2 })).toBe(Change.xattrs);
  expect(bits({ ctimeSec: 9, ctimeNsec: 1 })).toBe(Change.xattrs);
});

test("what shares its inode with more names than the source does gets one of its own", () => {
  expect(changes({ kind: Kind.fifo, nlink: 1 }, { kind: Kind.fifo, nlink: 2 })).toEqual([
    "unshare",
  ]);
  expect(changes({ kind: Kind.directory, nlink: 2 }, { kind: Kind.directory, nlink: 3 })).toEqual(
    [],
  );
  expect(changes({ nlink: 1 }, { nlink: 2 })).toEqual(["unshare"]);
  expect(changes({ nlink: 2 }, { nlink: 3, mode: 0o600 })).toEqual(["mode", "unshare"]);
  expect(changes({ nlink: 2 }, { nlink: 2 })).toEqual([]);
  expect(changes({ nlink: 3 }, { nlink: 1 })).toEqual([]);
  // Content that is copied goes to a new inode in any case.
  expect(changes({ nlink: 1, sizeBytes: 1 }, { nlink: 2, sizeBytes: 2 })).toEqual(["content"]);
  expect(changes({ kind: Kind.directory, nlink: 2 }, { kind: Kind.directory, nlink: 9 })).toEqual(
    [],
  );
});

test("comparing an entry with a copy of itself asks for nothing", () => {
  for (const kind of kinds) {
    const expected = kind === Kind.symlink ? ["target"] : [];
    expect([kind, changes({ kind }, { kind })]).toEqual([kind, expected]);
  }
});
