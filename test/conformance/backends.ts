// What the suite runs on: every platform backend that can run here, and what each says it cannot do. Support that
// is lost, or gained, without a change to this table fails support.test.ts.

import { createLinuxPlatform } from "#platform/linux/linux_platform.ts";
import type { Platform } from "#platform/platform.ts";
import { createPortablePlatform } from "#platform/portable/portable_platform.ts";

/** What a platform may lack altogether. */
export type OptionalOperation =
  | "makeNode"
  | "reflink"
  | "copyRange"
  | "seekData"
  | "seekHole"
  | "syncFileSystem"
  | "listFileXattrs"
  | "listDirXattrs"
  | "listXattrs"
  | "getFileXattr"
  | "getDirXattr"
  | "getXattr"
  | "setFileXattr"
  | "setDirXattr"
  | "setXattr"
  | "removeFileXattr"
  | "removeDirXattr"
  | "removeXattr";

export interface Backend {
  readonly name: Platform["name"];
  readonly create: () => Platform;
  /** Operations that answer UNSUPPORTED wherever they are tried. */
  readonly lacks: ReadonlySet<OptionalOperation>;
  /** How finely it sets times: two that agree once cut to this are the same. */
  readonly timeGrainNsec: number;
  readonly opensPathsBeyondPathMax: boolean;
  readonly tellsMounts: boolean;
  readonly tellsImmutable: boolean;
}

const PORTABLE: Backend = {
  name: "portable",
  create: createPortablePlatform,
  lacks: new Set<OptionalOperation>([
    "makeNode",
    "reflink",
    "copyRange",
    "seekData",
    "seekHole",
    "syncFileSystem",
    "listFileXattrs",
    "listDirXattrs",
    "listXattrs",
    "getFileXattr",
    "getDirXattr",
    "getXattr",
    "setFileXattr",
    "setDirXattr",
    "setXattr",
    "removeFileXattr",
    "removeDirXattr",
    "removeXattr",
  ]),
  timeGrainNsec: 1_000,
  opensPathsBeyondPathMax: false,
  tellsMounts: false,
  tellsImmutable: false,
};

const LINUX: Backend = {
  name: "linux",
  create: createLinuxPlatform,
  lacks: new Set(),
  timeGrainNsec: 1,
  opensPathsBeyondPathMax: true,
  tellsMounts: true,
  tellsImmutable: true,
};

export const BACKENDS: readonly Backend[] =
  process.platform === "linux" ? [LINUX, PORTABLE] : [PORTABLE];
