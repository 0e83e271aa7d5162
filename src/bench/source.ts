// The source of a workload, or of the user's own tree: what it holds, and a pruned copy of it for the delete phase.

import * as fs from "node:fs";
import { type RawPath, ROOT_PATH } from "#model/name.ts";
import type { TreeTraits } from "#bench/contenders.ts";
import type { FreshDirectories } from "#bench/fresh_directory.ts";
import { locate } from "#bench/locate.ts";
import { type FileSystem, describeFileSystem } from "#bench/machine.ts";
import { type Manifest, type ManifestEntry, readManifest } from "#bench/manifest.ts";
import type { TreeCounts } from "#bench/tree_writer.ts";

export interface Source {
  readonly directory: string;
  readonly manifest: Manifest;
  readonly counts: TreeCounts;
  readonly fileSystem: FileSystem;
  readonly traits: TreeTraits;
  /** A tree with one root entry of the source; mirroring it deletes everything else. */
  readonly pruned: string;
  readonly prunedManifest: Manifest;
  /** Relative to a destination: what only the destination has, once it is compared with the pruned tree. */
  readonly doomed: readonly RawPath[];
}

/** A root entry larger than this is not copied for the pruned tree. */
const KEPT_MAX_BYTES = 1024 * 1024;

/** Reads a tree, which must not change any more, and makes its pruned copy. */
export async function readSource(
  directory: string,
  fresh: FreshDirectories,
  signal: AbortSignal,
): Promise<Source> {
  const manifest = await readManifest(directory, signal);
  const entries = [...manifest.values()];
  const pruned = fresh.make("pruned");
  const kept = prune(directory, manifest, pruned);
  return {
    directory,
    manifest,
    counts: countEntries(manifest),
    fileSystem: describeFileSystem(directory),
    traits: {
      symlinks: entries.some(({ kind }) => kind === "symlink"),
      hardLinks: [...manifest].some(([path, entry]) => entry.firstName !== path),
      holes: entries.some(
        (entry) => entry.kind === "file" && entry.allocatedBytes + 65_536 < entry.sizeBytes,
      ),
    },
    pruned,
    prunedManifest: await readManifest(pruned, signal),
    doomed: doomedBeside(manifest, kept),
  };
}

/** Copies one entry of the root: a small file, or what else costs little. Returns its path; undefined of an empty tree. */
function prune(directory: string, manifest: Manifest, pruned: string): RawPath | undefined {
  const candidates = [...manifest]
    .filter(([path]) => path !== ROOT_PATH && !path.includes("/"))
    .toSorted((a, b) => costToKeep(a[1]) - costToKeep(b[1]));
  const [path, entry] = candidates[0] ?? [];
  if (path !== undefined && entry !== undefined) {
    const [from, to] = [locate(directory, path), locate(pruned, path)];
    if (entry.kind === "directory") fs.mkdirSync(to);
    else if (entry.kind === "symlink") {
      fs.symlinkSync(fs.readlinkSync(from, { encoding: "buffer" }), to);
    } else fs.copyFileSync(from, to);
    copyAttributes(from, to);
  }
  copyAttributes(Buffer.from(directory), Buffer.from(pruned));
  return path;
}

/** A directory is kept without its content. */
function costToKeep({ kind, sizeBytes }: ManifestEntry): number {
  if (kind === "file") return sizeBytes <= KEPT_MAX_BYTES ? 0 : 3 + sizeBytes;
  if (kind === "directory") return 1;
  return kind === "symlink" ? 2 : Number.POSITIVE_INFINITY;
}

function copyAttributes(from: Buffer, to: Buffer): void {
  const { mode, uid, gid, atime, mtime } = fs.lstatSync(from);
  if (process.getuid?.() === 0) fs.lchownSync(to, uid, gid);
  if (!fs.lstatSync(to).isSymbolicLink()) fs.chmodSync(to, mode & 0o7777);
  // node:fs takes times as floating-point seconds, which lose nanoseconds; touch(1) does not.
  if (!touch(from, to)) fs.lutimesSync(to, atime, mtime);
}

/** Whether it could be done: arguments of a process must be UTF-8 here, and touch(1) must be there. */
function touch(from: Buffer, to: Buffer): boolean {
  const [reference, path] = [from.toString(), to.toString()];
  if (Bun.which("touch") === null || !Buffer.from(path).equals(to)) return false;
  try {
    return Bun.spawnSync(["touch", "-h", "-r", reference, path], { stderr: "ignore" }).success;
  } catch {
    return false;
  }
}

function doomedBeside(manifest: Manifest, kept: RawPath | undefined): RawPath[] {
  return [...manifest.keys()].filter((path) => {
    const parent = path.slice(0, Math.max(0, path.lastIndexOf("/")));
    return path !== ROOT_PATH && path !== kept && (parent === ROOT_PATH || parent === kept);
  });
}

function countEntries(manifest: Manifest): TreeCounts {
  const counts: TreeCounts = { files: 0, directories: 0, symlinks: 0, hardLinks: 0, bytes: 0 };
  for (const [path, entry] of manifest) {
    if (entry.kind === "directory") counts.directories++;
    else if (entry.kind === "symlink") counts.symlinks++;
    else if (entry.firstName !== path) counts.hardLinks++;
    else {
      counts.files++;
      counts.bytes += entry.kind === "file" ? entry.sizeBytes : 0;
    }
  }
  return counts;
}
