// Destinations that have fallen one percent behind, for the changed phase.

import * as fs from "node:fs";
import { type RawName, type RawPath, joinRaw } from "#model/name.ts";
import { locate } from "#bench/locate.ts";
import type { Manifest, ManifestEntry } from "#bench/manifest.ts";
import { type Random, seededRandom } from "#bench/random.ts";
import { KEPT_FILE } from "#bench/workloads.ts";

const CHANGED_SHARE = 0.01;
/** One in so many of the changed files is missing from the destination; the others are there, but old. */
const MISSING_ONE_IN = 5;
const DAY_SEC = 86_400;
const TEMPORARY_NAME = ".blit-bench-aged" as RawName;

/**
 * Makes a faithful copy one percent out of date, as if that much of the source had since been changed or added:
 * most of the chosen files get an older time and other content, half of these another size too; a fifth of them
 * are removed. The destination is altered, not the source, so that every contender and round meets the same source,
 * and so that the user's own tree stays untouched: no file is written to that may have a name elsewhere. Returns the
 * chosen files.
 */
export function age(source: Manifest, destination: string, seed: string): RawPath[] {
  const random = seededRandom(seed);
  const chosen = chooseChanged(source, random);
  for (const [i, [path, entry]] of chosen.entries()) {
    const aged = locate(destination, path);
    if (i % MISSING_ONE_IN === MISSING_ONE_IN - 1) {
      fs.unlinkSync(aged);
      continue;
    }
    if (isShared(aged, entry)) fs.renameSync(copyBeside(destination, path), aged);
    ageFile(aged, entry, random);
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
    ([path, entry]) =>
      mayAge(path, entry) && !linked.has(entry.firstName) && isInOpenDirectory(manifest, path),
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

/** Only root can remove a name from a directory that is closed to its owner. */
function isInOpenDirectory(manifest: Manifest, path: RawPath): boolean {
  const mode = manifest.get(parentOf(path))?.mode ?? 0;
  return (mode & 0o300) === 0o300;
}

function parentOf(path: RawPath): RawPath {
  return path.slice(0, Math.max(0, path.lastIndexOf("/"))) as RawPath;
}

/** Whether what is written to the file could be seen under another name, which may be the source's. */
function isShared(path: Buffer, { inode }: ManifestEntry): boolean {
  const { dev, ino, nlink } = fs.lstatSync(path, { bigint: true });
  return nlink > 1n || `${dev}:${ino}` === inode;
}

function copyBeside(destination: string, path: RawPath): Buffer {
  const copy = locate(destination, joinRaw(parentOf(path), TEMPORARY_NAME));
  fs.copyFileSync(locate(destination, path), copy, fs.constants.COPYFILE_EXCL);
  return copy;
}

function ageFile(path: Buffer, entry: ManifestEntry, random: Random): void {
  const descriptor = fs.openSync(path, fs.constants.O_RDWR | fs.constants.O_NOFOLLOW);
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
