// FUSE mounts that misbehave: one that hangs (bindfs, stopped by a signal), one that fails by rule
// (faulty_fs.py). Both pass everything else through to a real folder.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { IS_ROOT, ownMount, unmount } from "./filesystems.ts";
import { PYTHON } from "./python.ts";

const HAS_FUSE = IS_ROOT && Bun.which("fusermount3") !== null;

/** Why a mount cannot be had here; undefined where it can. */
export const HANGING_UNAVAILABLE: string | undefined =
  HAS_FUSE && Bun.which("bindfs") !== null ? undefined : "needs root, fuse3 and bindfs";
export const FAULTY_UNAVAILABLE: string | undefined =
  HAS_FUSE && hasFusepy() ? undefined : "needs root, fuse3 and python3-fusepy";

function hasFusepy(): boolean {
  const probe = "try:\n import fusepy\nexcept ImportError:\n import fuse; fuse.FuseOSError";
  return Bun.spawnSync([PYTHON, "-c", probe], { stderr: "ignore" }).exitCode === 0;
}

export interface FuseMount {
  readonly path: string;
  readonly process: Bun.Subprocess;
  readonly unmount: () => Promise<void>;
}

/** A mount of folder at a new folder beside it. `process.kill("SIGSTOP")` makes every access hang. */
export async function mountHanging(
  folder: string,
  mountPoint: string,
  options: readonly string[] = [],
): Promise<FuseMount> {
  return mountFuse(mountPoint, ["bindfs", "-f", ...options, folder, mountPoint]);
}

/** "read /b$ EIO 131072": operation, regular expression of the path, errno, from which offset. */
export type Rule = string;

export interface FaultyMount extends FuseMount {
  readonly setRules: (rules: readonly Rule[]) => void;
}

export async function mountFaulty(folder: string, mountPoint: string): Promise<FaultyMount> {
  const rulesPath = `${mountPoint}.rules`;
  const setRules = (rules: readonly Rule[]): void => {
    writeFileSync(rulesPath, rules.map((rule) => `${rule}\n`).join(""));
  };
  setRules([]);
  const script = join(import.meta.dir, "faulty_fs.py");
  const mount = await mountFuse(mountPoint, [PYTHON, script, folder, mountPoint, rulesPath]);
  return { ...mount, setRules };
}

async function mountFuse(mountPoint: string, command: string[]): Promise<FuseMount> {
  mkdirSync(mountPoint, { recursive: true });
  const server = Bun.spawn(command, { stdin: "ignore", stdout: "ignore", stderr: "pipe" });
  while (!isMounted(mountPoint)) {
    if (server.exitCode !== null) {
      throw new Error(`${command[0]}: ${await new Response(server.stderr).text()}`);
    }
    await Bun.sleep(5);
  }
  ownMount(mountPoint);
  return {
    path: mountPoint,
    process: server,
    unmount: async () => {
      server.kill("SIGCONT");
      unmount(mountPoint);
      await server.exited;
    },
  };
}

function isMounted(mountPoint: string): boolean {
  return readFileSync("/proc/self/mounts", "utf8").includes(` ${mountPoint} `);
}
