// Measuring one run, on real processes.

import { describe, expect, test } from "bun:test";
import * as fs from "node:fs";
import { join } from "node:path";
import { type Measurement, measure } from "#bench/measure.ts";
import { scratchDirectory } from "./scratch.ts";

const scratch = scratchDirectory();
const hasProc = fs.existsSync("/proc/self/status");
const SPIN = "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done";

async function measured(
  command: readonly string[],
  over: { signal?: AbortSignal; timeoutMs?: number } = {},
): Promise<Measurement> {
  const output = fs.openSync(join(scratch(), "log"), "a+");
  try {
    return await measure(command, {
      output,
      directory: scratch(),
      environment: { ...process.env, MARK: "42" },
      signal: over.signal ?? new AbortController().signal,
      timeoutMs: over.timeoutMs ?? 60_000,
    });
  } finally {
    fs.closeSync(output);
  }
}

test("measure() runs the exact arguments in the directory and environment given", async () => {
  const run = await measured([
    "sh",
    "-c",
    'printf "%s|" "$@" "$MARK" "$PWD"',
    "name",
    "a b",
    "$HOME",
    "",
  ]);
  expect(run.exitCode).toBe(0);
  expect(fs.readFileSync(join(scratch(), "log"), "utf8")).toBe(
    `a b|$HOME||42|${fs.realpathSync(scratch())}|`,
  );
});

test("measure() counts the time of descendants, and passes on the exit code", async () => {
  const run = await measured(["sh", "-c", `sh -c '${SPIN}'; exit 7`]);
  expect(run).toMatchObject({ exitCode: 7, ending: "exited" });
  expect(run.userMs + run.systemMs).toBeGreaterThan(0);
  // Both processes ran one after the other, on one core at most.
  expect(run.userMs + run.systemMs).toBeLessThanOrEqual(run.wallMs * 1.1);
});

test.skipIf(!hasProc)(
  "measure() tells apart the memory of a large process and of a small one",
  async () => {
    const hog = "x=$(head -c 30000000 /dev/zero | tr '\\0' x); sleep 0.2";
    const large = await measured(["sh", "-c", hog]);
    const small = await measured(["sleep", "0.2"]);
    expect(large.peakMemoryBytes).toBeGreaterThan(30e6);
    expect(small.peakMemoryBytes).toBeLessThan(20e6);
  },
);

test.skipIf(!hasProc)(
  "measure() tells no memory of a process too short to be watched",
  async () => {
    expect((await measured(["true"])).peakMemoryBytes).toBeNull();
  },
);

test.skipIf(!hasProc)("measure() leaves no child of the command's behind", async () => {
  const run = await measured(["sh", "-c", "sleep 1000 & echo $! > child"]);
  expect(run).toMatchObject({ exitCode: 0, ending: "exited" });
  expect(await isGone(join(scratch(), "child"))).toBe(true);
});

describe.skipIf(!hasProc)("what runs too long", () => {
  test("is killed with all its children when time is up", async () => {
    const run = await measured(["sh", "-c", "sleep 1000 & echo $! > child; sleep 1000"], {
      timeoutMs: 300,
    });
    expect(run).toMatchObject({ exitCode: null, ending: "timed-out" });
    expect(await isGone(join(scratch(), "child"))).toBe(true);
  });

  test("is killed with all its children when the bench is interrupted", async () => {
    const controller = new AbortController();
    const pipe = join(scratch(), "started");
    Bun.spawnSync(["mkfifo", pipe]);
    const running = measured(
      ["sh", "-c", `sleep 1000 & echo $! > child; echo > '${pipe}'; sleep 1000`],
      {
        signal: controller.signal,
      },
    );
    await fs.promises.readFile(pipe);
    controller.abort();
    expect(await running).toMatchObject({ exitCode: null, ending: "interrupted" });
    expect(await isGone(join(scratch(), "child"))).toBe(true);
  });
});

/** Whether the process whose number the file holds has ended; SIGKILL takes effect a moment after it is sent. */
async function isGone(pidFile: string): Promise<boolean> {
  const pid = Number(fs.readFileSync(pidFile, "utf8"));
  for (let turn = 0; turn < 10_000; turn++) {
    const state = /^State:\s+(\S)/m.exec(read(`/proc/${pid}/status`))?.[1];
    if (state === undefined || state === "Z") return true;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return false;
}

function read(path: string): string {
  try {
    return fs.readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
