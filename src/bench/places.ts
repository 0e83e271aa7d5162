// Where a bench may work: never inside the tree that it measures, which would be copied into itself and change while it
// is read.

import * as fs from "node:fs";
import { dirname } from "node:path";
import { type BenchOptions, CannotBench } from "#bench/options.ts";

/** Throws CannotBench for folders that are none, and for those that lie in the tree, by whatever name. */
export function checkPlaces({ directory, logParent, tree }: BenchOptions): void {
  for (const path of tree === undefined ? [directory] : [directory, tree]) {
    if (!fs.statSync(path, { throwIfNoEntry: false })?.isDirectory())
      throw new CannotBench(`${path} is no directory`);
  }
  if (tree === undefined) return;
  if (isInside(directory, tree)) {
    throw new CannotBench(
      `the trees would be made in ${directory}, inside ${tree}, which is to be measured`,
      "choose a --dir outside of it",
    );
  }
  if (isInside(logParent, tree)) {
    throw new CannotBench(
      `the logs would be kept in ${logParent}, inside ${tree}, which is to be measured`,
      "set XDG_STATE_HOME to a folder outside of it",
    );
  }
}

/** By device and inode: a mount or a symlink gives one folder several names. What does not exist yet is where its parent is. */
function isInside(path: string, tree: string): boolean {
  const { dev, ino } = fs.statSync(tree, { bigint: true });
  let place = existingAncestor(path);
  for (;;) {
    const stat = fs.statSync(place, { bigint: true });
    if (stat.dev === dev && stat.ino === ino) return true;
    const parent = dirname(place);
    if (parent === place) return false;
    place = parent;
  }
}

function existingAncestor(path: string): string {
  let place = path;
  while (!fs.existsSync(place)) place = dirname(place);
  return fs.realpathSync(place);
}
