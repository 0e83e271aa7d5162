// What a backend declares that it lacks (backends.ts) must answer UNSUPPORTED, so that support gained is noticed. Support
// lost is noticed by the other files: only what is declared here is left out there.

import { expect, test } from "bun:test";
import { type Dir, type File, UNSUPPORTED } from "#platform/platform.ts";
import type { OptionalOperation } from "./backends.ts";
import { onEveryBackend, raw, type Trial } from "./trial.ts";

/** A call of each operation that succeeds where it is supported. */
const CALLS: Record<OptionalOperation, (t: Trial, dir: Dir, from: File, to: File) => unknown> = {
  makeNode: (t, dir) => t.platform.makeNode(dir, raw("new"), t.stat("fifo"), 0o600),
  reflink: (t, _, from, to) => t.platform.reflink(from, to),
  copyRange: (t, _, from, to) => t.platform.copyRange(from, to, 0, 1),
  seekData: (t, _, from) => t.platform.seekData(from, 0),
  seekHole: (t, _, from) => t.platform.seekHole(from, 0),
  syncFileSystem: (t, dir) => t.platform.syncFileSystem(dir),
  listFileXattrs: (t, _, from) => t.platform.listFileXattrs(from),
  listDirXattrs: (t, dir) => t.platform.listDirXattrs(dir),
  listXattrs: (t, dir) => t.platform.listXattrs(dir, raw("from")),
  getFileXattr: (t, _, from) => t.platform.getFileXattr(from, "user.x"),
  getDirXattr: (t, dir) => t.platform.getDirXattr(dir, "user.x"),
  getXattr: (t, dir) => t.platform.getXattr(dir, raw("from"), "user.x"),
  setFileXattr: (t, _, from) => t.platform.setFileXattr(from, "user.x", new Uint8Array(1)),
  setDirXattr: (t, dir) => t.platform.setDirXattr(dir, "user.x", new Uint8Array(1)),
  setXattr: (t, dir) => t.platform.setXattr(dir, raw("from"), "user.x", new Uint8Array(1)),
  removeFileXattr: (t, _, from) => t.platform.removeFileXattr(from, "user.x"),
  removeDirXattr: (t, dir) => t.platform.removeDirXattr(dir, "user.x"),
  removeXattr: (t, dir) => t.platform.removeXattr(dir, raw("from"), "user.x"),
};

onEveryBackend("what is declared as lacking", (t) => {
  for (const operation of t.backend.lacks) {
    test(`${operation}() is unsupported, and nothing has happened`, () => {
      t.shell("printf content > from; touch to; mkfifo fifo");
      const before = t.shell("ls -lA --time-style=full-iso");
      const from = t.openRead("from");
      const to = t.openRead("to");
      expect(CALLS[operation](t, t.dir, from, to)).toBe(UNSUPPORTED);
      for (const file of [from, to]) t.closeFile(file);
      expect(t.shell("ls -lA --time-style=full-iso")).toBe(before);
    });
  }
});
