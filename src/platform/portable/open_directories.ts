// The directories that are open in one thread: descriptor → absolute path.
//
// node:fs has no *at() calls, so every entry is reached through a path. The descriptor serves what fstat, fchmod,
// fchown and futimes can do, and makes a handle the same scarce resource that it is elsewhere. Two things follow that
// hold on this platform only: a handle is good in the thread that opened it and no other, and one whose directory is
// renamed or replaced meanwhile names whatever stands at its old path. That race cannot be closed without *at(),
// which is why Linux does not use this platform.

import { closeSync } from "node:fs";
import type { RawName, RawPath } from "#model/name.ts";
import { Errno } from "../errno.ts";
import type { Dir, EntryName } from "../platform.ts";
import { attemptOnce } from "./attempt.ts";

export interface OpenDirectory {
  /** Absolute, without a trailing slash: "" is the root of all paths. */
  readonly path: string;
  /** What readDir has yet to hand out; undefined before its first call. */
  listing: WholeListing | undefined;
}

export interface WholeListing {
  readonly names: readonly RawName[];
  readonly kinds: readonly number[];
  next: number;
}

export class OpenDirectories {
  readonly #open = new Map<number, OpenDirectory>();

  /** Takes ownership of the descriptor. */
  add(descriptor: number, path: string): void {
    this.#open.set(descriptor, { path: path === "/" ? "" : path, listing: undefined });
  }

  close(dir: Dir): void {
    if (this.#open.delete(dir)) attemptOnce(() => closeSync(dir));
  }

  get(dir: Dir): OpenDirectory {
    const directory = this.#open.get(dir);
    if (directory === undefined) throw new BadHandle(dir);
    return directory;
  }

  /** The bytes of an entry's path. Throws a BadHandle, which attempt() turns into -EBADF. */
  entry(dir: Dir, name: EntryName): Buffer {
    return pathBytes(`${this.get(dir).path}/${name}`);
  }

  itself(dir: Dir): Buffer {
    return pathBytes(this.get(dir).path || "/");
  }
}

/** A raw path as node:fs takes it byte for byte. */
export function pathBytes(path: RawPath | string): Buffer {
  return Buffer.from(path, "latin1");
}

class BadHandle extends Error {
  readonly code = "EBADF";
  readonly errno = -Errno.EBADF;

  constructor(dir: Dir) {
    super(`Not an open directory of this thread: ${dir}`);
  }
}
