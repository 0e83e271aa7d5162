// --log FILE: every entry, problem and end of a run as a line of JSON with the time, appended. Nothing of a wrong usage.

import type { RawPath } from "#model/name.ts";
import type { RunEvent } from "#model/event.ts";
import { fileError } from "../file_error.ts";
import { AppendFile } from "./append_file.ts";
import { jsonLine } from "./json.ts";

export class LogFile {
  readonly #file: AppendFile;
  /** Before it is known that the run begins: what is wrong with its command line may be this very file. */
  #held: string[] | undefined = [];

  private constructor(file: AppendFile) {
    this.#file = file;
  }

  /** Opened before the run begins, so that a log that cannot be written is refused and not missed later. */
  static async open(path: RawPath): Promise<LogFile> {
    try {
      return new LogFile(await AppendFile.open(path));
    } catch (error) {
      throw fileError("--log", "write to", path, error);
    }
  }

  readonly emit = (event: RunEvent): void => {
    if (event.type === "progress" || event.type === "phase") return;
    const line = `${jsonLine(event, { time: new Date().toISOString() })}\n`;
    if (this.#held === undefined) this.#file.write(line);
    else this.#hold(this.#held, line, event);
  };

  #hold(lines: string[], line: string, event: RunEvent): void {
    lines.push(line);
    const isOver = event.type === "summary";
    if (!isOver && event.type !== "resolved") return;
    this.#held = undefined;
    if (!isOver || event.summary.outcome !== "usage") this.#file.write(lines.join(""));
  }

  /** Why the log is not whole, if it is not. */
  async end(): Promise<string | undefined> {
    await this.#file.end();
    return this.#file.failure;
  }
}
