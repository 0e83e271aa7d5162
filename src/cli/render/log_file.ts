// --log FILE: every entry, problem and end of a run as a line of JSON with the time, appended.

import { openSync } from "node:fs";
import { textFromRaw, type RawPath } from "#model/name.ts";
import type { RunEvent } from "#model/event.ts";
import { UsageError } from "../usage_error.ts";
import { jsonLine } from "./json.ts";
import { TextStream } from "./text_stream.ts";

export class LogFile {
  readonly #stream: TextStream;

  /** Opened before the run begins, so that a log that cannot be written is refused and not missed later. */
  constructor(path: RawPath) {
    try {
      const descriptor = openSync(Buffer.from(path, "latin1"), "a", 0o666);
      this.#stream = new TextStream(() => Bun.file(descriptor).writer());
    } catch (error) {
      const code = (error as { code?: string }).code ?? String(error);
      throw new UsageError(`--log: cannot open ${textFromRaw(path)} (${code})`);
    }
  }

  readonly emit = (event: RunEvent): void => {
    if (event.type === "progress" || event.type === "phase") return;
    this.#stream.write(`${jsonLine(event, { time: new Date().toISOString() })}\n`);
  };

  /** Why the log is not whole, if it is not. */
  async end(): Promise<string | undefined> {
    await this.#stream.end();
    return this.#stream.failure;
  }
}
