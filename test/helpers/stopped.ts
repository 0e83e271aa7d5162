// Stops blit after one of its system calls, and lets a test do something before it goes on.

import { readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commandLine, environment } from "./binary.ts";
import { parseTrace, STRACE, Trace, type TracedCall } from "./strace.ts";

/** How a process begins: by its main thread. */
const FIRST = "execve";

export interface StoppedRun {
  readonly code: number | null;
  readonly stdout: string;
  /** The call was met. */
  readonly isStopped: boolean;
}

/** Runs blit with one worker, which is stopped after its call number `when` of this name. */
export async function stoppedAt(
  args: readonly string[],
  syscall: string,
  when: number,
  meanwhile: () => void,
): Promise<StoppedRun> {
  const log = join(tmpdir(), `blit-test-${process.pid}-stopped-${Bun.randomUUIDv7()}`);
  const under = [
    STRACE ?? "strace",
    "-f",
    "-y",
    "-qq",
    "-o",
    log,
    "-e",
    `trace=${syscall},${FIRST}`,
  ];
  const inject = ["-e", `inject=${syscall}:signal=SIGSTOP:when=${when}`];
  const child = Bun.spawn(commandLine(withOneWorker(args), { under: [...under, ...inject] }), {
    cwd: "/",
    env: environment(),
    stdin: "ignore",
    stdout: "pipe",
    stderr: "inherit",
    timeout: 60_000,
    killSignal: "SIGKILL",
  });
  let isStopped = false;
  let stops = 0;
  while (child.exitCode === null && child.signalCode === null) {
    const text = readLog(log);
    const stopped = [...text.matchAll(/^(\d+) +--- stopped by SIGSTOP ---$/gm)];
    if (stopped.length > stops) {
      // The main thread stops at its own call of this number too.
      if (!isStopped && ofWorkers(parseTrace(text)).length >= when) {
        isStopped = true;
        meanwhile();
      }
      stops = stopped.length;
      goOn(Math.min(...stopped.map(([, thread]) => Number(thread))));
    }
    await Bun.sleep(1);
  }
  const stdout = await new Response(child.stdout).text();
  rmSync(log);
  return { code: child.exitCode, stdout, isStopped };
}

/** Which of the worker's calls say any of these texts, counted from 1: at most so many, spread over all of them. */
export function positionsOf(
  args: readonly string[],
  syscall: string,
  texts: readonly string[],
  most: number,
): number[] {
  const trace = new Trace();
  const command = commandLine(withOneWorker(args), { under: trace.under(`${syscall},${FIRST}`) });
  const { exitCode, stderr } = Bun.spawnSync(command, { env: environment() });
  if (exitCode !== 0) throw new Error(stderr.toString());
  const found = ofWorkers(trace.calls()).flatMap(({ text }, index) =>
    texts.some((each) => text.includes(each)) ? [index + 1] : [],
  );
  const last = found.length - 1;
  const picked = Array.from({ length: most }, (_, i) =>
    last < 0 ? undefined : found[Math.round((i * last) / Math.max(1, most - 1))],
  );
  return [...new Set(picked)].filter((position) => position !== undefined);
}

function withOneWorker(args: readonly string[]): string[] {
  return [...args, "--json", "--workers", "1"];
}

/** Without the main thread, which made the first call of all: it only looks at the roots. */
function ofWorkers(calls: readonly TracedCall[]): TracedCall[] {
  const main = calls.find(({ syscall }) => syscall === FIRST)?.thread;
  return calls.filter(({ thread, isResumed }) => thread !== main && !isResumed);
}

/** Threads may be gone; the process, whose number is the lowest, is there until its end. */
function goOn(pid: number): void {
  try {
    process.kill(pid, "SIGCONT");
  } catch (error) {
    if ((error as { code?: string }).code !== "ESRCH") throw error;
  }
}

function readLog(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
