// The engine's own worker, whose platform fails in a way that no system does: every listing throws.

import type { Job } from "#engine/job.ts";
import type { FromWorker, ToWorker } from "#engine/messages.ts";
import { HandedBack, workUntilDone } from "#engine/perform.ts";
import { Reporter } from "#engine/reporter.ts";
import { Thread } from "#engine/thread.ts";
import { selectPlatform } from "#platform/select.ts";

declare const self: Worker;
let job: Job | undefined;

self.onmessage = async ({ data }: MessageEvent<ToWorker>) => {
  if (data.type === "job") job = data.job;
  if (data.type !== "work" || job === undefined) return;
  const platform = await selectPlatform();
  const failing = {
    ...platform,
    readDir: () => {
      throw new Error("a mistake in the engine");
    },
  };
  const send = (message: FromWorker) => self.postMessage(message);
  try {
    workUntilDone(new Thread(failing, job, undefined, new Reporter(job.memory, () => {})));
  } catch (error) {
    send({ type: "died", reason: String(error), isTaskLost: !(error instanceof HandedBack) });
  }
};
