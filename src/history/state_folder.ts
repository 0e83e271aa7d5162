// Where blit keeps what it remembers, and opening that folder without ever waiting for it. The main thread does this,
// so the mount table is asked first: a state folder on a network or FUSE file system is left alone and there is no
// history. Whoever has such a home sets XDG_STATE_HOME to a local folder. Asking a worker instead was rejected: the
// fast path has none, and starting one costs more than the whole run.

import type { Environment } from "#model/environment.ts";
import { type RawName, type RawPath, rawFromText } from "#model/name.ts";
import { Errno } from "#platform/errno.ts";
import { localPlace, readMountTable } from "#platform/local_place.ts";
import type { Dir, Platform } from "#platform/platform.ts";

/** Why there is no folder, in words for the user. */
export type NoFolder = { readonly reason: string };

const FOLDER = "blit";
const FOLDER_MODE = 0o700;

/**
 * The folder of the XDG Base Directory Specification, and what stands for it elsewhere. Undefined where the
 * environment names no home; a relative XDG_STATE_HOME is ignored, as the specification asks.
 */
export function stateFolderPath(env: Environment, system: NodeJS.Platform): RawPath | undefined {
  if (system === "win32") {
    const local = env["LOCALAPPDATA"];
    return local === undefined || local === ""
      ? undefined
      : rawFromText(`${local.replaceAll("\\", "/")}/${FOLDER}`);
  }
  const state = env["XDG_STATE_HOME"];
  if (state?.startsWith("/")) return rawFromText(`${state}/${FOLDER}`);
  const home = env["HOME"];
  if (!home?.startsWith("/")) return undefined;
  return rawFromText(
    system === "darwin"
      ? `${home}/Library/Application Support/${FOLDER}`
      : `${home}/.local/state/${FOLDER}`,
  );
}

/**
 * Opens the folder, made with its parents (mode 0700) if `create` is set. Never blocks on a file system that could
 * hang. The caller owns the handle. A folder of another user is refused for both: as root through sudo, blit would
 * leave files in a user's home that the user cannot write, or follow what the user has planted there.
 */
export function openStateFolder(
  platform: Platform,
  path: RawPath,
  create: boolean,
): Dir | NoFolder | undefined {
  const place = localPlace(platform, readMountTable(platform), path);
  if (place === undefined) {
    return {
      reason: "the state folder is not on a local file system; XDG_STATE_HOME names another",
    };
  }
  const opened = create ? ensureFolder(platform, place) : platform.openRoot(place);
  if (opened === -Errno.ENOENT) return undefined;
  if (opened < 0) return { reason: "the state folder cannot be opened" };
  const folder = opened as Dir;
  if (isOwn(platform, folder)) return folder;
  platform.closeDir(folder);
  return { reason: "the state folder belongs to another user" };
}

function ensureFolder(platform: Platform, path: RawPath): number {
  const opened = platform.openRoot(path);
  const cut = path.lastIndexOf("/");
  if (opened !== -Errno.ENOENT || cut < 0) return opened;
  const parent = ensureFolder(platform, (path.slice(0, cut) || "/") as RawPath);
  if (parent < 0) return parent;
  const mayMake = process.geteuid?.() !== 0 || isOwn(platform, parent as Dir);
  const made = mayMake
    ? platform.makeDir(parent as Dir, path.slice(cut + 1) as RawName, FOLDER_MODE)
    : -Errno.EACCES;
  platform.closeDir(parent as Dir);
  return made < 0 && made !== -Errno.EEXIST ? made : platform.openRoot(path);
}

function isOwn(platform: Platform, folder: Dir): boolean {
  const user = process.geteuid?.();
  const stat = platform.newStat();
  return user === undefined || (platform.statDir(folder, stat) >= 0 && stat.uid === user);
}
