// A reused buffer of statx(2), read in place: nothing is allocated for an entry.

import { keepClassFromSlowCompiler } from "../compiler.ts";
import type { Kind } from "#model/entry.ts";
import type { StatSlot } from "../platform.ts";
import { S_IFMT } from "./abi.ts";
import { nativeWords } from "./native_memory.ts";

/** STATX_BASIC_STATS | STATX_MNT_ID */
export const STATX_MASK = 0x17ff;

/** STATX_ATTR_IMMUTABLE | STATX_ATTR_APPEND */
const ATTR_IMMUTABLE = 0x30;
const TWO_TO_32 = 4294967296;

/** The layout of struct statx, in 32-bit words; the same on every architecture. */
const Word = {
  attributes: 2,
  nlink: 4,
  uid: 5,
  gid: 6,
  mode: 7,
  inode: 8,
  size: 10,
  blocks: 12,
  ctimeSec: 24,
  ctimeNsec: 26,
  mtimeSec: 28,
  mtimeNsec: 30,
  rdevMajor: 32,
  rdevMinor: 33,
  deviceMajor: 34,
  deviceMinor: 35,
  mountId: 36,
} as const;

export class StatxSlot implements StatSlot {
  readonly #memory = nativeWords(64);
  readonly #words = this.#memory.words;
  /** Where statx(2) writes; valid as long as this slot lives. */
  readonly address: number = this.#memory.address;

  #word(index: number): number {
    return this.#words[index] as number;
  }
  #unsigned(index: number): number {
    return this.#word(index) + this.#word(index + 1) * TWO_TO_32;
  }
  #signed(index: number): number {
    return this.#word(index) + (this.#word(index + 1) | 0) * TWO_TO_32;
  }

  get kind(): Kind {
    // The file type bits of st_mode are those of d_type, shifted (IFTODT of dirent.h).
    return ((this.#word(Word.mode) & S_IFMT) >> 12) as Kind;
  }
  get mode(): number {
    return this.#word(Word.mode) & 0o7777;
  }
  get uid(): number {
    return this.#word(Word.uid);
  }
  get gid(): number {
    return this.#word(Word.gid);
  }
  get nlink(): number {
    return this.#word(Word.nlink);
  }
  get sizeBytes(): number {
    return this.#unsigned(Word.size);
  }
  get allocatedBytes(): number {
    return this.#unsigned(Word.blocks) * 512;
  }
  get mtimeSec(): number {
    return this.#signed(Word.mtimeSec);
  }
  get mtimeNsec(): number {
    return this.#word(Word.mtimeNsec);
  }
  get ctimeSec(): number {
    return this.#signed(Word.ctimeSec);
  }
  get ctimeNsec(): number {
    return this.#word(Word.ctimeNsec);
  }
  get inodeLow(): number {
    return this.#word(Word.inode);
  }
  get inodeHigh(): number {
    return this.#word(Word.inode + 1);
  }
  get deviceMajor(): number {
    return this.#word(Word.deviceMajor);
  }
  get deviceMinor(): number {
    return this.#word(Word.deviceMinor);
  }
  get rdevMajor(): number {
    return this.#word(Word.rdevMajor);
  }
  get rdevMinor(): number {
    return this.#word(Word.rdevMinor);
  }
  get mountId(): number {
    return this.#unsigned(Word.mountId);
  }
  get immutable(): boolean {
    return (this.#word(Word.attributes) & ATTR_IMMUTABLE) !== 0;
  }
}

keepClassFromSlowCompiler(StatxSlot);
