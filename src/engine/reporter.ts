// Carries problems, and under -v every entry, from a worker to the main thread: in batches, and never more than the main
// thread keeps up with.

import type { RunEvent } from "#model/event.ts";
import { Control, type SharedMemory } from "./shared/memory.ts";

const BATCH_EVENTS = 512;
/** Batches on the way before a worker waits: output to a slow pipe must not pile up in memory. */
const BATCHES_UNREAD = 64;

export class Reporter {
  readonly #control: Int32Array;
  readonly #send: (events: readonly RunEvent[]) => void;
  #events: RunEvent[] = [];

  constructor(memory: SharedMemory, send: (events: readonly RunEvent[]) => void) {
    this.#control = memory.control;
    this.#send = send;
  }

  report(event: RunEvent): void {
    this.#events.push(event);
    if (this.#events.length >= BATCH_EVENTS) this.flush();
  }

  flush(): void {
    if (this.#events.length === 0) return;
    const unread = Atomics.add(this.#control, Control.reportsUnread, 1) + 1;
    this.#send(this.#events);
    this.#events = [];
    if (unread > BATCHES_UNREAD) Atomics.wait(this.#control, Control.reportsUnread, unread, 1000);
  }
}

/** The main thread has taken in one batch. */
export function reportRead(memory: SharedMemory): void {
  Atomics.sub(memory.control, Control.reportsUnread, 1);
  Atomics.notify(memory.control, Control.reportsUnread);
}
