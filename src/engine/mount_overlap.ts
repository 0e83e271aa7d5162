// A mount inside one tree may show what the other holds: a bind mount (mount(8)), or an overlay, whose upper layer gets all
// that is written to it. To go down there would be to copy the destination into itself without end, or to change and delete the
// source. Pure: the mount table comes as text.

import { textFromRaw, type RawPath } from "#model/name.ts";
import { allMounts, type Mount } from "#platform/mount_table.ts";
import type { Refusal } from "#planner/destination.ts";

/** A directory of a file system, by whatever mount it is reached. */
interface Place {
  readonly device: string;
  /** From the root of the file system. */
  readonly path: string;
}

/** One end of a mapping, with all that it takes to hold it against others. */
interface End {
  /** Absolute, without symlinks. */
  readonly path: RawPath;
  readonly place: Place | undefined;
  /** Mounts below it that the run would go down into. */
  readonly entered: readonly Mount[];
  /** Where an overlay keeps what is written to it. */
  readonly layer: Place | undefined;
}

/**
 * Every source is held against every destination; both are absolute, without symlinks. `enters` is asked of the path of a mount
 * below an end: one that is excluded is never entered.
 */
export function refuseMountOverlap(
  table: string,
  sources: readonly RawPath[],
  destinations: readonly RawPath[],
  oneFileSystem: boolean,
  enters: (path: RawPath) => boolean,
): Refusal | undefined {
  const mounts = allMounts(table);
  const from = sources.map((path) => endOf(mounts, path, enters));
  const to = destinations.map((path) => endOf(mounts, path, enters));
  // Of two ends without a mount in them, and none of them on an overlay, there is nothing to say: nearly always of all.
  const others = to.filter(mayMeet);
  for (const source of from) {
    for (const destination of mayMeet(source) ? to : others) {
      const refusal = refusePair(source, destination, oneFileSystem);
      if (refusal !== undefined) return refusal;
    }
  }
  return undefined;
}

function endOf(mounts: readonly Mount[], path: RawPath, enters: (path: RawPath) => boolean): End {
  const within = path === "/" ? path : `${path}/`;
  const entered = mounts.filter(
    ({ mountPoint }) =>
      mountPoint !== "/" &&
      mountPoint.startsWith(within) &&
      enters(mountPoint.slice(within.length) as RawPath),
  );
  const layer = upperLayer(mounts, path);
  return {
    path,
    place: placeOf(mounts, path),
    entered,
    layer: layer === undefined ? undefined : placeOf(mounts, layer),
  };
}

function mayMeet({ entered, layer }: End): boolean {
  return entered.length > 0 || layer !== undefined;
}

function refusePair(source: End, destination: End, oneFileSystem: boolean): Refusal | undefined {
  const isApart = source.place?.device !== destination.place?.device;
  // With --one-file-system the walk of the source meets no mount that shows another.
  const inSource = oneFileSystem && isApart ? undefined : mountShowing(source, destination);
  if (inSource !== undefined) return refusal("destination", destination, "source", inSource);
  const inDestination = mountShowing(destination, source);
  if (inDestination !== undefined) return refusal("source", source, "destination", inDestination);
  return refuseLayer(destination, source) ?? refuseLayer(source, destination);
}

function mountShowing({ entered }: End, other: End): Mount | undefined {
  return entered.find(
    ({ device, root, mountPoint }) =>
      overlaps({ device, path: root }, other.place) &&
      // A mount on the way to the other end, or around it, is what refuseOverlap() judges.
      !isWithin(other.path, mountPoint),
  );
}

/** One end is on an overlay, and the other holds what that is in its upper layer, or is a part of it. */
function refuseLayer(merged: End, other: End): Refusal | undefined {
  if (merged.layer === undefined || !overlaps(merged.layer, other.place)) return undefined;
  const [shown, held] = [textFromRaw(merged.path), textFromRaw(other.path)];
  return {
    outcome: "refused",
    message: `${shown} is on an overlay, and what is written there goes to ${held} or into it`,
    hint: "choose a place outside of it",
  };
}

/** Where an overlay keeps what is written to a path. */
function upperLayer(mounts: readonly Mount[], path: string): string | undefined {
  const mount = mountOf(mounts, path);
  if (mount?.type !== "overlay") return undefined;
  const upper = /(?:^|,)upperdir=([^,]*)/.exec(mount.superOptions)?.[1];
  return upper === undefined ? undefined : upper + below(path, mount);
}

function refusal(end: string, { path }: End, other: string, { mountPoint }: Mount): Refusal {
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
