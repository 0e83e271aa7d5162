// A platform that changes nothing: what a dry run works on, so that no mistake above can make it write. Calls that would
// change an entry say that they succeeded; those that would open one for writing refuse, because nobody should ask.

import { Errno } from "./errno.ts";
import type { Platform } from "./platform.ts";

const done = (): number => 0;
const refused = (): number => -Errno.EROFS;

export function readOnly(platform: Platform): Platform {
  return {
    ...platform,
    makeDir: done,
    removeDir: done,
    makeSymlink: done,
    makeNode: done,
    link: done,
    rename: done,
    unlink: done,
    setOwner: done,
    setMode: done,
    setTime: done,
    setDirOwner: done,
    setDirMode: done,
    setDirTime: done,
    setFileOwner: done,
    setFileMode: done,
    setFileTime: done,
    setFileXattr: done,
    setDirXattr: done,
    setXattr: done,
    removeFileXattr: done,
    removeDirXattr: done,
    removeXattr: done,
    syncFile: done,
    syncFileSystem: done,
    createFile: refused,
    openAppend: refused,
    write: refused,
    writeAt: refused,
    reflink: refused,
    copyRange: refused,
    truncate: refused,
  };
}
