// Parses what getdents64(2) wrote: records of inode (8 bytes), offset (8), record length (2), type (1) and the name,
// NUL-terminated and padded to a multiple of 8.

import { compileOnce } from "../compiler.ts";
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
    const next = nextRecord(records, at);
    const start = at + NAME_AT;
    // The padding is shorter than 8 bytes, so the first NUL is among the last 8.
    let end = Math.max(start, next - 8);
    while (records[end] !== 0) end++;
    if (!isDots(records, start)) {
      chunk.names[count] = records.toString("latin1", start, end) as RawName;
      chunk.kinds[count] = records[at + TYPE_AT] as number;
      count++;
    }
    at = next;
  }
  chunk.names.length = count;
  chunk.kinds.length = count;
}

/** How many entries the records hold, without "." and "..". */
export function countDirents(records: Buffer, lengthBytes: number): number {
  let count = 0;
  for (let at = 0; at < lengthBytes; at = nextRecord(records, at)) {
    if (!isDots(records, at + NAME_AT)) count++;
  }
  return count;
}

function nextRecord(records: Buffer, at: number): number {
  return at + (records[at + LENGTH_AT] as number) + (records[at + LENGTH_AT + 1] as number) * 256;
}

function isDots(records: Buffer, start: number): boolean {
  if (records[start] !== DOT) return false;
  if (records[start + 1] === 0) return true;
  return records[start + 1] === DOT && records[start + 2] === 0;
}

compileOnce(parseDirents, countDirents, nextRecord, isDots);
