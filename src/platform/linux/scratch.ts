// Memory of one thread through which names, times and attribute values pass to the kernel and back. Allocated once:
// the hot loop makes no garbage. Not shared between threads, and not kept by anyone between two calls.

import { compileMethodsOnce } from "../compiler.ts";
import type { ListedName } from "../platform.ts";
import { PATH_MAX, UTIME_NOW, UTIME_OMIT } from "./abi.ts";
import { nativeBytes, nativeWords } from "./native_memory.ts";

const TWO_TO_32 = 4294967296;

/** A NUL-terminated string of bytes. Remembers what it holds: one name is passed to several calls in a row. */
export class NameBuffer {
  readonly #bytes: Buffer;
  readonly #address: number;
  #held: string | undefined;

  constructor(sizeBytes: number = PATH_MAX + 256) {
    ({ bytes: this.#bytes, address: this.#address } = nativeBytes(sizeBytes));
  }

  /** The address of the name's bytes, valid until the next call; that of a ListedName is itself. The name must fit. */
  hold(name: string | ListedName): number {
    if (typeof name === "number") return name;
    if (name !== this.#held) {
      this.#bytes[this.#bytes.write(name, "latin1")] = 0;
      this.#held = name;
    }
    return this.#address;
  }
}

/** struct timespec[2] for utimensat(2): atime left alone, mtime as given. */
export class TimesBuffer {
  readonly #memory = nativeWords(8);
  readonly #words = this.#memory.words;

  constructor() {
    this.#words[2] = UTIME_OMIT;
  }

  setAccessTimesToo(): void {
    this.#words[2] = UTIME_NOW;
  }

  hold(mtimeSec: number, mtimeNsec: number): number {
    this.#words[4] = mtimeSec >>> 0;
    this.#words[5] = Math.floor(mtimeSec / TWO_TO_32) >>> 0;
    this.#words[6] = mtimeNsec;
    return this.#memory.address;
  }
}

/** Two 64-bit file offsets, as copy_file_range(2) wants them. */
export class OffsetsBuffer {
  readonly #memory = nativeWords(4);
  readonly #words = this.#memory.words;
  readonly from = this.#memory.address;
  readonly to = this.from + 8;

  hold(offsetBytes: number): void {
    this.#words[0] = this.#words[2] = offsetBytes >>> 0;
    this.#words[1] = this.#words[3] = Math.floor(offsetBytes / TWO_TO_32);
  }
}

compileMethodsOnce(NameBuffer);
compileMethodsOnce(TimesBuffer);
