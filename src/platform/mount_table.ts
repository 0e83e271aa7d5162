// What is mounted where, as Linux tells it in /proc/self/mountinfo (proc_pid_mountinfo(5)). Pure. It answers for a
// path without touching it: asking a dead network server what it is would already hang.

import { fileSystemKindOfType, isLocal } from "./file_system_kind.ts";

/** Fields before the mount point: mount id, parent, device, and the root within the file system. */
const MOUNT_POINT_FIELD = 4;
/** Comes before the type. Spaces in paths are escaped, so it is nowhere else in a line. */
const SEPARATOR = " - ";

/** The type of the file system that holds an absolute path without symlinks, as the kernel names it ("nfs4"). */
export function mountedType(table: string, path: string): string | undefined {
  for (let prefix = path; ; prefix = parentOf(prefix)) {
    const type = typeAt(table, prefix === "" ? "/" : prefix);
    if (type !== undefined || prefix === "") return type;
  }
}

/** Whether looking the path up, without following symlinks, meets local file systems only. */
export function isLocalThroughout(table: string, path: string): boolean {
  for (let prefix = path; prefix !== ""; prefix = parentOf(prefix)) {
    const type = typeAt(table, prefix);
    if (type !== undefined && !isLocalType(type)) return false;
  }
  return isLocalType(typeAt(table, "/") ?? "");
}

/** Whether anything is mounted below a path that may hang: who goes down from there may meet it. */
export function hasForeignBelow(table: string, path: string): boolean {
  const below = escapePath(path === "/" ? path : `${path}/`);
  return table.split("\n").some((line) => {
    const mountPoint = line.split(" ", MOUNT_POINT_FIELD + 1)[MOUNT_POINT_FIELD];
    if (mountPoint === undefined || mountPoint === "/" || !mountPoint.startsWith(below))
      return false;
    const type = line.indexOf(SEPARATOR) + SEPARATOR.length;
    return !isLocalType(line.slice(type, line.indexOf(" ", type)));
  });
}

function isLocalType(type: string): boolean {
  return isLocal(fileSystemKindOfType(type));
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/** Searched from the end: of several mounts on one point the last one is on top. */
function typeAt(table: string, mountPoint: string): string | undefined {
  const field = ` ${escapePath(mountPoint)} `;
  for (
    let at = table.lastIndexOf(field);
    at >= 0;
    at = at === 0 ? -1 : table.lastIndexOf(field, at - 1)
  ) {
    const lineStart = table.lastIndexOf("\n", at) + 1;
    if (table.slice(lineStart, at).split(" ").length !== MOUNT_POINT_FIELD) continue;
    const type = table.indexOf(SEPARATOR, at) + SEPARATOR.length;
    return table.slice(type, table.indexOf(" ", type));
  }
  return undefined;
}

function escapePath(path: string): string {
  return path.replace(
    /[ \t\n\\]/g,
    (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, "0")}`,
  );
}

/** One line of the table, its paths as raw bytes. */
export interface Mount {
  readonly mountPoint: string;
  /** What of the file system is mounted: "/" for all of it. */
  readonly root: string;
  readonly type: string;
  readonly source: string;
  /** major:minor */
  readonly device: string;
  readonly options: string;
  /** Of the file system itself, whatever mount shows it. */
  readonly superOptions: string;
}

/** The mount of an id as statx(2) gives it; undefined where the table has none. */
export function mountOfId(table: string, mountId: number): Mount | undefined {
  const line = table.split("\n").find((each) => each.startsWith(`${mountId} `));
  return line === undefined ? undefined : mountFrom(line);
}

/** All mounts, in the order in which they were made. */
export function allMounts(table: string): readonly Mount[] {
  return table
    .split("\n")
    .filter((line) => line !== "")
    .map(mountFrom);
}

function mountFrom(line: string): Mount {
  const separator = line.indexOf(SEPARATOR);
  const [, , device = "", root = "", mountPoint = "", options = ""] = line.split(" ");
  const ofSystem = line.slice(separator + SEPARATOR.length).split(" ");
  const [type = "", source = "", superOptions = ""] = ofSystem;
  const paths = { mountPoint: unescaped(mountPoint), root: unescaped(root) };
  return { ...paths, type, source: unescaped(source), device, options, superOptions };
}

function unescaped(field: string): string {
  return field.replace(/\\(\d{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
