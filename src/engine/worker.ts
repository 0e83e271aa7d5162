// The worker thread: receives its job once, then works whenever the main thread begins a phase.

import { compileFilterFor, noteUsedRules } from "./filter_for.ts";
import type { Job } from "./job.ts";
import type { FromWorker, ToWorker } from "./messages.ts";
import { workUntilDone } from "./perform.ts";
import { Reporter } from "./reporter.ts";
import { Thread } from "./thread.ts";
import { readOnly } from "#platform/read_only.ts";
import { selectPlatform } from "#platform/select.ts";

declare const self: Worker;

let thread: Thread | undefined;

self.onmessage = async ({ data }: MessageEvent<ToWorker>) => {
  try {
    thread ??= await startThread(data.job);
    workUntilDone(thread);
    noteUsedRules(thread.filter, data.job.usedRules);
    send({ type: "idle" });
  } catch (error) {
    // A promise that rejects would end the worker without a word.
    send({
      type: "died",
      reason: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
  }
};

async function startThread(job: Job): Promise<Thread> {
  const real = await selectPlatform();
  const platform = job.options.dryRun ? readOnly(real) : real;
  const filter = await compileFilterFor(job.options);
  return new Thread(
    platform,
    job,
    filter,
    new Reporter(job.memory, (events) => send({ type: "events", events })),
  );
}

function send(message: FromWorker): void {
  self.postMessage(message);
}
