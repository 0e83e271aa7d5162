// A reused buffer of statx(2), read in place: nothing is allocated for an entry.

import { compileMethodsOnce } from "../compiler.ts";
import { StatFields } from "../stat_fields.ts";
import { S_IFMT } from "./abi.ts";
import type { Libc } from "./libc.ts";
import { nativeWords } from "./native_memory.ts";

/** STATX_BASIC_STATS | STATX_MNT_ID */
export const STATX_MASK = 0x17ff;

/** STATX_ATTR_IMMUTABLE | STATX_ATTR_APPEND */
const ATTR_IMMUTABLE = 0x30;
export const TWO_TO_32 = 4294967296;

/** The layout of struct statx, in 32-bit words; the same on every architecture. */
export enum Word {
  attributes = 2,
  nlink = 4,
  uid = 5,
  gid = 6,
  mode = 7,
  inode = 8,
  size = 10,
  blocks = 12,
  ctimeSec = 24,
  ctimeNsec = 26,
  mtimeSec = 28,
  mtimeNsec = 30,
  rdevMajor = 32,
  rdevMinor = 33,
  deviceMajor = 34,
  deviceMinor = 35,
  mountId = 36,
}

/**
 * The fields are filled all at once, by the function that makes the call: one getter a field is one more function each for
 * the compiler, in every thread.
 */
export class StatxSlot extends StatFields {
  readonly #libc: Libc;
  readonly #failure: () => number;
  readonly #memory = nativeWords(64);
  readonly words = this.#memory.words;
  /** Where statx(2) writes; valid as long as this slot lives. */
  readonly address = this.#memory.address;

  constructor(libc: Libc, failure: () => number) {
    super();
    this.#libc = libc;
    this.#failure = failure;
  }

  /** Looks at an entry of a directory by its name, or with AT_EMPTY_PATH at the descriptor itself; 0 or -errno. */
  take(fd: number, nameAddress: number, flags: number): number {
    if (this.#libc.statx(fd, nameAddress, flags, STATX_MASK, this.address) < 0)
      return this.#failure();
    this.fill();
    return 0;
  }

  /** Decodes what a call has written. */
  fill(): void {
    const words = this.words;
    const mode = words[Word.mode] as number;
    // The file type bits of st_mode are those of d_type, shifted (IFTODT of dirent.h).
    this.kind = (mode & S_IFMT) >> 12;
    this.mode = mode & 0o7777;
    this.uid = words[Word.uid] as number;
    this.gid = words[Word.gid] as number;
    this.nlink = words[Word.nlink] as number;
    this.sizeBytes = (words[Word.size] as number) + (words[Word.size + 1] as number) * TWO_TO_32;
    this.allocatedBytes =
      ((words[Word.blocks] as number) + (words[Word.blocks + 1] as number) * TWO_TO_32) * 512;
    this.mtimeSec = seconds(words, Word.mtimeSec);
    this.mtimeNsec = words[Word.mtimeNsec] as number;
    this.ctimeSec = seconds(words, Word.ctimeSec);
    this.ctimeNsec = words[Word.ctimeNsec] as number;
    this.inodeLow = words[Word.inode] as number;
    this.inodeHigh = words[Word.inode + 1] as number;
    this.deviceMajor = words[Word.deviceMajor] as number;
    this.deviceMinor = words[Word.deviceMinor] as number;
    this.rdevMajor = words[Word.rdevMajor] as number;
    this.rdevMinor = words[Word.rdevMinor] as number;
    this.mountId =
      (words[Word.mountId] as number) + (words[Word.mountId + 1] as number) * TWO_TO_32;
    this.immutable = ((words[Word.attributes] as number) & ATTR_IMMUTABLE) !== 0;
  }
}

function seconds(words: Uint32Array, at: number): number {
  return (words[at] as number) + ((words[at + 1] as number) | 0) * TWO_TO_32;
}

compileMethodsOnce(StatxSlot);
