// Which temporary files are left over from a run that was killed, and which another run is writing just now.

import type { RawName } from "#model/name.ts";
import {
  isAbandoned,
  parseTemporaryName,
  type ProcessIdentity,
  type TemporaryPlace,
} from "#planner/temporary_name.ts";
import type { Platform } from "#platform/platform.ts";
import { readLinkIn, readText } from "#platform/read_text.ts";

/** This process among all that may write to a file system; zeros where there is no /proc. Reads /proc only. */
export function identifyProcess(platform: Platform): ProcessIdentity {
  const boot = readText(platform, "/proc/sys/kernel/random", "boot_id") ?? "";
  const namespace = readLinkIn(platform, "/proc/self/ns", "pid") ?? "";
  return {
    boot: boot.slice(0, 8).padEnd(8, "0"),
    namespace: Number(/\d+/.exec(namespace)?.[0] ?? 0),
    pid: process.pid,
    start: startOf(platform, process.pid) ?? 0,
  };
}

/** True for a temporary file of blit whose writer is gone. `ageSec` is asked for only where no process can be asked. */
export function isLeftOver(
  platform: Platform,
  name: RawName,
  here: ProcessIdentity,
  isShared: boolean,
  ageSec: () => number,
): boolean {
  const parsed = parseTemporaryName(name);
  if (parsed === undefined) return false;
  const isRunning = (pid: number, start: number): boolean | undefined => {
    if (pid === process.pid) return start === here.start;
    const found = startOf(platform, pid);
    return found === undefined && !isGone(pid) ? undefined : found === start;
  };
  const place: TemporaryPlace = { here, isShared, isRunning };
  return isAbandoned(parsed, place, ageSec);
}

/** True where no process has that number; /proc may hide those of others (hidepid), or not be there. */
function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as { code?: string }).code === "ESRCH";
  }
}

/** Field 22 of /proc/PID/stat, counted behind the command name, which may hold anything (proc_pid_stat(5)). */
function startOf(platform: Platform, pid: number): number | undefined {
  const stat = readText(platform, `/proc/${pid}`, "stat") ?? "";
  const field = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  return field === undefined ? undefined : Number(field);
}
