// A file that grows at its end, on storage that may hang: every call is made by a thread of the runtime's pool, and waited
// for only as long as it gets on. What is written meanwhile is gathered, so that nothing is ever behind in order.

import { type FileHandle, open } from "node:fs/promises";
import type { RawPath } from "#model/name.ts";

const PATIENCE_MS = 10_000;
/** One call writes so much, which takes no healthy storage as long as that. */
const PIECE_BYTES = 256 * 1024;
const MODE = 0o666;

const NO_ANSWER = { code: "ETIMEDOUT" };

export class AppendFile {
  /** Why nothing more can be written. */
  failure: string | undefined;
  readonly #handle: FileHandle;
  #gathered = "";
  #pieces = 0;
  #draining: Promise<void> | undefined;

  private constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** Rejects with what the system says, ETIMEDOUT where it does not answer. */
  static async open(path: RawPath): Promise<AppendFile> {
    const opened = await patiently(open(Buffer.from(path, "latin1"), "a", MODE));
    if (opened === undefined) throw NO_ANSWER;
    return new AppendFile(opened);
  }

  write(text: string): void {
    if (this.failure !== undefined) return;
    this.#gathered += text;
    this.#draining ??= this.#drain();
  }

  /** Everything is with the kernel when this resolves, or failure says why not. */
  async end(): Promise<void> {
    while (this.#draining !== undefined) {
      const before = this.#pieces;
      await patiently(this.#draining);
      if (this.#pieces === before && this.#draining !== undefined) return this.#fail(NO_ANSWER);
    }
    try {
      // Some storage says only now that it has no room.
      await patiently(this.#handle.close());
    } catch (error) {
      this.#fail(error);
    }
  }

  async #drain(): Promise<void> {
    // What is written in one turn of the event loop is written in one piece.
    await Promise.resolve();
    try {
      while (this.#gathered !== "" && this.failure === undefined) {
        const bytes = Buffer.from(this.#gathered);
        this.#gathered = "";
        await this.#writeAll(bytes);
      }
    } catch (error) {
      this.#fail(error);
    }
    this.#draining = undefined;
  }

  async #writeAll(bytes: Buffer): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      const length = Math.min(PIECE_BYTES, bytes.length - at);
      at += (await this.#handle.write(bytes, at, length)).bytesWritten;
      this.#pieces++;
    }
  }

  #fail(error: unknown): void {
    this.failure ??= (error as { code?: string }).code ?? String(error);
  }
}

/** Undefined where there is no result after so long. */
async function patiently<Result>(attempt: Promise<Result>): Promise<Result | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), PATIENCE_MS);
  });
  try {
    return await Promise.race([attempt, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
