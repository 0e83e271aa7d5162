// Which temporary files are left over from a run that was killed, and which another run is writing just now.

import { readFileSync, readlinkSync } from "node:fs";
import type { RawName } from "#model/name.ts";
import {
  isAbandoned,
  parseTemporaryName,
  type ProcessIdentity,
  type TemporaryPlace,
} from "#planner/temporary_name.ts";

/** This process among all that may write to a file system; zeros where there is no /proc. Reads /proc only. */
export function identifyProcess(): ProcessIdentity {
  return {
    boot: readProc("/proc/sys/kernel/random/boot_id").slice(0, 8).padEnd(8, "0"),
    namespace: namespaceOf(),
    pid: process.pid,
    start: startOf(process.pid) ?? 0,
  };
}

/** True for a temporary file of blit whose writer is gone. `ageSec` is asked for only where no process can be. */
export function isLeftOver(
  name: RawName,
  here: ProcessIdentity,
  isShared: boolean,
  ageSec: () => number,
): boolean {
  const parsed = parseTemporaryName(name);
  if (parsed === undefined) return false;
  const isRunning = (pid: number, start: number) => startOf(pid) === start;
  const place: TemporaryPlace = { here, isShared, isRunning };
  return isAbandoned(parsed, place, ageSec());
}

/** Field 22 of /proc/PID/stat, counted behind the command name, which may hold anything (proc_pid_stat(5)). */
function startOf(pid: number): number | undefined {
  const stat = readProc(`/proc/${pid}/stat`);
  const field = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  return field === undefined ? undefined : Number(field);
}

function namespaceOf(): number {
  try {
    return Number(/\d+/.exec(readlinkSync("/proc/self/ns/pid"))?.[0] ?? 0);
  } catch {
    return 0;
  }
}

function readProc(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
