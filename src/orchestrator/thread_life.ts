// Signs of life of a thread that is inside a long system call, as Linux shows them: how often it slept and was woken, how
// long it computed (proc_pid_status(5), proc_pid_stat(5)). These files are the kernel's own and are never waited for.

import type { Platform } from "#platform/platform.ts";
import { readText } from "#platform/read_text.ts";

/** Fields 14 and 15 of stat, counted behind the command's name, which may hold anything but ends with the last ")". */
const USER_TIME_FIELD = 11;

/** A text that changes whenever the thread ran; empty where the system does not tell. */
export function lifeOf(platform: Platform, kernelThread: number): string {
  if (kernelThread === 0) return "";
  const folder = `/proc/self/task/${kernelThread}`;
  const switches = readText(platform, folder, "status")?.match(/ctxt_switches:\s*\d+/g);
  const stat = readText(platform, folder, "stat") ?? "";
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return [...(switches ?? []), ...fields.slice(USER_TIME_FIELD, USER_TIME_FIELD + 2)].join(" ");
}
