// Removes what a bench has made, after the last measured run. Several removals at once: some file systems wait
// for the disk at every file that they free (ext4 without a journal, mounted with discard).

import * as fs from "node:fs/promises";
import { join } from "node:path";

const REMOVALS_AT_ONCE = 8;
/** Trees are taken apart down to this depth, so that there is enough to do at once. */
const SPLIT_DEPTH = 4;

export async function removeTrees(root: string): Promise<void> {
  const pending = await branches(root, SPLIT_DEPTH);
  const remover = async (): Promise<void> => {
    for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
      await removeTree(path);
    }
  };
  await Promise.all(Array.from({ length: REMOVALS_AT_ONCE }, remover));
  await removeTree(root);
}

export async function removeTree(path: string): Promise<void> {
  await fs.rm(path, { recursive: true, force: true });
}

/** What cannot be listed is left to the removal that comes last, which says why. */
async function branches(directory: string, depth: number): Promise<string[]> {
  const entries = await fs.readdir(directory, { withFileTypes: true }).catch(() => []);
  const directories = entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(directory, name));
  if (depth === 1) return directories;
  const below = await Promise.all(directories.map((path) => branches(path, depth - 1)));
  return directories.flatMap((path, i) =>
    (below[i]?.length ?? 0) > 0 ? (below[i] ?? []) : [path],
  );
}
