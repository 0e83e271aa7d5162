// Directories: opened by path, listed as a whole and handed out in chunks.

import {
  accessSync,
  closeSync,
  constants,
  type Dirent,
  fchmodSync,
  fchownSync,
  fstatSync,
  futimesSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  realpathSync,
  rmdirSync,
} from "node:fs";
import { Kind } from "#model/entry.ts";
import type { RawName, RawPath } from "#model/name.ts";
import { Errno } from "../errno.ts";
import type { Dir, DirectoryCalls, EntryName, StatSlot } from "../platform.ts";
import { TextNames } from "../text_names.ts";
import { attempt, attemptVoid } from "./attempt.ts";
import { sameAtime, timeArgument } from "./file_times.ts";
import { type OpenDirectories, type WholeListing, pathBytes } from "./open_directories.ts";
import { PortableStat } from "./portable_stat.ts";

const OPEN_DIRECTORY = constants.O_RDONLY | constants.O_DIRECTORY;
const CHUNK_ENTRIES = 1024;

export function directoryCalls(directories: OpenDirectories): DirectoryCalls {
  return {
    newStat: () => new PortableStat(),
    newListing: () => new TextNames(),
    openRoot: (path) => openRoot(directories, path),
    openBeneath: (root, path) => openBeneath(directories, root, path),
    closeDir: (dir: Dir) => directories.close(dir),
    readDir: (dir, into) => attempt(() => readChunk(directories, dir, into as TextNames)),
    countEntries: (dir) =>
      attempt(() => {
        const listing = list(directories.itself(dir));
        directories.get(dir).listing = listing;
        return (listing.next = listing.names.length);
      }),
    rewindDir: (dir: Dir) =>
      attemptVoid(() => {
        directories.get(dir).listing = undefined;
      }),
    mayMakeIn: (dir: Dir) =>
      attemptVoid(() => accessSync(directories.itself(dir), constants.W_OK | constants.X_OK)),
    makeDir: (dir: Dir, name: EntryName, mode: number) =>
      attemptVoid(() => mkdirSync(directories.entry(dir, name), mode)),
    removeDir: (dir: Dir, name: EntryName) =>
      attemptVoid(() => rmdirSync(directories.entry(dir, name))),
    statDir: (dir: Dir, into: StatSlot) =>
      attemptVoid(() => (into as PortableStat).fill(fstatSync(dir, { bigint: true }))),
    setDirOwner: (dir: Dir, uid: number, gid: number) =>
      attemptVoid(() => fchownSync(dir, uid, gid)),
    setDirMode: (dir: Dir, mode: number) => attemptVoid(() => fchmodSync(dir, mode)),
    setDirTime: (dir: Dir, sec: number, nsec: number) =>
      attemptVoid(() => {
        futimesSync(dir, sameAtime(fstatSync(dir, { bigint: true })), timeArgument(sec, nsec));
      }),
  };
}

/** The path is kept resolved: it must mean the same after the working directory changes. */
function openRoot(directories: OpenDirectories, path: RawPath): number {
  const opened = attempt(() => openSync(pathBytes(path), OPEN_DIRECTORY));
  if (opened < 0) return opened;
  const resolved = attempt(() => realpathSync.native(pathBytes(path), { encoding: "buffer" }));
  if (typeof resolved === "number") {
    closeSync(opened);
    return resolved;
  }
  directories.add(opened, resolved.toString("latin1"));
  return opened;
}

/**
 * Looks at every component before the last is opened. Between the look and the use of the path a component can be
 * replaced by a symlink: see open_directories.ts.
 */
function openBeneath(directories: OpenDirectories, root: Dir, path: RawPath): number {
  return attempt(() => {
    let at = directories.get(root).path;
    if (path !== "") {
      for (const component of path.split("/")) {
        if (component === "" || component === "..") return -Errno.EXDEV;
        at = `${at}/${component}`;
        const found = lstatSync(pathBytes(at));
        if (found.isSymbolicLink()) return -Errno.ELOOP;
        if (!found.isDirectory()) return -Errno.ENOTDIR;
      }
    }
    const opened = openSync(pathBytes(at || "/"), OPEN_DIRECTORY | constants.O_NOFOLLOW);
    directories.add(opened, at);
    return opened;
  });
}

function readChunk(directories: OpenDirectories, dir: Dir, chunk: TextNames): number {
  // Where it fails, what was listed before must not be taken for this directory's.
  chunk.names.length = chunk.kinds.length = 0;
  const directory = directories.get(dir);
  const listing = (directory.listing ??= list(directories.itself(dir)));
  const end = Math.min(listing.next + CHUNK_ENTRIES, listing.names.length);
  const count = end - listing.next;
  for (let i = 0; i < count; i++) {
    chunk.names[i] = listing.names[listing.next + i] as RawName;
    chunk.kinds[i] = listing.kinds[listing.next + i] as number;
  }
  chunk.names.length = chunk.kinds.length = count;
  listing.next = end;
  return count;
}

function list(path: Buffer): WholeListing {
  const entries = readdirSync(path, { encoding: "latin1", withFileTypes: true });
  return { names: entries.map(({ name }) => name as RawName), kinds: entries.map(kindOf), next: 0 };
}

function kindOf(entry: Dirent): Kind {
  if (entry.isFile()) return Kind.file;
  if (entry.isDirectory()) return Kind.directory;
  if (entry.isSymbolicLink()) return Kind.symlink;
  if (entry.isFIFO()) return Kind.fifo;
  if (entry.isSocket()) return Kind.socket;
  if (entry.isCharacterDevice()) return Kind.charDevice;
  if (entry.isBlockDevice()) return Kind.blockDevice;
  return Kind.unknown;
}
