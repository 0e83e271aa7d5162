// The worker thread: receives its job once, then works whenever the main thread begins a phase. Before that it may be
// asked to prepare the run, where the paths are on file systems for which the main thread must not wait.

import type { RunOptions } from "#model/options.ts";
import type { Platform } from "#platform/platform.ts";
import { compileFilterFor } from "./filter_for.ts";
import type { Job } from "./job.ts";
import type { FromWorker, ToWorker } from "./messages.ts";
import { HandedBack, workUntilDone } from "./perform.ts";
import { Reporter } from "./reporter.ts";
import { Activity, Operation } from "./shared/activity.ts";
import { Thread } from "./thread.ts";
import { readLinkIn } from "#platform/read_text.ts";
import { readOnly } from "#platform/read_only.ts";
import { selectPlatform } from "#platform/select.ts";

declare const self: Worker;

/** Opened while the main thread still prepares the job. */
const opened = selectPlatform();
/** A promise: messages are taken in while the thread is still being made. */
let thread: Promise<Thread> | undefined;

self.onmessage = async ({ data }: MessageEvent<ToWorker>) => {
  try {
    switch (data.type) {
      case "prepare":
        return await prepareRun(data);
      case "job":
        await (thread = startThread(data.job));
        return;
      case "work":
        if (thread === undefined) throw new Error("Work without a job");
        workUntilDone(await thread);
        (await thread).noteUsedRules();
        return send({ type: "idle" });
    }
  } catch (error) {
    // A promise that rejects would end the worker without a word.
    const reason = error instanceof HandedBack ? error.cause : error;
    send({
      type: "died",
      reason: reason instanceof Error ? (reason.stack ?? reason.message) : String(reason),
      isTaskLost: !(error instanceof HandedBack),
    });
  }
};

async function prepareRun(message: Extract<ToWorker, { type: "prepare" }>): Promise<void> {
  const { prepare } = await import("./prepare.ts");
  const { options } = message.request;
  const activity = new Activity(message.memory, message.threadIndex);
  const platform = await platformFor(options);
  activity.setKernelThread(kernelThread(platform));
  activity.begin(Operation.preparing);
  const filter = await compileFilterFor(options);
  const preparation = prepare(platform, message.request, filter, (path) => activity.enter(path));
  activity.begin(Operation.idle);
  send({ type: "prepared", preparation });
}

async function startThread(job: Job): Promise<Thread> {
  const platform = await platformFor(job.options);
  const filter = await compileFilterFor(job.options);
  const reporter = new Reporter(job.memory, (events) => send({ type: "events", events }));
  platform.ownDescriptors();
  const started = new Thread(platform, job, filter, reporter);
  started.activity.setKernelThread(kernelThread(platform));
  return started;
}

async function platformFor({ dryRun }: RunOptions): Promise<Platform> {
  const platform = await opened;
  return dryRun ? readOnly(platform) : platform;
}

/** By /proc/thread-self, "PID/task/TID" (proc(5)); 0 where there is none. */
function kernelThread(platform: Platform): number {
  return Number(readLinkIn(platform, "/proc", "thread-self")?.split("/").at(-1) ?? 0);
}

function send(message: FromWorker): void {
  self.postMessage(message);
}
