import { expect, test } from "bun:test";
import type { Identity } from "#model/entry.ts";
import { rawFromText, type RawName } from "#model/name.ts";
import type { Mapping } from "#model/options.ts";
import {
  refuseDeletions,
  refuseMirror,
  refuseOverlap,
  type Lineage,
  type MappingLineage,
} from "#planner/safety.ts";
import { makeTemporaryName } from "#planner/temporary_name.ts";

/** A tiny file system: each path its own inode, "usb" on a device of its own, "bind" the same inode as "src". */
const INODES: Readonly<Record<string, Identity>> = {
  "/": inode(2),
  "/src": inode(3),
  "/src/sub": inode(4),
  "/src/sub/f": inode(5),
  "/src/usb": inode(2, 9),
  "/dst": inode(6),
  "/dst/f": inode(5),
  "/bind": inode(3),
};

function inode(inodeLow: number, deviceMinor = 1): Identity {
  return { inodeLow, inodeHigh: 0, deviceMajor: 8, deviceMinor };
}

function lineage(path: string): Lineage {
  const chain: Identity[] = [];
  for (let at = path; ; at = at.slice(0, at.lastIndexOf("/")) || "/") {
    const identity = INODES[at];
    if (identity !== undefined) chain.push(identity);
    if (at === "/") return { exists: INODES[path] !== undefined, chain };
  }
}

function between(source: string, destination: string, asDirectory = true): MappingLineage {
  const mapping: Mapping = {
    source: rawFromText(source),
    destination: rawFromText(destination),
    asDirectory,
  };
  return { mapping, source: lineage(source), destination: lineage(destination) };
}

function overlapMessage(
  mappings: readonly MappingLineage[],
  oneFileSystem = false,
): string | undefined {
  return refuseOverlap(mappings, oneFileSystem)?.message;
}

test.each([
  ["/src", "/dst", undefined],
  ["/src", "/new/deep", undefined],
  ["/src/sub", "/src/other", undefined],
  ["/src", "/src", "/src and /src are the same"],
  ["/src", "/bind", "/src and /bind are the same"],
  ["/src", "/src/sub", "the destination /src/sub is inside the source /src"],
  ["/src", "/src/new/deep", "the destination /src/new/deep is inside the source /src"],
  ["/src", "/bind/new", "the destination /bind/new is inside the source /src"],
  ["/", "/dst", "the destination /dst is inside the source /"],
  ["/src/sub", "/src", "the source /src/sub is inside the destination /src"],
  ["/src/sub", "/bind", "the source /src/sub is inside the destination /bind"],
] as const)("refuseOverlap() of %s and %s", (source, destination, message) => {
  const refusal = refuseOverlap([between(source, destination)], false);
  expect(refusal?.message).toBe(message);
  expect(refusal?.outcome).toBe(message === undefined ? undefined : "refused");
});

test("refuseOverlap() lets a file be copied beside itself, but not over its own hard link", () => {
  expect(overlapMessage([between("/src/sub/f", "/src/sub/g", false)])).toBeUndefined();
  expect(overlapMessage([between("/src/sub/f", "/dst/f", false)])).toBe(
    "/src/sub/f and /dst/f are the same",
  );
});

test("refuseOverlap() holds every source against every destination", () => {
  const first = between("/dst", "/new/a");
  const second = between("/src", "/dst/b");
  expect(overlapMessage([first])).toBeUndefined();
  expect(overlapMessage([second])).toBeUndefined();
  expect(overlapMessage([first, second])).toBe("the destination /dst/b is inside the source /dst");
});

test("refuseOverlap() does not mind a place that holds a hard link to another source", () => {
  const other = between("/src/sub/f", "/dst/x", false);
  expect(overlapMessage([between("/src/sub", "/dst/f", false), other])).toBeUndefined();
});

test("refuseOverlap() lets --one-file-system copy to a file system mounted inside the source", () => {
  expect(overlapMessage([between("/src", "/src/usb/backup")])).toBe(
    "the destination /src/usb/backup is inside the source /src",
  );
  expect(overlapMessage([between("/src", "/src/usb/backup")], true)).toBeUndefined();
  expect(overlapMessage([between("/src", "/src/sub/backup")], true)).toBeDefined();
});

interface MirrorCase {
  readonly source?: readonly string[];
  readonly destination?: readonly string[];
  readonly allowEmptySource?: boolean;
  readonly yes?: boolean;
  readonly isFiltered?: boolean;
}

function mirror({
  source = [],
  destination = [],
  allowEmptySource = false,
  yes = false,
  isFiltered = false,
}: MirrorCase): string | undefined {
  const roots = {
    mapping: {
      source: rawFromText("/home/photos"),
      destination: rawFromText("/backup"),
      asDirectory: true,
    },
    sourceNames: source.map((name) => rawFromText(name) as string as RawName),
    destinationNames: destination.map((name) => rawFromText(name) as string as RawName),
    isFiltered,
    isInSource: (name: RawName) => source.includes(name),
  };
  const refusal = refuseMirror(roots, { allowEmptySource, yes });
  return refusal === undefined ? undefined : `${refusal.message}. ${refusal.hint}`;
}

const TEMPORARY = makeTemporaryName(
  { boot: "0123abcd", namespace: 4026531836, pid: 1, start: 2 },
  3,
);

test("refuseMirror() refuses an empty source over a destination that is not", () => {
  expect(mirror({ destination: ["a", "b", "lost+found", TEMPORARY] })).toBe(
    "the source /home/photos is empty, and /backup is not: mirror would delete 2 entries there, and all they hold. " +
      "is a disk not mounted? If the source is meant to be empty, add --allow-empty-source",
  );
  expect(mirror({ source: ["lost+found", TEMPORARY], destination: ["a"] })).toContain(
    "would delete 1 entry there",
  );
  expect(mirror({ destination: ["a"], isFiltered: true })).toStartWith(
    "the filter leaves nothing of /home/photos, and /backup is not empty: mirror would delete",
  );
});

test("refuseMirror() needs --allow-empty-source for an empty source, --yes is not enough", () => {
  expect(mirror({ destination: ["a"], yes: true })).toContain("is empty");
  expect(mirror({ destination: ["a"], allowEmptySource: true })).toBeUndefined();
});

test("refuseMirror() has nothing against a destination that is empty", () => {
  expect(mirror({})).toBeUndefined();
  expect(mirror({ source: ["a"] })).toBeUndefined();
  expect(
    mirror({ source: ["a"], destination: ["lost+found", ".DS_Store", TEMPORARY] }),
  ).toBeUndefined();
});

test("refuseMirror() refuses a destination that shares no name with the source", () => {
  const destination = Array.from({ length: 1234 }, (_, index) => `x${index}`);
  expect(mirror({ source: ["a", "b"], destination })).toBe(
    "/backup holds 1,234 entries, none of which is in /home/photos: mirror would delete them all. " +
      "are source and destination swapped, or is the wrong disk mounted? If this is what you want, add --yes",
  );
  expect(mirror({ source: ["a"], destination: ["x"] })).toContain("holds 1 entry, which is not in");
  expect(mirror({ source: ["a"], destination, yes: true })).toBeUndefined();
});

test("refuseMirror() knows the parent folder given by habit", () => {
  expect(mirror({ source: ["a"], destination: ["music", "photos"] })).toContain(
    "did you mean /backup/photos?",
  );
});

test("refuseMirror() takes one name in common as related, but not one that is everywhere", () => {
  expect(mirror({ source: ["a", "b"], destination: ["x", "y", "b"] })).toBeUndefined();
  expect(mirror({ source: ["a", ".DS_Store"], destination: ["x", ".DS_Store"] })).toContain(
    "holds 1 entry",
  );
});

test("refuseDeletions() stops at --max-delete", () => {
  expect(refuseDeletions(1000, undefined)).toBeUndefined();
  expect(refuseDeletions(1000, 1000)).toBeUndefined();
  expect(refuseDeletions(0, 0)).toBeUndefined();
  expect(refuseDeletions(1001, 1000)?.message).toBe(
    "1,001 entries would be deleted, and --max-delete allows 1,000",
  );
  expect(refuseDeletions(1, 0)?.message).toBe(
    "1 entry would be deleted, and --max-delete allows 0",
  );
});
