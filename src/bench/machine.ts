// What the figures were measured on: enough for a reader to judge them, or to repeat them.

import * as fs from "node:fs";
import * as os from "node:os";
import { relativeSpread } from "#bench/statistics.ts";

export interface FileSystem {
  readonly kind: string;
  /** Mount options, where the system tells: `discard` or `sync` explain much. */
  readonly options: string;
  readonly availableBytes: number;
  /** null where files do not come from a table of inodes (btrfs, NTFS). */
  readonly availableInodes: number | null;
}

export interface Machine {
  readonly platform: string;
  readonly architecture: string;
  readonly kernel: string;
  readonly processor: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly loadAverage: number;
  readonly privileged: boolean;
}

export interface Noise {
  /** Relative spread of one fixed piece of work, repeated. */
  readonly spread: number;
  readonly quiet: boolean;
}

const SPINS = 25;
const SPIN_STEPS = 4_000_000;
/** Above this spread the report says that the machine was not quiet. */
const QUIET_SPREAD = 0.05;

export function describeMachine(): Machine {
  const processors = os.cpus();
  return {
    platform: process.platform,
    architecture: process.arch,
    kernel: `${os.type()} ${os.release()}`,
    processor: processors[0]?.model.trim() ?? "unknown",
    cores: os.availableParallelism(),
    memoryBytes: os.totalmem(),
    loadAverage: os.loadavg()[0] ?? 0,
    privileged: process.getuid?.() === 0,
  };
}

export function describeFileSystem(directory: string): FileSystem {
  const { bavail, bsize, ffree, files, type } = fs.statfsSync(directory);
  const mount = process.platform === "linux" ? mountOf(directory) : undefined;
  return {
    kind: mount?.kind ?? `type ${type}`,
    options: mount?.options ?? "",
    availableBytes: bavail * bsize,
    availableInodes: files === 0 ? null : ffree,
  };
}

/** How steady the machine is: the same arithmetic again and again, about a quarter of a second in all. */
export function measureNoise(): Noise {
  const times = Array.from({ length: SPINS }, spin);
  // The first few run before the code is compiled.
  const spread = relativeSpread(times.slice(5));
  return { spread, quiet: spread <= QUIET_SPREAD };
}

function spin(): number {
  const startedMs = performance.now();
  let state = 1;
  for (let i = 0; i < SPIN_STEPS; i++) state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
  const tookMs = performance.now() - startedMs;
  // Using the result keeps the loop from being optimised away.
  return state === 0 ? tookMs + 1e-9 : tookMs;
}

/**
 * The mount that holds the directory: the longest mount point that leads to it, the later where two are equal
 * (proc_pid_mountinfo(5)). Device numbers would not do: those of a btrfs subvolume are in no table.
 */
function mountOf(directory: string): { kind: string; options: string } | undefined {
  const path = `${fs.realpathSync(directory)}/`;
  let longest = "";
  let found: { kind: string; options: string } | undefined;
  for (const line of fs.readFileSync("/proc/self/mountinfo", "utf8").split("\n")) {
    const [before = "", after = ""] = line.split(" - ");
    const [, , , , point = "", mountOptions = ""] = before.split(" ");
    const [kind = "", , superOptions = ""] = after.split(" ");
    const prefix = `${unescapeOctal(point).replace(/\/$/, "")}/`;
    if (point === "" || !path.startsWith(prefix) || prefix.length < longest.length) continue;
    longest = prefix;
    found = { kind, options: mergeOptions(mountOptions, superOptions) };
  }
  return found;
}

function unescapeOctal(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 8)),
  );
}

function mergeOptions(mount: string, superBlock: string): string {
  return [...new Set([...mount.split(","), ...superBlock.split(",")])].filter(Boolean).join(",");
}
