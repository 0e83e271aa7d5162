// A worker thread before it belongs to a crew.

export interface StartedWorker {
  readonly worker: Worker;
  /** It has ended: nobody may have listened when it did. */
  hasEnded: boolean;
}

/** The executable is its own worker: main.ts sees that it is not on the main thread. */
export function startWorker(): StartedWorker {
  return started(new Worker(Bun.main));
}

export function started(worker: Worker): StartedWorker {
  const known: StartedWorker = { worker, hasEnded: false };
  worker.addEventListener("close", () => {
    known.hasEnded = true;
  });
  return known;
}
