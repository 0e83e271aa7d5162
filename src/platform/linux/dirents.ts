// A listing read in place: what getdents64(2) wrote stays where it is, and its names, which end in a NUL, are passed on to
// other calls by their addresses. Records of inode (8 bytes), offset (8), record length (2), type (1) and the name, padded
// to a multiple of 8.

import { compileMethodsOnce, compileOnce } from "../compiler.ts";
import type { RawName } from "#model/name.ts";
import type { ListedName, Listing } from "../platform.ts";
import { nativeBytes } from "./native_memory.ts";

const LENGTH_AT = 16;
const TYPE_AT = 18;
const NAME_AT = 19;
const SMALLEST_RECORD = 24;
const DOT = 0x2e;

export const DIRENTS_BYTES = 128 * 1024;
const MOST_ENTRIES = Math.ceil(DIRENTS_BYTES / SMALLEST_RECORD);

export class Dirents implements Listing {
  readonly #memory = nativeBytes(DIRENTS_BYTES);
  readonly #records = this.#memory.bytes;
  /** Where getdents64(2) writes; valid as long as this listing lives. */
  readonly address: number = this.#memory.address;

  count = 0;
  /** Addresses of ListedName: a number holds the 48 bits that a process has. */
  readonly #addresses = new Float64Array(MOST_ENTRIES);
  readonly names = this.#addresses as ArrayLike<number> as ArrayLike<ListedName>;
  readonly kinds = new Uint8Array(MOST_ENTRIES);

  /** Takes in the first lengthBytes of records, without "." and ".."; returns how many that are. */
  fill(lengthBytes: number): number {
    const records = this.#records;
    const addresses = this.#addresses;
    const { kinds, address } = this;
    let count = 0;
    for (let at = 0; at < lengthBytes;) {
      const start = at + NAME_AT;
      if (records[start] !== DOT || !isDots(records, start)) {
        addresses[count] = address + start;
        kinds[count] = records[at + TYPE_AT] as number;
        count++;
      }
      at += (records[at + LENGTH_AT] as number) + (records[at + LENGTH_AT + 1] as number) * 256;
    }
    this.count = count;
    return count;
  }

  text(index: number): RawName {
    const start = (this.#addresses[index] as number) - this.address;
    return this.#records.toString("latin1", start, this.#records.indexOf(0, start)) as RawName;
  }
}

/** How many entries the records hold, without "." and "..". */
export function countDirents(records: Buffer, lengthBytes: number): number {
  let count = 0;
  for (let at = 0; at < lengthBytes;) {
    const start = at + NAME_AT;
    if (records[start] !== DOT || !isDots(records, start)) count++;
    at += (records[at + LENGTH_AT] as number) + (records[at + LENGTH_AT + 1] as number) * 256;
  }
  return count;
}

/** Of a name that begins with a dot. */
function isDots(records: Buffer, start: number): boolean {
  if (records[start + 1] === 0) return true;
  return records[start + 1] === DOT && records[start + 2] === 0;
}

compileMethodsOnce(Dirents);
compileOnce(countDirents);
