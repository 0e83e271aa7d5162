// What kind of storage the paths of a run are on, as the mount table tells it: nothing here waits for a file system that
// may hang. It decides whether the main thread may touch the paths at all.

import { textFromRaw, type RawPath } from "#model/name.ts";
import { fileSystemKindOfType } from "#platform/file_system_kind.ts";
import { localPlace, readMountTable } from "#platform/local_place.ts";
import { hasForeignBelow, mountedType } from "#platform/mount_table.ts";
import { normalPath } from "#platform/paths.ts";
import type { FileSystemKind, Platform } from "#platform/platform.ts";

export interface Ground {
  readonly sourceKind: FileSystemKind;
  readonly destinationKind: FileSystemKind;
  /** The paths as typed, made absolute. */
  readonly sources: readonly RawPath[];
  readonly destination: RawPath;
  /** The text of the mount table. */
  readonly mounts: string | undefined;
  /** Why the main thread must keep away, in words; undefined where everything is local, down to the last directory. */
  readonly foreign: string | undefined;
}

export function surveyGround(
  platform: Platform,
  sources: readonly RawPath[],
  destination: RawPath,
  cwd: RawPath | undefined,
): Ground {
  const table = readMountTable(platform);
  const absolute = (path: RawPath) =>
    normalPath(path.startsWith("/") ? path : `${cwd ?? ""}/${path}`);
  const kindOf = (path: RawPath | undefined): FileSystemKind => {
    if (table === undefined || path === undefined) return "other";
    return fileSystemKindOfType(mountedType(table, path) ?? "");
  };
  const typed = (path: RawPath) =>
    (path.startsWith("/") ? path : `${cwd ?? ""}/${path}`) as RawPath;
  // Judged as typed: a ".." behind a symlink leads elsewhere than the text says.
  const foreign = [...sources, destination].find(
    (path) => !isLocalGround(platform, table, typed(path)),
  );
  return {
    sourceKind: kindOf(sources.map(absolute)[0]),
    destinationKind: kindOf(absolute(destination)),
    sources: sources.map(absolute),
    destination: absolute(destination),
    mounts: table,
    foreign:
      foreign === undefined ? undefined : `${textFromRaw(foreign)} may wait for another machine`,
  };
}

function isLocalGround(platform: Platform, table: string | undefined, path: RawPath): boolean {
  const place = localPlace(platform, table, path);
  if (place === undefined) return false;
  return table === undefined || !hasForeignBelow(table, normalPath(place));
}
