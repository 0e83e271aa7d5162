// A mount inside one tree may show what the other holds: a bind mount (mount(8)), or an overlay, whose upper layer gets all
// that is written to it. To go down there would be to copy the destination into itself without end, or to change and delete the
// source. Pure: the mount table comes as text.

import { textFromRaw, type RawPath } from "#model/name.ts";
import { allMounts, type Mount } from "#platform/mount_table.ts";
import type { Refusal } from "#planner/destination.ts";

/** Two directories that a run pairs: absolute, without symlinks. */
export interface Ends {
  readonly source: RawPath;
  readonly destination: RawPath;
}

/** A directory of a file system, by whatever mount it is reached. */
interface Place {
  readonly device: string;
  /** From the root of the file system. */
  readonly path: string;
}

/** `enters` is asked of the path of a mount below either end: one that is excluded is never entered. */
export function refuseMountOverlap(
  table: string,
  { source, destination }: Ends,
  oneFileSystem: boolean,
  enters: (path: RawPath) => boolean,
): Refusal | undefined {
  const mounts = allMounts(table);
  const inside = (top: RawPath, other: RawPath): Mount | undefined => {
    const held = placeOf(mounts, other);
    const within = top === "/" ? top : `${top}/`;
    return mounts.find(
      (mount) =>
        mount.mountPoint.startsWith(within) &&
        mount.mountPoint !== "/" &&
        overlaps({ device: mount.device, path: mount.root }, held) &&
        // A mount on the way to the other end, or around it, is what refuseOverlap() judges.
        !isWithin(other, mount.mountPoint) &&
        enters(mount.mountPoint.slice(within.length) as RawPath),
    );
  };
  const isApart = placeOf(mounts, source)?.device !== placeOf(mounts, destination)?.device;
  // With --one-file-system the walk of the source meets no mount that shows another.
  const inSource = oneFileSystem && isApart ? undefined : inside(source, destination);
  if (inSource !== undefined) return refusal("destination", destination, "source", inSource);
  const inDestination = inside(destination, source);
  if (inDestination !== undefined) return refusal("source", source, "destination", inDestination);
  return refuseLayer(mounts, source, destination);
}

/** One end is on an overlay, and the other holds what that is in its upper layer, or is a part of it. */
function refuseLayer(
  mounts: readonly Mount[],
  source: RawPath,
  destination: RawPath,
): Refusal | undefined {
  for (const [merged, other] of [
    [destination, source],
    [source, destination],
  ] as const) {
    const layer = upperLayer(mounts, merged);
    const place = layer === undefined ? undefined : placeOf(mounts, layer);
    if (place === undefined || !overlaps(place, placeOf(mounts, other))) continue;
    const [shown, held] = [textFromRaw(merged), textFromRaw(other)];
    return {
      outcome: "refused",
      message: `${shown} is on an overlay, and what is written there goes to ${held} or into it`,
      hint: "choose a place outside of it",
    };
  }
  return undefined;
}

/** Where an overlay keeps what is written to a path. */
function upperLayer(mounts: readonly Mount[], path: string): string | undefined {
  const mount = mountOf(mounts, path);
  if (mount?.type !== "overlay") return undefined;
  const upper = /(?:^|,)upperdir=([^,]*)/.exec(mount.superOptions)?.[1];
  return upper === undefined ? undefined : upper + below(path, mount);
}

function refusal(end: string, path: RawPath, other: string, { mountPoint }: Mount): Refusal {
  const at = textFromRaw(mountPoint as RawPath);
  return {
    outcome: "refused",
    message: `the ${end} ${textFromRaw(path)}, or a part of it, is mounted inside the ${other}: at ${at}`,
    hint: "unmount it there, or --exclude it",
  };
}

function placeOf(mounts: readonly Mount[], path: string): Place | undefined {
  const mount = mountOf(mounts, path);
  if (mount === undefined) return undefined;
  const root = mount.root === "/" ? "" : mount.root;
  return { device: mount.device, path: root + below(path, mount) || "/" };
}

/** What of a path is below a mount that it is on, with its slash. */
function below(path: string, { mountPoint }: Mount): string {
  return mountPoint === "/" ? (path === "/" ? "" : path) : path.slice(mountPoint.length);
}

/** The last mount on the longest way to it is the one that it is on. */
function mountOf(mounts: readonly Mount[], path: string): Mount | undefined {
  let found: Mount | undefined;
  for (const mount of mounts) {
    const isNearer = mount.mountPoint.length >= (found?.mountPoint.length ?? 0);
    if (isNearer && isWithin(path, mount.mountPoint)) found = mount;
  }
  return found;
}

function overlaps(one: Place, other: Place | undefined): boolean {
  if (other === undefined || one.device !== other.device) return false;
  return isWithin(one.path, other.path) || isWithin(other.path, one.path);
}

function isWithin(path: string, top: string): boolean {
  return path === top || top === "/" || path.startsWith(`${top}/`);
}
