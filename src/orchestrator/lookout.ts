// Has a run watched over, once it has gone on for a moment: what watches is loaded only then, and a run of a few files never
// pays for it.

import type { Monitor, Subject } from "./monitor.ts";
import type { Outlook } from "./outlook.ts";

const AFTER_MS = 50;

export class Lookout {
  readonly #timer: ReturnType<typeof setTimeout>;
  readonly #subject: Subject;
  #monitor: Monitor | undefined;
  #isOver = false;

  constructor(subject: Subject) {
    this.#subject = subject;
    this.#timer = setTimeout(() => void this.#begin(), AFTER_MS);
  }

  /** Undefined where the run was over before anybody asked the history. */
  get outlook(): Outlook | undefined {
    return this.#subject.outlook ?? this.#monitor?.outlook;
  }

  end(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#monitor?.end();
  }

  async #begin(): Promise<void> {
    const { Monitor } = await import("./monitor.ts");
    if (!this.#isOver) this.#monitor = new Monitor(this.#subject);
  }
}
