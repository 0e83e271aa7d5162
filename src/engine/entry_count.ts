// How many entries a directory holds, by its size where that tells: listing the destination again, only to count, is some
// hundredths of the time of a run in which nothing has changed.

import { compileOnce } from "#platform/compiler.ts";
import type { Dir, Platform, StatSlot } from "#platform/platform.ts";
import type { Route } from "./route.ts";

/** What each entry of a directory counts for in its size, "." and ".." too (BOGO_DIRENT_SIZE in the kernel's mm/shmem.c). */
const TMPFS_ENTRY_BYTES = 20;
/** It is no promise of the kernel's: so many directories must have been as large as they should be before it is relied on. */
const PROOFS = 8;

/** The entries of a destination directory that has this stat and has not been read yet; or -errno. */
export function entryCount(platform: Platform, route: Route, dir: Dir, stat: StatSlot): number {
  if (route.targetKind !== "tmpfs") return platform.countEntries(dir);
  const told = stat.sizeBytes / TMPFS_ENTRY_BYTES - 2;
  if (route.sizesProven >= PROOFS) return told;
  const count = platform.countEntries(dir);
  if (count !== told) route.sizesProven = Number.NEGATIVE_INFINITY;
  else if (count > 0) route.sizesProven++;
  return count;
}

compileOnce(entryCount);
