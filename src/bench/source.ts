// The source of a workload, or of the user's own tree: what it holds, and a pruned copy of it for the delete phase.

import * as fs from "node:fs";
import { join } from "node:path";
import type { TreeTraits } from "#bench/contenders.ts";
import type { FreshDirectories } from "#bench/fresh_directory.ts";
import { type Manifest, readManifest } from "#bench/manifest.ts";
import type { TreeCounts } from "#bench/tree_writer.ts";
import { KEPT_FILE } from "#bench/workloads.ts";

export interface Source {
  readonly directory: string;
  readonly manifest: Manifest;
  readonly counts: TreeCounts;
  readonly traits: TreeTraits;
  /** A tree with one root entry of the source; mirroring it deletes everything else. */
  readonly pruned: string;
  readonly prunedManifest: Manifest;
  /** Relative to a destination: what only the destination has, once it is compared with the pruned tree. */
  readonly doomed: readonly string[];
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
  const kept = prune(directory, pruned);
  return {
    directory,
    manifest,
    counts: countEntries(manifest),
    traits: {
      hardLinks: [...manifest].some(([path, entry]) => entry.firstName !== path),
      holes: entries.some(
        (entry) => entry.kind === "file" && entry.allocatedBytes + 65_536 < entry.sizeBytes,
      ),
    },
    pruned,
    prunedManifest: await readManifest(pruned, signal),
    doomed: doomedBeside(directory, kept),
  };
}

/** Copies one root entry, a small file if there is one, else the first directory without its content. */
function prune(directory: string, pruned: string): string | undefined {
  const candidates = fs
    .readdirSync(directory, { withFileTypes: true })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const file =
    candidates.find((entry) => entry.name === KEPT_FILE) ??
    candidates.find(
      (entry) => entry.isFile() && fs.lstatSync(join(directory, entry.name)).size <= KEPT_MAX_BYTES,
    );
  const kept = file ?? candidates.find((entry) => entry.isDirectory());
  if (kept !== undefined) {
    const [from, to] = [join(directory, kept.name), join(pruned, kept.name)];
    if (file !== undefined) fs.copyFileSync(from, to);
    else fs.mkdirSync(to);
    copyAttributes(from, to);
  }
  copyAttributes(directory, pruned);
  return kept?.name;
}

function copyAttributes(from: string, to: string): void {
  const { mode, uid, gid, atime, mtime } = fs.statSync(from);
  if (process.getuid?.() === 0) fs.chownSync(to, uid, gid);
  fs.chmodSync(to, mode & 0o7777);
  // node:fs takes times as floating-point seconds, which lose nanoseconds; touch(1) does not.
  if (process.platform === "win32") fs.utimesSync(to, atime, mtime);
  else Bun.spawnSync(["touch", "-r", from, to]);
}

function doomedBeside(directory: string, kept: string | undefined): string[] {
  const doomed = fs.readdirSync(directory).filter((name) => name !== kept);
  if (kept !== undefined && fs.lstatSync(join(directory, kept)).isDirectory()) {
    doomed.push(...fs.readdirSync(join(directory, kept)).map((name) => join(kept, name)));
  }
  return doomed;
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
