// Entries of a directory by name, never through a symlink.

import {
  chmodSync,
  lchownSync,
  linkSync,
  lstatSync,
  lutimesSync,
  readlinkSync,
  renameSync,
  symlinkSync,
  unlinkSync,
} from "node:fs";
import type { RawName, RawPath } from "#model/name.ts";
import {
  type Dir,
  type EntryCalls,
  type EntryName,
  type StatSlot,
  UNSUPPORTED,
} from "../platform.ts";
import { attempt, attemptVoid } from "./attempt.ts";
import { sameAtime, timeArgument } from "./file_times.ts";
import { type OpenDirectories, pathBytes } from "./open_directories.ts";
import { passAlike, PortableAlike } from "./alike.ts";
import type { PortableStat } from "./portable_stat.ts";

/** POSIX leaves open whether link(2) follows a symlink. Linux does not, Darwin does. */
const LINKS_SYMLINKS = process.platform === "linux";

export function entryCalls(directories: OpenDirectories): EntryCalls {
  const entry = (dir: Dir, name: EntryName) => directories.entry(dir, name);

  return {
    stat: (dir: Dir, name: EntryName, into: StatSlot) =>
      attemptVoid(() => (into as PortableStat).fill(lstatSync(entry(dir, name), { bigint: true }))),
    newAlike: () => new PortableAlike(),
    passAlike: (source, target, names, start, end, alike) =>
      passAlike(directories, [source, target], names, [start, end], alike as PortableAlike),
    readLink: (dir: Dir, name: EntryName) =>
      attempt(
        () => readlinkSync(entry(dir, name), { encoding: "buffer" }).toString("latin1") as RawPath,
      ),
    makeSymlink: (dir: Dir, name: EntryName, target: RawPath) =>
      attemptVoid(() => symlinkSync(pathBytes(target), entry(dir, name))),
    // node:fs has neither mknod(2) nor mkfifo(3).
    makeNode: () => UNSUPPORTED,
    link: (fromDir: Dir, from: RawName, toDir: Dir, to: RawName) =>
      attempt(() => {
        const existing = entry(fromDir, from);
        if (!LINKS_SYMLINKS && isSymlink(existing)) return UNSUPPORTED;
        linkSync(existing, entry(toDir, to));
        return 0;
      }),
    rename: (fromDir: Dir, from: RawName, toDir: Dir, to: RawName) =>
      attemptVoid(() => renameSync(entry(fromDir, from), entry(toDir, to))),
    unlink: (dir: Dir, name: EntryName) => attemptVoid(() => unlinkSync(entry(dir, name))),
    setOwner: (dir: Dir, name: EntryName, uid: number, gid: number) =>
      attemptVoid(() => lchownSync(entry(dir, name), uid, gid)),
    setMode: (dir: Dir, name: EntryName, mode: number) =>
      attempt(() => {
        // chmod(2) follows; the gap between the two calls is that of open_directories.ts.
        const path = entry(dir, name);
        if (isSymlink(path)) return UNSUPPORTED;
        chmodSync(path, mode);
        return 0;
      }),
    setTime: (dir: Dir, name: EntryName, sec: number, nsec: number) =>
      attemptVoid(() => {
        const path = entry(dir, name);
        const atime = sameAtime(lstatSync(path, { bigint: true }));
        lutimesSync(path, atime, timeArgument(sec, nsec));
      }),
  };
}

function isSymlink(path: Buffer): boolean {
  return lstatSync(path).isSymbolicLink();
}
