// Where each worker stands, in words: for the report of a stall. Pure.

import { textFromRaw } from "#model/name.ts";
import { Operation, type ThreadActivity } from "#engine/shared/activity.ts";

const WORDS: Readonly<Record<Operation, string>> = {
  [Operation.idle]: "waiting",
  [Operation.preparing]: "preparing the run",
  [Operation.looking]: "listing and comparing",
  [Operation.copying]: "copying",
  [Operation.flushing]: "writing out",
  [Operation.deleting]: "deleting",
  [Operation.syncing]: "bringing everything to stable storage",
};

/** `awaited`: what the system call that it is in is about (thread_place.ts). */
export function describeStanding(
  { threadIndex, operation, path }: ThreadActivity,
  awaited: readonly string[],
): string {
  const place = operation === Operation.syncing ? "" : `, at ${textFromRaw(path) || "the top"}`;
  const waits = awaited.length === 0 ? "" : `, waits for ${awaited.join(" or ")}`;
  return `worker ${threadIndex}: ${WORDS[operation]}${place}${waits}`;
}
