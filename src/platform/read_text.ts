// A small file as text, by the platform's own calls: node:fs takes two milliseconds to load, in every thread.

import type { RawName, RawPath } from "#model/name.ts";
import type { Dir, File, Platform } from "./platform.ts";

const CHUNK_BYTES = 16 * 1024;

/** Its bytes, one latin1 character each; undefined where it cannot be opened. Blocks; meant for files of the kernel. */
export function readText(platform: Platform, folder: string, name: string): string | undefined {
  const dir = platform.openRoot(folder as RawPath);
  if (dir < 0) return undefined;
  const file = platform.openRead(dir as Dir, name as RawName);
  platform.closeDir(dir as Dir);
  if (file < 0) return undefined;
  const buffer = platform.newIoBuffer(CHUNK_BYTES);
  let text = "";
  for (;;) {
    const got = platform.read(file as File, buffer, CHUNK_BYTES);
    if (got <= 0) break;
    text += buffer.bytes.toString("latin1", 0, got);
  }
  platform.closeFile(file as File);
  return text;
}

/** Where a symlink leads; undefined where there is none. Never follows it. */
export function readLinkIn(platform: Platform, folder: string, name: string): string | undefined {
  const dir = platform.openRoot(folder as RawPath);
  if (dir < 0) return undefined;
  const target = platform.readLink(dir as Dir, name as RawName);
  platform.closeDir(dir as Dir);
  return typeof target === "string" ? target : undefined;
}
