// Parses what getdents64(2) wrote: records of inode (8 bytes), offset (8), record length (2), type (1) and the name,
// NUL-terminated and padded to a multiple of 8.

import { keepFromSlowCompiler } from "../compiler.ts";
import type { RawName } from "#model/name.ts";
import type { NameChunk } from "../platform.ts";

const LENGTH_AT = 16;
const TYPE_AT = 18;
const NAME_AT = 19;
const DOT = 0x2e;

/** Replaces the chunk by the entries in the first lengthBytes of records, without "." and "..". */
export function parseDirents(records: Buffer, lengthBytes: number, chunk: NameChunk): void {
  let count = 0;
  for (let at = 0; at < lengthBytes;) {
    const next =
      at + (records[at + LENGTH_AT] as number) + (records[at + LENGTH_AT + 1] as number) * 256;
    const start = at + NAME_AT;
    // The padding is shorter than 8 bytes, so the first NUL is among the last 8.
    let end = Math.max(start, next - 8);
    while (records[end] !== 0) end++;
    if (!isDots(records, start, end)) {
      chunk.names[count] = records.toString("latin1", start, end) as RawName;
      chunk.kinds[count] = records[at + TYPE_AT] as number;
      count++;
    }
    at = next;
  }
  chunk.names.length = count;
  chunk.kinds.length = count;
}

function isDots(records: Buffer, start: number, end: number): boolean {
  if (records[start] !== DOT) return false;
  return end === start + 1 || (end === start + 2 && records[start + 1] === DOT);
}

keepFromSlowCompiler(parseDirents, isDots);
