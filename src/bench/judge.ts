// The judge of every run: how a copy differs from its source, as their manifests tell. Pure.

import { type RawPath, textFromRaw } from "#model/name.ts";
import type { EntryKind, Manifest, ManifestEntry } from "#bench/manifest.ts";

/** What a copy may get right or wrong, beyond existence, kind, content and symlink targets. */
export const ATTRIBUTES = [
  "file times",
  "directory times",
  "symlink times",
  "modes",
  "owners",
  "hard links",
  "holes",
] as const;
export type Attribute = (typeof ATTRIBUTES)[number];

export interface Verdict {
  /** Differences that make a run worthless, the first few in words. Empty: the copy is faithful. */
  readonly failures: readonly string[];
  readonly failureCount: number;
  /** What the contender does not claim to keep and did not keep, with how many entries. */
  readonly lesser: Readonly<Partial<Record<Attribute, number>>>;
}

const SHOWN_FAILURES = 5;
/** A copy may hold so many more blocks than the source before its holes count as filled. */
const HOLE_TOLERANCE_BYTES = 64 * 1024;

/**
 * Judges a copy. Existence, kind, content and symlink targets must agree always; an attribute must where the
 * contender claims to keep it, and is only counted where not. What is the source's own entry, by a hard link or a
 * mount, is no copy of it. Pure.
 */
export function judge(source: Manifest, copy: Manifest, claims: ReadonlySet<Attribute>): Verdict {
  return compare(source, copy, claims, (wanted, got) =>
    wanted.inode === got.inode
      ? "no copy, but the source's own entry"
      : essentialFault(wanted, got),
  );
}

/** What has become of a tree since it was read: everything that a manifest holds counts. Pure. */
export function changesOf(before: Manifest, now: Manifest): Verdict {
  return compare(before, now, new Set(ATTRIBUTES), essentialFault);
}

function compare(
  source: Manifest,
  copy: Manifest,
  claims: ReadonlySet<Attribute>,
  faultOf: typeof essentialFault,
): Verdict {
  const failures: string[] = [];
  const lesser: Partial<Record<Attribute, number>> = {};
  let failureCount = 0;
  const fail = (path: RawPath, what: string): void => {
    failureCount++;
    if (failures.length < SHOWN_FAILURES)
      failures.push(`${path === "" ? "." : textFromRaw(path)}: ${what}`);
  };
  for (const [path, wanted] of source) {
    const got = copy.get(path);
    const fault = got === undefined ? "missing" : faultOf(wanted, got);
    if (fault !== undefined || got === undefined) {
      fail(path, fault ?? "missing");
      continue;
    }
    for (const [attribute, what] of attributeFaults(wanted, got)) {
      if (claims.has(attribute)) fail(path, what);
      else lesser[attribute] = (lesser[attribute] ?? 0) + 1;
    }
  }
  for (const path of copy.keys()) if (!source.has(path)) fail(path, "not in the source");
  return { failures, failureCount, lesser };
}

function essentialFault(wanted: ManifestEntry, got: ManifestEntry): string | undefined {
  if (wanted.kind !== got.kind) return `${got.kind} instead of ${wanted.kind}`;
  if (wanted.kind === "file" && wanted.sizeBytes !== got.sizeBytes) {
    return `${got.sizeBytes} bytes instead of ${wanted.sizeBytes}`;
  }
  if (wanted.content !== got.content)
    return wanted.kind === "symlink" ? "other target" : "other content";
  return undefined;
}

function* attributeFaults(
  wanted: ManifestEntry,
  got: ManifestEntry,
): Generator<[Attribute, string]> {
  if (wanted.mtimeNs !== got.mtimeNs) {
    yield [timesOf(wanted.kind), `modified ${Number(got.mtimeNs - wanted.mtimeNs) / 1e9} s off`];
  }
  // A symlink's mode means nothing on Linux and cannot be set.
  if (wanted.kind !== "symlink" && wanted.mode !== got.mode) {
    yield ["modes", `mode ${got.mode.toString(8)} instead of ${wanted.mode.toString(8)}`];
  }
  if (wanted.uid !== got.uid || wanted.gid !== got.gid) {
    yield ["owners", `owner ${got.uid}:${got.gid} instead of ${wanted.uid}:${wanted.gid}`];
  }
  if (wanted.firstName !== got.firstName) {
    const instead = wanted.firstName === "" ? "itself" : textFromRaw(wanted.firstName);
    yield ["hard links", `not the same file as ${instead}`];
  }
  const hasHoles =
    wanted.kind === "file" && wanted.allocatedBytes < wanted.sizeBytes - HOLE_TOLERANCE_BYTES;
  if (hasHoles && got.allocatedBytes > wanted.allocatedBytes + HOLE_TOLERANCE_BYTES) {
    yield ["holes", `${got.allocatedBytes} bytes on disk instead of ${wanted.allocatedBytes}`];
  }
}

function timesOf(kind: EntryKind): Attribute {
  return kind === "directory"
    ? "directory times"
    : kind === "symlink"
      ? "symlink times"
      : "file times";
}
