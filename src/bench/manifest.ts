// The judge of every run: what a tree holds, read with node:fs alone. It shares no code with the engine or with
// `blit verify`, so that a fault there cannot hide here. Extended attributes and ACLs are outside its sight, as
// node:fs has no calls for them; reports say so.

import * as fs from "node:fs";
import { type RawName, type RawPath, ROOT_PATH, joinRaw, textFromRaw } from "#model/name.ts";

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

export type EntryKind = "file" | "directory" | "symlink" | "special";

export interface ManifestEntry {
  readonly kind: EntryKind;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly sizeBytes: number;
  readonly allocatedBytes: number;
  readonly mtimeNs: bigint;
  /** xxHash3 of a file's content, the target of a symlink, the device number of a special. */
  readonly content: string;
  /** The first path, in walking order, of the same inode; its own path where it has one name only. */
  readonly firstName: RawPath;
  /** Changes whenever the inode does: an entry with the same stamp need not be read again. */
  readonly stamp: string;
}

export type Manifest = ReadonlyMap<RawPath, ManifestEntry>;

export interface Verdict {
  /** Differences that make a run worthless, the first few in words. Empty: the copy is faithful. */
  readonly failures: readonly string[];
  readonly failureCount: number;
  /** What the contender does not claim to keep and did not keep, with how many entries. */
  readonly lesser: Readonly<Partial<Record<Attribute, number>>>;
}

const SHOWN_FAILURES = 5;
const READ_BYTES = 4 * 1024 * 1024;
/** So many entries are read before signals are looked at. */
const ENTRIES_PER_TURN = 2_000;
/** A copy may hold so many more blocks than the source before its holes count as filled. */
const HOLE_TOLERANCE_BYTES = 64 * 1024;

/**
 * Reads the tree beneath `root`, following no symlink. `earlier` is a manifest of the same tree: content is not
 * read again where the inode has not changed since. Throws what the file system throws, and when `signal` aborts.
 */
export async function readManifest(
  root: string,
  signal: AbortSignal,
  earlier?: Manifest,
): Promise<Manifest> {
  const reader = new Reader(root, earlier);
  const pending: RawPath[] = [ROOT_PATH];
  let turn = 0;
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    const kind = reader.add(path);
    if (kind === "directory")
      for (const name of reader.namesDescending(path)) pending.push(joinRaw(path, name));
    if (++turn % ENTRIES_PER_TURN === 0) {
      await new Promise((resolve) => setImmediate(resolve));
      signal.throwIfAborted();
    }
  }
  return reader.entries;
}

class Reader {
  readonly entries = new Map<RawPath, ManifestEntry>();
  readonly #root: Buffer;
  readonly #earlier: Manifest | undefined;
  readonly #firstNames = new Map<string, RawPath>();
  readonly #buffer = Buffer.allocUnsafe(READ_BYTES);

  constructor(root: string, earlier: Manifest | undefined) {
    this.#root = Buffer.from(root);
    this.#earlier = earlier;
  }

  add(path: RawPath): EntryKind {
    const absolute = this.#absolute(path);
    const stat = fs.lstatSync(absolute, { bigint: true });
    const kind = kindOf(stat);
    const stamp = `${stat.dev}:${stat.ino}:${stat.size}:${stat.mtimeNs}:${stat.ctimeNs}`;
    const known = this.#earlier?.get(path);
    this.entries.set(path, {
      kind,
      mode: Number(stat.mode & 0o7777n),
      uid: Number(stat.uid),
      gid: Number(stat.gid),
      sizeBytes: Number(stat.size),
      allocatedBytes: Number(stat.blocks) * 512,
      mtimeNs: stat.mtimeNs,
      content: known?.stamp === stamp ? known.content : this.#content(absolute, kind, stat),
      firstName: kind === "directory" || stat.nlink < 2n ? path : this.#firstName(stat, path),
      stamp,
    });
    return kind;
  }

  /** Descending, because a stack hands them out in reverse: walking order decides the first name of an inode. */
  namesDescending(path: RawPath): RawName[] {
    const names = fs.readdirSync(this.#absolute(path), { encoding: "buffer" });
    return names
      .map((name) => name.toString("latin1") as RawName)
      .toSorted((a, b) => (a < b ? 1 : -1));
  }

  #absolute(path: RawPath): Buffer {
    return path === ""
      ? this.#root
      : Buffer.concat([this.#root, Buffer.from(`/${path}`, "latin1")]);
  }

  #content(absolute: Buffer, kind: EntryKind, stat: fs.BigIntStats): string {
    if (kind === "file") return this.#hash(absolute);
    if (kind === "symlink")
      return fs.readlinkSync(absolute, { encoding: "buffer" }).toString("latin1");
    return kind === "special" ? `${stat.mode >> 12n}:${stat.rdev}` : "";
  }

  /** Reads to the end of the file, whatever its stat says, each piece's hash seeding the next. */
  #hash(absolute: Buffer): string {
    const descriptor = fs.openSync(absolute, fs.constants.O_RDONLY);
    try {
      let hash = 0n;
      for (;;) {
        const read = fs.readSync(descriptor, this.#buffer);
        if (read === 0) return hash.toString(36);
        hash = Bun.hash.xxHash3(this.#buffer.subarray(0, read), hash);
      }
    } finally {
      fs.closeSync(descriptor);
    }
  }

  #firstName(stat: fs.BigIntStats, path: RawPath): RawPath {
    const inode = `${stat.dev}:${stat.ino}`;
    const first = this.#firstNames.get(inode) ?? path;
    this.#firstNames.set(inode, first);
    return first;
  }
}

/**
 * Judges a copy. Existence, kind, content and symlink targets must agree always; an attribute must where the
 * contender claims to keep it, and is only counted where not. Pure.
 */
export function judge(source: Manifest, copy: Manifest, claims: ReadonlySet<Attribute>): Verdict {
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
    const fault = got === undefined ? "missing" : essentialFault(wanted, got);
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

function kindOf(stat: fs.BigIntStats): EntryKind {
  if (stat.isFile()) return "file";
  if (stat.isDirectory()) return "directory";
  return stat.isSymbolicLink() ? "symlink" : "special";
}
