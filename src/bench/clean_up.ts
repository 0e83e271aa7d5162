// Removes what a bench has made, after the last measured run. Several removals at once: some file systems wait
// for the disk at every file that they free (ext4 without a journal, mounted with discard).

import * as fs from "node:fs/promises";
import { join } from "node:path";

const REMOVALS_AT_ONCE = 8;
/** Trees are taken apart down to this depth, so that there is enough to do at once. */
const SPLIT_DEPTH = 4;
const OWNER_ALL = 0o700;

/** Throws what the file system throws where something is left in the end. */
export async function removeTrees(root: string): Promise<void> {
  const pending = await branches(root, SPLIT_DEPTH);
  const remover = async (): Promise<void> => {
    for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
      // What is still in the way is left to the removal that comes last, which says why.
      await remove(path).catch(() => undefined);
    }
  };
  await Promise.all(Array.from({ length: REMOVALS_AT_ONCE }, remover));
  await removeTree(root);
}

/** Directories that an ordinary user may not enter or change are opened up: a copy of one is closed like it. */
export async function removeTree(path: string): Promise<void> {
  try {
    await remove(path);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    await openUp(Buffer.from(path));
    await remove(path);
  }
}

async function remove(path: string): Promise<void> {
  await fs.rm(path, { recursive: true, force: true });
}

function isRefusal(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  return code === "EACCES" || code === "EPERM";
}

async function openUp(path: Buffer): Promise<void> {
  const stat = await fs.lstat(path);
  if (!stat.isDirectory()) return;
  if ((stat.mode & OWNER_ALL) !== OWNER_ALL) {
    await fs.chmod(path, (stat.mode & 0o7777) | OWNER_ALL);
  }
  for (const name of await fs.readdir(path, { encoding: "buffer" })) {
    await openUp(Buffer.concat([path, Buffer.from("/"), name]));
  }
}

/** What cannot be listed is taken whole, and what has no name in UTF-8 is left to the removal that comes last. */
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
