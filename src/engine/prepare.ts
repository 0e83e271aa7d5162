// Before anything is touched: looks at the paths that were given, lets the planner resolve and judge them, and opens the
// way by making the destination's directories. Blocks: on the main thread only for local file systems.

import { type Identity, identityOf, Kind, sameInode } from "#model/entry.ts";
import { joinRaw, textFromRaw, type RawName, type RawPath } from "#model/name.ts";
import type { Mapping, RunOptions } from "#model/options.ts";
import { type PathFact, type Refusal, resolveMappings } from "#planner/destination.ts";
import type { Filter } from "#planner/filter.ts";
import { type Lineage, refuseMirror, refuseOverlap } from "#planner/safety.ts";
import { lastName, normalPath, parentPath } from "#platform/paths.ts";
import { Errno, errnoName } from "#platform/errno.ts";
import type { Dir, Platform, StatSlot } from "#platform/platform.ts";
import { isExcluded } from "./filter_for.ts";
import type { Root } from "./job.ts";
import { findMissing, type MissingListed } from "./listed.ts";
import { moveWhole } from "./rename.ts";

export interface Prepared {
  readonly mappings: readonly Mapping[];
  readonly roots: readonly Root[];
  /** Sources that one rename has moved already. */
  readonly movedWhole: number;
  /** What --files-from names and no source has. */
  readonly missing: readonly MissingListed[];
}

export type Preparation = Prepared | { readonly refusal: Refusal };

/**
 * `cwd` is the working directory, undefined where it is gone; `umask` the process's own, for directories made on the way.
 * `looksAt` is told each path before it is touched.
 */
export function prepare(
  platform: Platform,
  options: RunOptions,
  cwd: RawPath | undefined,
  umask: number,
  filter: Filter | undefined,
  looksAt: (path: RawPath) => void = () => {},
): Preparation {
  const look = new Look(platform, cwd, looksAt);
  try {
    const sources = options.sources.map((path) => look.fact(path));
    const resolution = resolveMappings(options.verb, sources, look.fact(options.destination));
    if ("refusal" in resolution) return resolution;
    const { mappings } = resolution;
    const refusal = refuse(look, options, mappings, filter);
    if (refusal !== undefined) return { refusal };
    const made = makeRoots(platform, look, options, mappings, umask);
    const listed = options.filter?.filesFrom ?? [];
    return { ...made, mappings, missing: findMissing(platform, made.roots, listed, looksAt) };
  } catch (error) {
    if (error instanceof CouldNotLook) return { refusal: error.refusal };
    throw error;
  }
}

class CouldNotLook extends Error {
  readonly refusal: Refusal;
  constructor(message: string, hint?: string) {
    super(message);
    this.refusal = { outcome: "could-not-run", message, hint };
  }
}

function refuse(
  look: Look,
  options: RunOptions,
  mappings: readonly Mapping[],
  filter: Filter | undefined,
): Refusal | undefined {
  // Nothing is written, so nothing can be lost.
  if (options.verb === "verify") return undefined;
  const lineages = mappings.map((mapping) => ({
    mapping,
    source: look.lineage(mapping.source, mapping.asDirectory),
    destination: look.lineage(mapping.destination, mapping.asDirectory),
  }));
  const overlap = refuseOverlap(lineages, options.oneFileSystem);
  if (overlap !== undefined || options.verb !== "mirror") return overlap;
  const protects = options.filter?.deleteExcluded === true ? undefined : filter;
  for (const mapping of mappings) {
    if (!mapping.asDirectory || look.kind(mapping.destination) === "missing") continue;
    const roots = {
      mapping,
      sourceNames: look.names(mapping.source),
      destinationNames: look.unprotected(mapping.destination, protects),
      isInSource: (name: RawName) =>
        look.kind(`${mapping.source}/${name}` as RawPath) !== "missing",
    };
    const refusal = refuseMirror(roots, options);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function makeRoots(
  platform: Platform,
  look: Look,
  options: RunOptions,
  mappings: readonly Mapping[],
  umask: number,
): Pick<Prepared, "roots" | "movedWhole"> {
  const roots: Root[] = [];
  let movedWhole = 0;
  for (const { source, destination, asDirectory } of mappings) {
    const place = asDirectory ? destination : parentPath(destination);
    const isMissing = look.kind(place) === "missing";
    if (!options.dryRun)
      look.makeDirectories(asDirectory ? parentPath(place) : place, 0o777 & ~umask);
    if (asDirectory && isMissing && moveWhole(platform, options, source, destination)) {
      movedWhole++;
      continue;
    }
    if (asDirectory && isMissing && !options.dryRun) look.makeDirectories(place, 0o700);
    roots.push({
      source: asDirectory ? source : parentPath(source),
      destination: place,
      single: asDirectory
        ? undefined
        : { source: lastName(source), destination: lastName(destination) },
      fresh: asDirectory && isMissing,
    });
  }
  return { roots, movedWhole };
}

/** Looks at paths as the kernel resolves them. */
class Look {
  readonly #platform: Platform;
  readonly #cwd: RawPath | undefined;
  readonly #stat: StatSlot;
  readonly #looksAt: (path: RawPath) => void;

  constructor(platform: Platform, cwd: RawPath | undefined, looksAt: (path: RawPath) => void) {
    this.#platform = platform;
    this.#cwd = cwd;
    this.#looksAt = looksAt;
    this.#stat = platform.newStat();
  }

  fact(typed: RawPath): PathFact {
    this.#looksAt(typed);
    const absolute = this.#absolute(typed);
    const kind = this.kind(absolute);
    return {
      typed,
      absolute,
      kind,
      isDirectory: kind !== "missing" && this.#isDirectory(absolute),
    };
  }

  /** Without "..": a symlink before it makes of it another place than the text says. */
  #absolute(typed: RawPath): RawPath {
    if (!typed.startsWith("/") && this.#cwd === undefined) {
      throw new CouldNotLook(
        "the working directory does not exist any more",
        "give absolute paths",
      );
    }
    const path = typed.startsWith("/") ? typed : `${this.#cwd}/${typed}`;
    if (!path.split("/").includes("..")) return normalPath(path);
    const bare = path.replace(/\/+$/, "") as RawPath;
    const last = lastName(bare);
    const isNamed = last !== ".." && last !== ".";
    const directory = realpath(isNamed ? parentPath(bare) : bare);
    if (directory === undefined) return normalPath(path);
    return normalPath(isNamed ? `${directory}/${last}` : directory);
  }

  kind(absolute: RawPath): Kind | "missing" {
    if (absolute === "/") return Kind.directory;
    this.#looksAt(absolute);
    const parent = this.#platform.openRoot(parentPath(absolute));
    if (parent < 0) return this.#missing(parent, absolute);
    const found = this.#platform.stat(parent as Dir, lastName(absolute), this.#stat);
    this.#platform.closeDir(parent as Dir);
    return found < 0 ? this.#missing(found, absolute) : this.#stat.kind;
  }

  #missing(result: number, path: RawPath): "missing" {
    if (result === -Errno.ENOENT) return "missing";
    if (result === -Errno.ENOTDIR) {
      throw new CouldNotLook(`a part of ${textFromRaw(path)} is not a directory`);
    }
    throw new CouldNotLook(`${textFromRaw(path)} cannot be looked at: ${errnoName(result)}`);
  }

  #isDirectory(absolute: RawPath): boolean {
    const opened = this.#platform.openRoot(absolute);
    if (opened >= 0) this.#platform.closeDir(opened as Dir);
    else if (opened === -Errno.EACCES) {
      throw new CouldNotLook(
        `${textFromRaw(absolute)} cannot be opened: EACCES`,
        "run as a user who may read it",
      );
    }
    return opened >= 0;
  }

  /** The entry and every directory above it, as the kernel climbs: through symlinks and mounts to the root. */
  lineage(absolute: RawPath, followed: boolean): Lineage {
    this.#looksAt(absolute);
    const chain: Identity[] = [];
    let directory: string = absolute;
    let exists = true;
    if (!followed) {
      exists = this.kind(absolute) !== "missing";
      if (exists) chain.push(identityOf(this.#stat));
      directory = parentPath(absolute);
    }
    let opened = this.#platform.openRoot(directory as RawPath);
    while (opened < 0 && directory !== "/") {
      exists = false;
      directory = parentPath(directory as RawPath);
      opened = this.#platform.openRoot(directory as RawPath);
    }
    for (let path = directory; opened >= 0; path = `${path}/..`) {
      this.#platform.statDir(opened as Dir, this.#stat);
      this.#platform.closeDir(opened as Dir);
      const identity = identityOf(this.#stat);
      const last = chain.at(-1);
      if (last !== undefined && sameInode(last, identity) && path.endsWith("/..")) break;
      chain.push(identity);
      opened = this.#platform.openRoot(`${path}/..` as RawPath);
    }
    return { exists, chain };
  }

  *names(absolute: RawPath): Generator<RawName> {
    this.#looksAt(absolute);
    const dir = this.#platform.openRoot(absolute);
    if (dir < 0)
      throw new CouldNotLook(`${textFromRaw(absolute)} cannot be opened: ${errnoName(dir)}`);
    try {
      const listing = this.#platform.newListing();
      for (;;) {
        const count = this.#platform.readDir(dir as Dir, listing);
        if (count < 0)
          throw new CouldNotLook(`${textFromRaw(absolute)} cannot be listed: ${errnoName(count)}`);
        if (count === 0) return;
        for (let index = 0; index < count; index++) yield listing.text(index);
      }
    } finally {
      this.#platform.closeDir(dir as Dir);
    }
  }

  /** As names(), without those that the filter protects. */
  *unprotected(absolute: RawPath, filter: Filter | undefined): Generator<RawName> {
    for (const name of this.names(absolute)) {
      if (filter !== undefined && this.kind(joinRaw(absolute, name)) !== "missing") {
        if (isExcluded(filter, name as unknown as RawPath, this.#stat)) continue;
      }
      yield name;
    }
  }

  /** As mkdir -p. */
  makeDirectories(absolute: RawPath, mode: number): void {
    if (this.kind(absolute) !== "missing") return;
    const above = parentPath(absolute);
    this.makeDirectories(above, mode === 0o700 ? 0o755 : mode);
    const parent = this.#platform.openRoot(above);
    const made =
      parent < 0 ? parent : this.#platform.makeDir(parent as Dir, lastName(absolute), mode);
    if (parent >= 0) this.#platform.closeDir(parent as Dir);
    if (made < 0 && made !== -Errno.EEXIST) {
      throw new CouldNotLook(
        `the destination ${textFromRaw(absolute)} cannot be made: ${errnoName(made)}`,
      );
    }
  }
}

/** Loads node:fs, which takes its time, for the rare path that needs it. */
function realpath(path: string): string | undefined {
  const { realpathSync } = process.getBuiltinModule("node:fs");
  try {
    return realpathSync(Buffer.from(path, "latin1"), { encoding: "buffer" }).toString("latin1");
  } catch {
    return undefined;
  }
}
