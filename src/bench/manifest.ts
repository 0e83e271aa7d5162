// What a tree holds, read with node:fs alone. It shares no code with the engine or with `blit verify`, so that a fault
// there cannot hide here. Extended attributes and ACLs are outside its sight, as node:fs has no calls for them; reports say so.

import * as fs from "node:fs";
import { type RawName, type RawPath, ROOT_PATH, joinRaw } from "#model/name.ts";
import { locate } from "#bench/locate.ts";

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
  /** Device and number: two entries with the same are one. */
  readonly inode: string;
  /** Changes whenever the inode does: an entry with the same inode and stamp need not be read again. */
  readonly stamp: string;
}

export type Manifest = ReadonlyMap<RawPath, ManifestEntry>;

const READ_BYTES = 4 * 1024 * 1024;
/** So many entries are read before signals are looked at. */
const ENTRIES_PER_TURN = 2_000;

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
  readonly #root: string;
  readonly #earlier: Manifest | undefined;
  readonly #firstNames = new Map<string, RawPath>();
  readonly #buffer = Buffer.allocUnsafe(READ_BYTES);

  constructor(root: string, earlier: Manifest | undefined) {
    this.#root = root;
    this.#earlier = earlier;
  }

  add(path: RawPath): EntryKind {
    const absolute = locate(this.#root, path);
    const stat = fs.lstatSync(absolute, { bigint: true });
    const kind = kindOf(stat);
    const inode = `${stat.dev}:${stat.ino}`;
    const stamp = `${stat.size}:${stat.mtimeNs}:${stat.ctimeNs}`;
    const known = this.#earlier?.get(path);
    const isKnown = known?.inode === inode && known.stamp === stamp;
    this.entries.set(path, {
      kind,
      mode: Number(stat.mode & 0o7777n),
      uid: Number(stat.uid),
      gid: Number(stat.gid),
      sizeBytes: Number(stat.size),
      allocatedBytes: Number(stat.blocks) * 512,
      mtimeNs: stat.mtimeNs,
      content: isKnown ? known.content : this.#content(absolute, kind, stat),
      firstName: kind === "directory" || stat.nlink < 2n ? path : this.#firstName(inode, path),
      inode,
      stamp,
    });
    return kind;
  }

  /** Descending, because a stack hands them out in reverse: walking order decides the first name of an inode. */
  namesDescending(path: RawPath): RawName[] {
    const names = fs.readdirSync(locate(this.#root, path), { encoding: "buffer" });
    return names
      .map((name) => name.toString("latin1") as RawName)
      .toSorted((a, b) => (a < b ? 1 : -1));
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

  #firstName(inode: string, path: RawPath): RawPath {
    const first = this.#firstNames.get(inode) ?? path;
    this.#firstNames.set(inode, first);
    return first;
  }
}

function kindOf(stat: fs.BigIntStats): EntryKind {
  if (stat.isFile()) return "file";
  if (stat.isDirectory()) return "directory";
  return stat.isSymbolicLink() ? "symlink" : "special";
}
