// Trees as literals: what a test wants to exist, written down, and made by tree.py. Names and targets are raw:
// one latin1 character a byte (utf8() for text).

import { join } from "node:path";
import { PYTHON } from "./python.ts";

export interface Attributes {
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly mtimeNs?: bigint;
  /** Values as raw text, one latin1 character a byte. */
  readonly xattrs?: Readonly<Record<string, string>>;
}

/** A stretch of a file's data; between segments, and up to the size, there are holes. */
export interface Segment {
  readonly at: number;
  readonly text?: string;
  /** So many bytes from a generator with this seed. */
  readonly random?: number;
  readonly seed?: number;
}

type Body =
  | { readonly kind: "file"; readonly segments: readonly Segment[]; readonly size?: number }
  | { readonly kind: "dir"; readonly children: Children }
  | { readonly kind: "symlink"; readonly target: string }
  | { readonly kind: "link"; readonly to: string }
  | { readonly kind: "fifo" | "socket" }
  | { readonly kind: "char" | "block"; readonly major: number; readonly minor: number };
export type TreeNode = Body & Attributes;
export type Children = Readonly<Record<string, TreeNode>>;
export type DirNode = Extract<TreeNode, { kind: "dir" }>;

/** Text as a raw name: its UTF-8 bytes, one character each. */
export function utf8(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

export function file(text: string, attributes: Attributes = {}): TreeNode {
  return { kind: "file", segments: [{ at: 0, text }], ...attributes };
}

export function randomFile(sizeBytes: number, seed: number, attributes: Attributes = {}): TreeNode {
  return { kind: "file", segments: [{ at: 0, random: sizeBytes, seed }], ...attributes };
}

export function sparseFile(
  sizeBytes: number,
  segments: readonly Segment[],
  attributes: Attributes = {},
): TreeNode {
  return { kind: "file", segments, size: sizeBytes, ...attributes };
}

export function dir(children: Children = {}, attributes: Attributes = {}): DirNode {
  return { kind: "dir", children, ...attributes };
}

export function symlink(target: string, attributes: Attributes = {}): TreeNode {
  return { kind: "symlink", target, ...attributes };
}

/** One more name for the entry at a path from the root of the tree, which must come earlier. */
export function hardLink(to: string): TreeNode {
  return { kind: "link", to };
}

export function fifo(attributes: Attributes = {}): TreeNode {
  return { kind: "fifo", ...attributes };
}

export function socket(attributes: Attributes = {}): TreeNode {
  return { kind: "socket", ...attributes };
}

export function device(
  kind: "char" | "block",
  major: number,
  minor: number,
  attributes: Attributes = {},
): TreeNode {
  return { kind, major, minor, ...attributes };
}

const ACL_TAGS = { owner: 1, user: 2, group: 4, namedGroup: 8, mask: 16, other: 32 } as const;
/** An entry of a POSIX ACL: who, the rwx bits, and the id of a named user or group. */
export type AclEntry = readonly [tag: keyof typeof ACL_TAGS, permissions: number, id?: number];

/** The raw value of system.posix_acl_access or _default, as acl(5)'s kernel form (version 2). */
export function acl(entries: readonly AclEntry[]): string {
  const bytes = Buffer.alloc(4 + 8 * entries.length);
  bytes.writeUInt32LE(2, 0);
  entries.forEach(([tag, permissions, id], index) => {
    bytes.writeUInt16LE(ACL_TAGS[tag], 4 + 8 * index);
    bytes.writeUInt16LE(permissions, 6 + 8 * index);
    bytes.writeUInt32LE(id ?? 0xffffffff, 8 + 8 * index);
  });
  return bytes.toString("latin1");
}

/** The lines that tree.py reads. An explicit stack, because trees may be deeper than the call stack. */
function* lines(root: DirNode): Generator<string> {
  const stack: Iterator<[string, TreeNode]>[] = [Object.entries(root.children)[Symbol.iterator]()];
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const next = top.next();
    if (next.done === true) {
      stack.pop();
      if (stack.length > 0) yield json({ up: true });
      continue;
    }
    const [name, node] = next.value;
    if (node.kind === "dir") {
      const { children, ...attributes } = node;
      yield json({ name, ...attributes });
      stack.push(Object.entries(children)[Symbol.iterator]());
    } else {
      yield json({ name, ...node });
    }
  }
  const { children: _, ...attributes } = root;
  yield json({ ...attributes, kind: "root" });
}

function json(value: object): string {
  return `${JSON.stringify(value, bigintAsText)}\n`;
}

function bigintAsText(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}

/** Makes the entries of a tree in an existing directory, and gives the directory the root's attributes. */
export async function makeTree(root: string, tree: DirNode): Promise<void> {
  const maker = Bun.spawn([PYTHON, join(import.meta.dir, "tree.py"), root], {
    stdin: "pipe",
    stdout: "ignore",
    stderr: "pipe",
  });
  // Where tree.py fails its complaint says why, not the pipe that it left broken.
  await feed(maker.stdin, tree).catch(() => {});
  const complaint = await new Response(maker.stderr).text();
  if ((await maker.exited) !== 0) throw new Error(`tree.py ${root}: ${complaint}`);
}

async function feed(sink: Bun.FileSink, tree: DirNode): Promise<void> {
  for (const line of lines(tree)) await sink.write(line);
  await sink.end();
}

/** Removes a tree of any depth and any modes, but nothing that is mounted in it. */
export async function removeTree(path: string): Promise<void> {
  // rm walks by directory handles; node's own fails beyond PATH_MAX.
  await Bun.spawn(["rm", "-rf", "--one-file-system", "--", path]).exited;
}
