// A reused buffer of statx(2), read in place: nothing is allocated for an entry.

import { keepClassFromSlowCompiler, keepFromSlowCompiler } from "../compiler.ts";
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

function wordAt(words: Uint32Array, index: number): number {
  return words[index] as number;
}
function unsignedAt(words: Uint32Array, index: number): number {
  return wordAt(words, index) + wordAt(words, index + 1) * TWO_TO_32;
}
function signedAt(words: Uint32Array, index: number): number {
  return wordAt(words, index) + (wordAt(words, index + 1) | 0) * TWO_TO_32;
}

export class StatxSlot implements StatSlot {
  readonly #memory = nativeWords(64);
  readonly #words = this.#memory.words;
  /** Where statx(2) writes; valid as long as this slot lives. */
  readonly address: number = this.#memory.address;

  get kind(): Kind {
    // The file type bits of st_mode are those of d_type, shifted (IFTODT of dirent.h).
    return ((wordAt(this.#words, Word.mode) & S_IFMT) >> 12) as Kind;
  }
  get mode(): number {
    return wordAt(this.#words, Word.mode) & 0o7777;
  }
  get uid(): number {
    return wordAt(this.#words, Word.uid);
  }
  get gid(): number {
    return wordAt(this.#words, Word.gid);
  }
  get nlink(): number {
    return wordAt(this.#words, Word.nlink);
  }
  get sizeBytes(): number {
    return unsignedAt(this.#words, Word.size);
  }
  get allocatedBytes(): number {
    return unsignedAt(this.#words, Word.blocks) * 512;
  }
  get mtimeSec(): number {
    return signedAt(this.#words, Word.mtimeSec);
  }
  get mtimeNsec(): number {
    return wordAt(this.#words, Word.mtimeNsec);
  }
  get ctimeSec(): number {
    return signedAt(this.#words, Word.ctimeSec);
  }
  get ctimeNsec(): number {
    return wordAt(this.#words, Word.ctimeNsec);
  }
  get inodeLow(): number {
    return wordAt(this.#words, Word.inode);
  }
  get inodeHigh(): number {
    return wordAt(this.#words, Word.inode + 1);
  }
  get deviceMajor(): number {
    return wordAt(this.#words, Word.deviceMajor);
  }
  get deviceMinor(): number {
    return wordAt(this.#words, Word.deviceMinor);
  }
  get rdevMajor(): number {
    return wordAt(this.#words, Word.rdevMajor);
  }
  get rdevMinor(): number {
    return wordAt(this.#words, Word.rdevMinor);
  }
  get mountId(): number {
    return unsignedAt(this.#words, Word.mountId);
  }
  get immutable(): boolean {
    return (wordAt(this.#words, Word.attributes) & ATTR_IMMUTABLE) !== 0;
  }
}

keepFromSlowCompiler(wordAt, unsignedAt, signedAt);
keepClassFromSlowCompiler(StatxSlot);
