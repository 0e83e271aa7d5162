// --log FILE: every entry, problem and end of a run as a line of JSON with the time, appended. Nothing of a wrong usage.

import { openSync } from "node:fs";
import type { RawPath } from "#model/name.ts";
import type { RunEvent } from "#model/event.ts";
import { fileError } from "../file_error.ts";
import { jsonLine } from "./json.ts";
import { TextStream } from "./text_stream.ts";

export class LogFile {
  readonly #stream: TextStream;
  /** Before it is known that the run begins: what is wrong with its command line may be this very file. */
  #held: string[] | undefined = [];

  /** Opened before the run begins, so that a log that cannot be written is refused and not missed later. */
  constructor(path: RawPath) {
    try {
      const descriptor = openSync(Buffer.from(path, "latin1"), "a", 0o666);
      this.#stream = new TextStream(() => Bun.file(descriptor).writer());
    } catch (error) {
      throw fileError("--log", "write to", path, error);
    }
  }

  readonly emit = (event: RunEvent): void => {
    if (event.type === "progress" || event.type === "phase") return;
    const line = `${jsonLine(event, { time: new Date().toISOString() })}\n`;
    if (this.#held === undefined) this.#stream.write(line);
    else this.#hold(this.#held, line, event);
  };

  #hold(lines: string[], line: string, event: RunEvent): void {
    lines.push(line);
    const isOver = event.type === "summary";
    if (!isOver && event.type !== "resolved") return;
    this.#held = undefined;
    if (!isOver || event.summary.outcome !== "usage") this.#stream.write(lines.join(""));
  }

  /** Why the log is not whole, if it is not. */
  async end(): Promise<string | undefined> {
    await this.#stream.end();
    return this.#stream.failure;
  }
}
