// Where a path leads, found out without ever waiting for a file system that may hang: the main thread may ask.

import type { RawPath } from "#model/name.ts";
import { Errno } from "./errno.ts";
import { isLocalThroughout } from "./mount_table.ts";
import type { Dir, Platform } from "./platform.ts";
import { readLinkIn, readText } from "./read_text.ts";

/** A path that needs more steps than this has a loop of symlinks in it. */
const MAX_STEPS = 256;

/**
 * The path without symlinks, or undefined if any part of it is on a file system that could hang. Each directory is
 * touched only after the mount table has said that it is local.
 */
export function localPlace(
  platform: Platform,
  table: string | undefined,
  path: RawPath,
): RawPath | undefined {
  // Other systems than Linux have no such table: a home is taken to be local, unless it is a Windows share.
  if (table === undefined) return path.startsWith("//") ? undefined : path;
  const isPlain = !path.split("/").includes("..");
  if (isPlain && isLocalThroughout(table, path) && !hasSymlink(platform, path)) return path;
  const pending = path.split("/").toReversed();
  let resolved = "";
  for (let steps = 0; pending.length > 0; steps++) {
    if (steps > MAX_STEPS || !isLocalThroughout(table, resolved)) return undefined;
    const name = pending.pop();
    if (name === undefined || name === "" || name === ".") continue;
    if (name === "..") {
      resolved = resolved.slice(0, Math.max(0, resolved.lastIndexOf("/")));
      continue;
    }
    const target = readLinkIn(platform, resolved || "/", name);
    if (target === undefined) {
      resolved += `/${name}`;
    } else {
      if (target.startsWith("/")) resolved = "";
      pending.push(...target.split("/").toReversed());
    }
  }
  return isLocalThroughout(table, resolved) ? ((resolved || "/") as RawPath) : undefined;
}

/** One lookup that stops at the first symlink. What is missing has none. */
function hasSymlink(platform: Platform, path: RawPath): boolean {
  const root = platform.openRoot("/" as RawPath);
  if (root < 0) return true;
  const found = platform.openBeneath(root as Dir, path.slice(1) as RawPath);
  platform.closeDir(root as Dir);
  if (found >= 0) platform.closeDir(found as Dir);
  return found < 0 && found !== -Errno.ENOENT;
}

/** Undefined where the system has none. */
export function readMountTable(platform: Platform): string | undefined {
  if (platform.name === "darwin" || platform.name === "windows") return undefined;
  return readText(platform, "/proc/self", "mountinfo");
}
