// What node:fs has no call for. Callers fall back, or count what they could not keep.

import { type KernelCopyCalls, type Platform, UNSUPPORTED, type XattrCalls } from "../platform.ts";

type MissingCalls = KernelCopyCalls & XattrCalls & Pick<Platform, "syncFileSystem">;

const unsupported = (): number => UNSUPPORTED;

export const missingCalls: MissingCalls = {
  // copyFileSync with COPYFILE_FICLONE_FORCE cannot stand in: where the file system refuses, Bun unlinks the
  // destination (strace: ioctl FICLONE, then unlink), which here is a file that the caller holds open; where it
  // agrees, Bun sets the source's mode, set-id bits included, before the owner is.
  reflink: unsupported,
  copyRange: unsupported,
  seekData: unsupported,
  seekHole: unsupported,
  syncFileSystem: unsupported,
  listFileXattrs: unsupported,
  listDirXattrs: unsupported,
  listXattrs: unsupported,
  getFileXattr: unsupported,
  getDirXattr: unsupported,
  getXattr: unsupported,
  setFileXattr: unsupported,
  setDirXattr: unsupported,
  setXattr: unsupported,
  removeFileXattr: unsupported,
  removeDirXattr: unsupported,
  removeXattr: unsupported,
};
