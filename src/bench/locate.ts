// Where an entry of a tree is, for node:fs: in bytes, because a name need not be UTF-8.

import type { RawPath } from "#model/name.ts";

export function locate(root: string, path: RawPath): Buffer {
  const top = Buffer.from(root);
  return path === "" ? top : Buffer.concat([top, Buffer.from(`/${path}`, "latin1")]);
}
