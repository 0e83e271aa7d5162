// One measured run of one command: started, waited for, and what the kernel says it used.
//
// The clock runs from before the spawn to the exit as the event loop learns of it; on an idle loop that is within
// 0.1 ms of a blocking wait (bench/README.md), and unlike one it leaves Ctrl-C answered.

import * as fs from "node:fs";
import type { Environment } from "#model/environment.ts";
import { killGroup } from "#bench/process_group.ts";

export interface Measurement {
  readonly wallMs: number;
  /** Of the process and every descendant it waited for. */
  readonly userMs: number;
  readonly systemMs: number;
  /** The largest single process, as /usr/bin/time reports it; null where it could not be told. */
  readonly peakMemoryBytes: number | null;
  readonly voluntarySwitches: number;
  readonly involuntarySwitches: number;
  /** null: killed by a signal. */
  readonly exitCode: number | null;
  readonly ending: "exited" | "interrupted" | "timed-out";
}

export interface MeasureOptions {
  /** An open file for the command's output: no pipe, so that nothing wakes this process while it measures. */
  readonly output: number;
  readonly directory: string;
  readonly environment: Environment;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/**
 * Runs the command to its end. When the signal aborts or time is up, it and all its children are killed; those that it
 * leaves behind are in any case, so that they do not work on the next run's clock.
 */
export async function measure(
  command: readonly string[],
  options: MeasureOptions,
): Promise<Measurement> {
  // Garbage of the judge's must not be collected while somebody else is on the clock.
  Bun.gc(true);
  const startedMs = performance.now();
  const child = Bun.spawn([...command], {
    cwd: options.directory,
    env: { ...options.environment },
    stdin: "ignore",
    stdout: options.output,
    stderr: options.output,
    // A process group of its own can be killed whole: a shell's pipe, fpsync's workers.
    detached: true,
  });
  const memory = watchMemory(child.pid);
  let ending: Measurement["ending"] = "exited";
  const kill = (reason: "interrupted" | "timed-out") => (): void => {
    ending = reason;
    killGroup(child.pid);
  };
  const onAbort = kill("interrupted");
  const timer = setTimeout(kill("timed-out"), options.timeoutMs);
  options.signal.addEventListener("abort", onAbort);
  if (options.signal.aborted) onAbort();
  try {
    await child.exited;
    const wallMs = performance.now() - startedMs;
    killGroup(child.pid);
    return { wallMs, ...usage(child, memory.stop()), exitCode: child.exitCode, ending };
  } finally {
    memory.stop();
    clearTimeout(timer);
    options.signal.removeEventListener("abort", onAbort);
  }
}

function usage(
  child: Bun.Subprocess,
  sampledBytes: number | null,
): Pick<
  Measurement,
  "userMs" | "systemMs" | "peakMemoryBytes" | "voluntarySwitches" | "involuntarySwitches"
> {
  const used = child.resourceUsage();
  return {
    userMs: Number(used?.cpuTime.user ?? 0n) / 1000,
    systemMs: Number(used?.cpuTime.system ?? 0n) / 1000,
    peakMemoryBytes: peakMemory(used?.maxRSS, sampledBytes),
    voluntarySwitches: used?.contextSwitches.voluntary ?? 0,
    involuntarySwitches: used?.contextSwitches.involuntary ?? 0,
  };
}

/**
 * On Linux the ru_maxrss of a child that was spawned by vfork begins at its parent's peak (exec_mmap() in
 * fs/exec.c keeps the old memory map's high-water mark), so it means something only above this process's own.
 */
function peakMemory(reportedBytes: number | undefined, sampledBytes: number | null): number | null {
  if (process.platform !== "linux") return reportedBytes ?? null;
  const ownPeakBytes = process.resourceUsage().maxRSS * 1024;
  return reportedBytes !== undefined && reportedBytes > ownPeakBytes ? reportedBytes : sampledBytes;
}

const FIRST_SAMPLE_MS = 2;
const SLOWEST_SAMPLE_MS = 64;
/** Fewer, in a run of less than 30 ms, say more of when they were taken than of the peak. */
const MIN_SAMPLES = 4;

/** Follows the peak of the largest process below `pid` through /proc: ever more rarely, 0.1 ms of work each time. */
function watchMemory(pid: number): { stop(): number | null } {
  if (process.platform !== "linux") return { stop: () => null };
  let samples = 0;
  let peakBytes: number | undefined;
  let delayMs = FIRST_SAMPLE_MS;
  let timer = setTimeout(sample, delayMs);
  function sample(): void {
    peakBytes = largest(peakBytes, peakBelow(pid));
    samples++;
    delayMs = Math.min(SLOWEST_SAMPLE_MS, delayMs * 2);
    timer = setTimeout(sample, delayMs);
  }
  return {
    stop: () => {
      clearTimeout(timer);
      return samples < MIN_SAMPLES ? null : (peakBytes ?? null);
    },
  };
}

/** VmHWM of a process and its descendants: the largest. Processes come and go; what is gone is not counted. */
function peakBelow(pid: number): number | undefined {
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readProc(`/proc/${pid}/status`))?.[1];
  let peakBytes = kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
  for (const child of readProc(`/proc/${pid}/task/${pid}/children`).split(" ")) {
    if (child.trim() !== "") peakBytes = largest(peakBytes, peakBelow(Number(child)));
  }
  return peakBytes;
}

function readProc(path: string): string {
  try {
    return fs.readFileSync(path, "latin1");
  } catch {
    return "";
  }
}

function largest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
}
