// The oracle: everything that is known of two trees (manifest.py), and how they differ, in words.

import { join } from "node:path";
import { PYTHON } from "./python.ts";

export interface ManifestEntry {
  /** From the root, raw; "" is the root itself. */
  readonly path: string;
  readonly kind: "file" | "dir" | "symlink" | "fifo" | "socket" | "char" | "block";
  readonly mode?: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtimeNs: string;
  readonly ctimeNs: string;
  readonly inode: string;
  readonly nlink: number;
  readonly xattrs: Readonly<Record<string, string>>;
  readonly sizeBytes?: number;
  readonly digest?: string;
  readonly dataBytes?: number;
  readonly target?: string;
  readonly device?: string;
}

export type Manifest = ReadonlyMap<string, ManifestEntry>;

export interface DiffOptions {
  /** What the second tree's file system makes of a time. */
  readonly storedTime?: (mtimeNs: bigint) => bigint;
  /** Differences that are expected, by field. */
  readonly ignore?: readonly Field[];
  /** The very same inodes, untouched: inode numbers and ctimes are equal too. */
  readonly untouched?: boolean;
}
type Field = "mode" | "owner" | "mtime" | "xattrs" | "holes" | "links" | "content" | "kind";

/** Holes shorter than this may be filled, data extents may be so much longer: file systems differ. */
const HOLE_TOLERANCE_BYTES = 256 * 1024;

export async function readManifest(root: string): Promise<Manifest> {
  const reader = Bun.spawn([PYTHON, join(import.meta.dir, "manifest.py"), root], {
    stdout: "pipe",
    stderr: "pipe",
  });
  const [output, complaint] = await Promise.all([
    new Response(reader.stdout).text(),
    new Response(reader.stderr).text(),
  ]);
  if ((await reader.exited) !== 0) throw new Error(`manifest.py ${root}: ${complaint}`);
  const entries = output.split("\n").filter((line) => line !== "");
  return new Map(
    entries.map((line) => {
      const entry = JSON.parse(line) as ManifestEntry;
      return [entry.path, entry];
    }),
  );
}

/** How the second tree differs from the first, one line a difference; empty where they are equal. */
export function diffManifests(a: Manifest, b: Manifest, options: DiffOptions = {}): string[] {
  const differences: string[] = [];
  const groupsA = inodeGroups(a);
  const groupsB = inodeGroups(b);
  for (const [path, left] of a) {
    const right = b.get(path);
    if (right === undefined) {
      differences.push(`${shown(path)}: missing (${left.kind})`);
      continue;
    }
    const found = diffEntry(left, right, options);
    const links = diffLinks(left, right, groupsA, groupsB);
    if (links !== undefined) found.push(["links", links]);
    for (const [field, text] of found) {
      if (options.ignore?.includes(field) !== true) differences.push(`${shown(path)}: ${text}`);
    }
  }
  for (const [path, right] of b) {
    if (!a.has(path)) differences.push(`${shown(path)}: extra (${right.kind})`);
  }
  return differences;
}

export async function compareTrees(
  a: string,
  b: string,
  options: DiffOptions = {},
): Promise<string[]> {
  const [left, right] = await Promise.all([readManifest(a), readManifest(b)]);
  return diffManifests(left, right, options);
}

function diffEntry(a: ManifestEntry, b: ManifestEntry, options: DiffOptions): [Field, string][] {
  if (a.kind !== b.kind) return [["kind", `kind ${a.kind} → ${b.kind}`]];
  const found: [Field, string][] = [];
  const compare = (field: Field, name: string, left: unknown, right: unknown): void => {
    if (left !== right) found.push([field, `${name} ${String(left)} → ${String(right)}`]);
  };
  compare("mode", "mode", a.mode?.toString(8), b.mode?.toString(8));
  compare("owner", "uid", a.uid, b.uid);
  compare("owner", "gid", a.gid, b.gid);
  const expected = options.storedTime?.(BigInt(a.mtimeNs)).toString() ?? a.mtimeNs;
  compare("mtime", "mtime", expected, b.mtimeNs);
  compare("content", "size", a.sizeBytes, b.sizeBytes);
  if (a.sizeBytes === b.sizeBytes) compare("content", "content", a.digest, b.digest);
  compare("content", "target", a.target, b.target);
  compare("content", "device", a.device, b.device);
  if (Math.abs((a.dataBytes ?? 0) - (b.dataBytes ?? 0)) > HOLE_TOLERANCE_BYTES) {
    compare("holes", "bytes in data extents", a.dataBytes, b.dataBytes);
  }
  for (const name of new Set([...Object.keys(a.xattrs), ...Object.keys(b.xattrs)])) {
    compare("xattrs", `xattr ${shown(name)}`, a.xattrs[name], b.xattrs[name]);
  }
  if (options.untouched === true) {
    compare("kind", "inode", a.inode, b.inode);
    compare("kind", "ctime", a.ctimeNs, b.ctimeNs);
  }
  return found;
}

/** Inode → the paths that share it, directories left out. */
function inodeGroups(manifest: Manifest): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const { path, kind, inode } of manifest.values()) {
    if (kind === "dir") continue;
    const group = groups.get(inode);
    if (group === undefined) groups.set(inode, [path]);
    else group.push(path);
  }
  return groups;
}

function diffLinks(
  a: ManifestEntry,
  b: ManifestEntry,
  groupsA: Map<string, string[]>,
  groupsB: Map<string, string[]>,
): string | undefined {
  if (a.kind === "dir" || b.kind === "dir") return undefined;
  const left = groupsA.get(a.inode) ?? [];
  const right = groupsB.get(b.inode) ?? [];
  const outsideLeft = a.nlink - left.length;
  const outsideRight = b.nlink - right.length;
  if (outsideRight > 0 && outsideLeft !== outsideRight) {
    return `shares its inode with ${outsideRight} names outside`;
  }
  if (left.length === right.length && left.every((path, index) => path === right[index])) {
    return undefined;
  }
  return `linked with [${left.map(shown).join(", ")}] → [${right.map(shown).join(", ")}]`;
}

/** A raw path for people: control and other bytes escaped, long ones cut. */
function shown(raw: string): string {
  const escaped = raw.replace(/[\x00-\x1f\x7f-\xff\\]/g, (character) => {
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
  return escaped.length <= 200 ? escaped : `${escaped.slice(0, 90)}…${escaped.slice(-90)}`;
}
