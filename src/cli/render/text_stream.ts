// Standard output and standard error. Text is gathered for one turn of the event loop and written in one piece,
// never blocking: a slow reader must not keep the main thread from signals and the heartbeat. Bun's file sinks
// and not process.stdout, because that alone costs three times the start-up time of the whole program, and not
// Bun.write, because that truncates a file which the shell has opened for appending.

const GATHERED_CHARACTERS = 64 * 1024;

export class TextStream {
  /** Why nothing more can be written; a closed pipe ends quietly and is not one. */
  failure: string | undefined;
  #isClosed = false;
  #gathered = "";
  #isScheduled = false;
  readonly #open: () => Bun.FileSink;
  #sink: Bun.FileSink | undefined;

  constructor(open: () => Bun.FileSink) {
    this.#open = open;
  }

  write(text: string): void {
    if (this.#isClosed) return;
    this.#gathered += text;
    if (this.#gathered.length >= GATHERED_CHARACTERS) {
      this.#send();
    } else if (!this.#isScheduled) {
      this.#isScheduled = true;
      queueMicrotask(() => {
        this.#isScheduled = false;
        this.#send();
      });
    }
  }

  /** Everything is with the kernel when this resolves, or failure says why not. */
  async end(): Promise<void> {
    this.#send();
    const sink = this.#sink;
    if (sink === undefined) return;
    await this.#guard(() => sink.end());
    this.#isClosed = true;
  }

  #send(): void {
    const text = this.#gathered;
    this.#gathered = "";
    if (text === "" || this.#isClosed) return;
    const sink = (this.#sink ??= this.#open());
    void this.#guard(() => sink.write(text));
    void this.#guard(() => sink.flush());
  }

  /** The sink throws at once or rejects later, as the file behind it has it. */
  async #guard(attempt: () => unknown): Promise<void> {
    try {
      await attempt();
    } catch (error) {
      this.#isClosed = true;
      const code = (error as { code?: string }).code ?? String(error);
      if (code !== "EPIPE") this.failure ??= code;
    }
  }
}
