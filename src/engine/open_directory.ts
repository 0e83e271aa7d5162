// A directory of a task, opened beneath its root where the plain way was refused: for want of descriptors, or because one of
// the user's own forbids its owner to read.

import { joinRaw, type RawName, type RawPath, ROOT_PATH } from "#model/name.ts";
import { Errno } from "#platform/errno.ts";
import { lastName, pathAbove } from "#platform/paths.ts";
import type { Dir, Platform } from "#platform/platform.ts";
import { must } from "./failure.ts";
import type { Thread } from "./thread.ts";

/** Waits for descriptors where the process has used up its own: other threads give theirs back. */
const DESCRIPTOR_TRIES = 200;
const DESCRIPTOR_WAIT_MS = 10;

/** Throws Failure. */
export function openSource(thread: Thread, root: Dir, path: RawPath): Dir {
  return must(openPatiently(thread, root, path), "source", "open") as Dir;
}

/** May change the directory's mode, but not in a dry run. Throws Failure. */
export function openTarget(thread: Thread, root: Dir, path: RawPath): Dir {
  const opened = openPatiently(thread, root, path);
  if (opened !== -Errno.EACCES || path === "" || thread.options.dryRun)
    return must(opened, "destination", "open") as Dir;
  const { platform } = thread;
  const parent = must(platform.openBeneath(root, pathAbove(path)), "destination", "open") as Dir;
  try {
    return must(openOwn(platform, parent, lastName(path)), "destination", "open") as Dir;
  } finally {
    platform.closeDir(parent);
  }
}

/** One of the user's own that may not be read is made readable first, which is for the caller to undo. */
export function openOwn(platform: Platform, parent: Dir, name: RawName): number {
  const path = joinRaw(ROOT_PATH, name);
  const opened = platform.openBeneath(parent, path);
  if (opened !== -Errno.EACCES || platform.setMode(parent, name, 0o700) < 0) return opened;
  return platform.openBeneath(parent, path);
}

function openPatiently(thread: Thread, root: Dir, path: RawPath): number {
  for (let tries = 0; ; tries++) {
    const opened = thread.platform.openBeneath(root, path);
    const isExhausted = opened === -Errno.EMFILE || opened === -Errno.ENFILE;
    if (!isExhausted || tries === DESCRIPTOR_TRIES) return opened;
    thread.pause(DESCRIPTOR_WAIT_MS);
  }
}
