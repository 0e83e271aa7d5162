// Paths that --files-from names and the source does not have: nothing would ever come to them, so nothing would say so.

import type { RawPath } from "#model/name.ts";
import { FIND_LISTED, type Problem } from "#model/problem.ts";
import { Errno, errnoName } from "#platform/errno.ts";
import { lastName, parentPath } from "#platform/paths.ts";
import type { Dir, Platform, StatSlot } from "#platform/platform.ts";
import type { Root } from "./job.ts";

export interface MissingListed {
  readonly problem: Problem;
  /** Below which it was looked for. */
  readonly root: RawPath;
}

/** With several sources it is enough that one of them has it. `looksAt` is told each directory before it is touched. */
export function findMissing(
  platform: Platform,
  roots: readonly Root[],
  listed: readonly RawPath[],
  looksAt: (path: RawPath) => void,
): readonly MissingListed[] {
  const [first] = roots;
  if (first === undefined) return [];
  const wanted = new Set(listed.map((path) => (path.endsWith("/") ? path.slice(0, -1) : path)));
  wanted.delete("");
  let results = new Map([...wanted].map((path) => [path as RawPath, 0]));
  for (const root of roots) results = lookFor(platform, root, results.keys(), looksAt);
  return [...results].map(([path, result]) => {
    const code = errnoName(result);
    const problem: Problem = {
      side: "source",
      path,
      operation: FIND_LISTED,
      code,
      severity: "failed",
    };
    return { problem, root: first.source };
  });
}

/** The paths that the root does not have, each with -errno. */
function lookFor(
  platform: Platform,
  root: Root,
  paths: Iterable<RawPath>,
  looksAt: (path: RawPath) => void,
): Map<RawPath, number> {
  const missing = new Map<RawPath, number>();
  const place = new Place(platform, root.source, looksAt);
  for (const path of paths) {
    const isOther = root.single !== undefined && path !== (root.single.source as string);
    const result = isOther ? -Errno.ENOENT : place.stat(path);
    if (result < 0) missing.set(path, result);
  }
  place.close();
  return missing;
}

/** A source's root with the directory below it that was asked for last: lists are mostly in order. */
class Place {
  readonly #platform: Platform;
  readonly #source: RawPath;
  readonly #looksAt: (path: RawPath) => void;
  readonly #stat: StatSlot;
  readonly #root: number;
  #folder = ".";
  #dir: number;

  constructor(platform: Platform, source: RawPath, looksAt: (path: RawPath) => void) {
    this.#platform = platform;
    this.#source = source;
    this.#looksAt = looksAt;
    this.#stat = platform.newStat();
    looksAt(source);
    this.#root = platform.openRoot(source);
    this.#dir = this.#root;
  }

  /** 0, or -errno. */
  stat(path: RawPath): number {
    if (this.#root < 0) return this.#root;
    this.#enter(parentPath(path));
    if (this.#dir < 0) return this.#dir;
    return this.#platform.stat(this.#dir as Dir, lastName(path), this.#stat);
  }

  close(): void {
    this.#leave();
    if (this.#root >= 0) this.#platform.closeDir(this.#root as Dir);
  }

  #enter(folder: string): void {
    if (folder === this.#folder) return;
    this.#leave();
    this.#folder = folder;
    if (folder === ".") return;
    this.#looksAt(`${this.#source}/${folder}` as RawPath);
    this.#dir = this.#platform.openBeneath(this.#root as Dir, folder as RawPath);
  }

  #leave(): void {
    if (this.#dir >= 0 && this.#dir !== this.#root) this.#platform.closeDir(this.#dir as Dir);
    this.#dir = this.#root;
    this.#folder = ".";
  }
}
