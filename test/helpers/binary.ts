// Runs the compiled binary as a user would, and builds it first where it is older than its sources.

import { chmodSync, copyFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { makeTestFolder } from "./test_folder.ts";

const TOP = join(import.meta.dir, "../..");
const BUILT = join(TOP, "dist/blit");

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** A command to run it under: ["strace", "-f"]. */
  readonly under?: readonly string[];
  /** Runs as this user and group, without any other group or capability. */
  readonly uid?: number;
  readonly stdin?: string;
  /** Killed after so long: a hang is a failure, not a wait. */
  readonly timeoutMs?: number;
}

export interface RunResult {
  readonly code: number | null;
  readonly signal: Bun.Subprocess["signalCode"];
  readonly stdout: string;
  readonly stderr: string;
}

let binary: string | undefined;

/** The path of an up-to-date binary that any user may run: the repository may lie where only root looks. */
export function blitPath(): string {
  binary ??= publish();
  return binary;
}

function publish(): string {
  if (isStale()) {
    const { exitCode, stderr } = Bun.spawnSync(["bun", "build.ts"], { cwd: TOP });
    if (exitCode !== 0) throw new Error(`bun build.ts: ${stderr.toString()}`);
  }
  const copy = join(makeTestFolder("binary"), "blit");
  copyFileSync(BUILT, copy);
  chmodSync(copy, 0o755);
  return copy;
}

function isStale(): boolean {
  const built = statSync(BUILT, { throwIfNoEntry: false });
  if (built === undefined) return true;
  const sources = [...new Bun.Glob("src/**/*.ts").scanSync(TOP), "build.ts", "package.json"];
  return sources.some((path) => statSync(join(TOP, path)).mtimeMs > built.mtimeMs);
}

/** The environment of every run: nothing of the user's, no history. */
export function environment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    PATH: process.env["PATH"] ?? "",
    HOME: "/nonexistent",
    LANG: "C.UTF-8",
    BLIT_DISABLE_PERF_HISTORY: "1",
    ...extra,
  };
}

/** The command line that runs blit under these options. */
export function commandLine(args: readonly string[], options: RunOptions = {}): string[] {
  const { uid, under = [] } = options;
  const user =
    uid === undefined
      ? []
      : ["setpriv", `--reuid=${uid}`, `--regid=${uid}`, "--clear-groups", "--bounding-set=-all"];
  return [...under, ...user, blitPath(), ...args];
}

export async function blit(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const child = Bun.spawn(commandLine(args, options), {
    cwd: options.cwd ?? "/",
    env: environment(options.env),
    stdin: options.stdin === undefined ? "ignore" : new Blob([options.stdin]),
    stdout: "pipe",
    stderr: "pipe",
    timeout: options.timeoutMs ?? 60_000,
    killSignal: "SIGKILL",
  });
  const [stdout, stderr] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  await child.exited;
  return { code: child.exitCode, signal: child.signalCode, stdout, stderr };
}
