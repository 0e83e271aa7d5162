// Raw paths taken apart. What node:path would do, without loading it for paths that are plain already.

import type { RawName, RawPath } from "#model/name.ts";

/** The path of the directory that holds an entry; "." for a name alone, "/" for what is in the root. */
export function parentPath(path: RawPath): RawPath {
  const slash = path.lastIndexOf("/");
  return (slash > 0 ? path.slice(0, slash) : slash === 0 ? "/" : ".") as RawPath;
}

/** The same of a path below some root: "" for what is in the root itself. */
export function pathAbove(path: RawPath): RawPath {
  return path.slice(0, Math.max(path.lastIndexOf("/"), 0)) as RawPath;
}

/** The last name of a path without a trailing slash; "" for the root. */
export function lastName(path: RawPath): RawName {
  return path.slice(path.lastIndexOf("/") + 1) as RawName;
}

/** An empty component, ".", or "..". */
const NEEDS_WORK = /(^|\/)\.{0,2}(\/|$)/;

/** An absolute path without "//", ".", ".." and, but for the root, a trailing slash: by its text alone. */
export function normalPath(path: string): RawPath {
  if (path === "/" || (path.startsWith("/") && !NEEDS_WORK.test(path.slice(1))))
    return path as RawPath;
  return process.getBuiltinModule("node:path").posix.resolve("/", path) as RawPath;
}
