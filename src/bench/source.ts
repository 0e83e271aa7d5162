// The source of a workload, or of the user's own tree: what it holds, and the two things made from it: a pruned
// copy for the delete phase, and destinations that have fallen one percent behind for the changed phase.

import * as fs from "node:fs";
import { join } from "node:path";
import type { RawPath } from "#model/name.ts";
import type { TreeTraits } from "#bench/contenders.ts";
import type { FreshDirectories } from "#bench/fresh_directory.ts";
import { type Manifest, type ManifestEntry, readManifest } from "#bench/manifest.ts";
import { type Random, seededRandom } from "#bench/random.ts";
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

const CHANGED_SHARE = 0.01;
/** One in so many of the changed files is missing from the destination; the others are there, but old. */
const MISSING_ONE_IN = 5;
const DAY_SEC = 86_400;
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

/**
 * Makes a faithful copy one percent out of date, as if that much of the source had since been changed or added:
 * most of the chosen files get an older time and other content, half of these another size too; a fifth of them
 * are removed. The destination is altered, not the source, so that every contender and round meets the same source,
 * and so that the user's own tree stays untouched. Returns the chosen files.
 */
export function age(source: Manifest, destination: string, seed: string): RawPath[] {
  const random = seededRandom(seed);
  const chosen = chooseChanged(source, random);
  for (const [i, [path, entry]] of chosen.entries()) {
    const aged = Buffer.concat([Buffer.from(`${destination}/`), Buffer.from(path, "latin1")]);
    if (i % MISSING_ONE_IN === MISSING_ONE_IN - 1) fs.unlinkSync(aged);
    else ageFile(aged, entry, random);
  }
  return chosen.map(([path]) => path);
}

/** Files with several names are left alone, as changing one changes all. */
function chooseChanged(manifest: Manifest, random: Random): [RawPath, ManifestEntry][] {
  const linked = new Set(
    [...manifest]
      .filter(([path, entry]) => entry.firstName !== path)
      .map(([, entry]) => entry.firstName),
  );
  const candidates = [...manifest].filter(
    ([path, entry]) => mayAge(path, entry) && !linked.has(entry.firstName),
  );
  const wanted = Math.ceil(candidates.length * CHANGED_SHARE);
  return Array.from({ length: wanted }, () =>
    candidates.splice(random.below(candidates.length), 1),
  ).flat();
}

function mayAge(path: RawPath, entry: ManifestEntry): boolean {
  return (
    entry.kind === "file" && entry.sizeBytes > 0 && (entry.mode & 0o200) !== 0 && path !== KEPT_FILE
  );
}

function ageFile(path: Buffer, entry: ManifestEntry, random: Random): void {
  const descriptor = fs.openSync(path, "r+");
  try {
    const byte = Buffer.alloc(1);
    const offset = random.below(entry.sizeBytes);
    fs.readSync(descriptor, byte, 0, 1, offset);
    byte[0] = (byte[0] ?? 0) ^ 0xff;
    fs.writeSync(descriptor, byte, 0, 1, offset);
    if (random.below(2) === 0) fs.ftruncateSync(descriptor, entry.sizeBytes - 1);
    const older = Number(entry.mtimeNs / 1_000_000_000n) - DAY_SEC;
    fs.futimesSync(descriptor, older, older);
  } finally {
    fs.closeSync(descriptor);
  }
}
