// Before anything is touched: looks at the paths that were given, lets the planner resolve and judge them, and opens the
// way by making the destination's directories. Blocks: on the main thread only for local file systems.

import type { RawName, RawPath } from "#model/name.ts";
import type { Mapping, RunOptions } from "#model/options.ts";
import { type Refusal, resolveMappings } from "#planner/destination.ts";
import type { Filter } from "#planner/filter.ts";
import { type MappingLineage, refuseLog, refuseMirror, refuseOverlap } from "#planner/safety.ts";
import { lastName, parentPath } from "#platform/paths.ts";
import type { Platform } from "#platform/platform.ts";
import { isPathExcluded } from "./filter_for.ts";
import type { Root } from "./job.ts";
import { findMissing, type MissingListed } from "./listed.ts";
import { CouldNotLook, Look } from "./look.ts";
import { refuseMountOverlap } from "./mount_overlap.ts";
import { moveWhole } from "./rename.ts";

export interface Prepared {
  readonly mappings: readonly Mapping[];
  readonly roots: readonly Root[];
  /** What one rename has moved already. */
  readonly movedWhole: readonly Mapping[];
  /** What --files-from names and no source has. */
  readonly missing: readonly MissingListed[];
}

export type Preparation = Prepared | { readonly refusal: Refusal };

/** What it takes to prepare a run. */
export interface PrepareRequest {
  readonly options: RunOptions;
  /** The working directory, undefined where it is gone. */
  readonly cwd: RawPath | undefined;
  /** The process's own, for directories made on the way. */
  readonly umask: number;
  /** The text of the mount table; undefined where there is none. */
  readonly mounts: string | undefined;
}

/** `looksAt` is told each path before it is touched. */
export function prepare(
  platform: Platform,
  { options, cwd, umask, mounts }: PrepareRequest,
  filter: Filter | undefined,
  looksAt: (path: RawPath) => void = () => {},
): Preparation {
  const look = new Look(platform, cwd, looksAt);
  try {
    const sources = options.sources.map((path) => look.fact(path));
    const resolution = resolveMappings(options.verb, sources, look.fact(options.destination));
    if ("refusal" in resolution) return resolution;
    const { mappings } = resolution;
    const refusal = refuse(look, options, mappings, filter, mounts);
    if (refusal !== undefined) return { refusal };
    const made = makeRoots(platform, look, options, mappings, umask);
    const listed = options.filter?.filesFrom ?? [];
    return { ...made, mappings, missing: findMissing(platform, made.roots, listed, looksAt) };
  } catch (error) {
    if (error instanceof CouldNotLook) return { refusal: error.refusal };
    throw error;
  }
}

function refuse(
  look: Look,
  options: RunOptions,
  mappings: readonly Mapping[],
  filter: Filter | undefined,
  mounts: string | undefined,
): Refusal | undefined {
  // Nothing is written, so nothing can be lost.
  if (options.verb === "verify") return undefined;
  const lineages = mappings.map((mapping) => ({
    mapping,
    source: look.lineage(mapping.source, mapping.asDirectory),
    destination: look.lineage(mapping.destination, mapping.asDirectory),
  }));
  const deletesExcluded = options.filter?.deleteExcluded === true;
  const protects = deletesExcluded ? undefined : filter;
  const refusal =
    refuseOverlap(lineages, options.oneFileSystem) ??
    refuseMounts(look, options, mappings, filter, mounts) ??
    refuseOwnLog(look, options, lineages, protects);
  if (refusal !== undefined || options.verb !== "mirror") return refusal;
  const leavesOut = deletesExcluded ? filter : undefined;
  for (const mapping of mappings) {
    if (!mapping.asDirectory || look.kind(mapping.destination) === "missing") continue;
    const roots = {
      mapping,
      sourceNames: look.names(mapping.source, leavesOut),
      isFiltered: leavesOut !== undefined,
      destinationNames: look.names(mapping.destination, protects),
      isInSource: (name: RawName) => look.holds(mapping.source, name, leavesOut),
    };
    const refusal = refuseMirror(roots, options);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function refuseMounts(
  look: Look,
  options: RunOptions,
  mappings: readonly Mapping[],
  filter: Filter | undefined,
  mounts: string | undefined,
): Refusal | undefined {
  if (mounts === undefined) return undefined;
  const enters = (path: RawPath) => filter === undefined || !isPathExcluded(filter, path, true);
  const directories = mappings.filter(({ asDirectory }) => asDirectory);
  return refuseMountOverlap(
    mounts,
    directories.map(({ source }) => look.directoryPlace(source)),
    directories.map(({ destination }) => look.directoryPlace(destination)),
    options.oneFileSystem,
    enters,
  );
}

function refuseOwnLog(
  look: Look,
  { verb, log }: RunOptions,
  lineages: readonly MappingLineage[],
  protects: Filter | undefined,
): Refusal | undefined {
  if (log === undefined) return undefined;
  const place = look.place(log);
  return refuseLog(
    { place, chain: look.lineage(place, false).chain },
    lineages,
    (path) =>
      verb !== "mirror" || (protects !== undefined && isPathExcluded(protects, path, false)),
  );
}

/** The directory that a mapping brings entries to. */
function placeOf({ destination, asDirectory }: Mapping): RawPath {
  return asDirectory ? destination : parentPath(destination);
}

function makeRoots(
  platform: Platform,
  look: Look,
  options: RunOptions,
  mappings: readonly Mapping[],
  umask: number,
): Pick<Prepared, "roots" | "movedWhole"> {
  const roots: Root[] = [];
  const movedWhole: Mapping[] = [];
  if (options.verb !== "verify") {
    const isNewEntry = ({ destination, asDirectory }: Mapping) =>
      !asDirectory && look.kind(destination) === "missing";
    for (const [place, arriving] of Map.groupBy(mappings, placeOf))
      look.mustTakeEntries(place, () => arriving.every(isNewEntry));
  }
  for (const mapping of mappings) {
    const { source, destination, asDirectory } = mapping;
    const place = placeOf(mapping);
    const isMissing = look.kind(place) === "missing";
    if (!options.dryRun)
      look.makeDirectories(asDirectory ? parentPath(place) : place, 0o777 & ~umask);
    const above = () => look.nearest(parentPath(place));
    if (asDirectory && isMissing && moveWhole(platform, options, source, place, above)) {
      movedWhole.push(mapping);
      continue;
    }
    if (asDirectory && isMissing && !options.dryRun) look.makeDirectories(place, 0o700);
    roots.push({
      source: asDirectory ? source : parentPath(source),
      destination: place,
      single: asDirectory
        ? undefined
        : { source: lastName(source), destination: lastName(destination) },
      // A dry run does not make the place of a single entry.
      fresh: isMissing && (asDirectory || options.dryRun),
    });
  }
  return { roots, movedWhole };
}
