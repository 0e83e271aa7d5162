// Real file systems on loop mounts: made the first time a test asks, unmounted when the run ends (setup.ts).
// Where one cannot be had the tests on it are skipped by name, with the reason in their title.

import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { makeTestFolder } from "./test_folder.ts";

export type FileSystemName = "ext4" | "tmpfs" | "btrfs" | "xfs";

export interface TestFileSystem {
  readonly name: FileSystemName;
  /** Why it cannot be used here; undefined where it can. */
  readonly unavailable: string | undefined;
  /** For a test's title. */
  readonly title: string;
  readonly hasReflink: boolean;
  /** What it makes of an mtime: times outside its range are clamped, and lose their nanoseconds. */
  readonly storedTime: (mtimeNs: bigint) => bigint;
}

const SECOND = 1_000_000_000n;
const OLDEST_32_BIT = -(2n ** 31n);

/** Those without a range store any 64-bit time. */
const TRAITS: Readonly<
  Record<FileSystemName, { seconds?: [bigint, bigint]; hasReflink: boolean }>
> = {
  ext4: { seconds: [OLDEST_32_BIT, 15_032_385_535n], hasReflink: false },
  tmpfs: { hasReflink: false },
  btrfs: { hasReflink: true },
  xfs: { seconds: [OLDEST_32_BIT, 16_299_260_424n], hasReflink: true },
};

export const IS_ROOT = process.getuid?.() === 0;

function reasonUnavailable(name: FileSystemName): string | undefined {
  if (!IS_ROOT) return "needs root";
  if (name !== "tmpfs" && Bun.which(`mkfs.${name}`) === null) return `needs mkfs.${name}`;
  const known = readFileSync("/proc/filesystems", "utf8").split(/\s+/).includes(name);
  return known || loadModule(name) ? undefined : "not in this kernel";
}

function loadModule(name: FileSystemName): boolean {
  return Bun.spawnSync(["sh", "-c", `modprobe ${name}`], { stderr: "ignore" }).exitCode === 0;
}

export const FILE_SYSTEMS: readonly TestFileSystem[] = (
  ["ext4", "tmpfs", "btrfs", "xfs"] as const
).map((name) => {
  const unavailable = reasonUnavailable(name);
  const { seconds, hasReflink } = TRAITS[name];
  return {
    name,
    unavailable,
    title: unavailable === undefined ? name : `${name} (${unavailable})`,
    hasReflink,
    storedTime: (mtimeNs) => (seconds === undefined ? mtimeNs : clamp(mtimeNs, ...seconds)),
  };
});

export function fileSystem(name: FileSystemName): TestFileSystem {
  const found = FILE_SYSTEMS.find((each) => each.name === name);
  if (found === undefined) throw new Error(name);
  return found;
}

/** As the kernel's timestamp_truncate(): at and beyond the limits there are no nanoseconds. */
function clamp(mtimeNs: bigint, oldest: bigint, newest: bigint): bigint {
  if (mtimeNs >= newest * SECOND) return newest * SECOND;
  return mtimeNs < (oldest + 1n) * SECOND ? oldest * SECOND : mtimeNs;
}

const mountPoints: string[] = [];
const shared = new Map<FileSystemName, string>();

export interface MountOptions {
  readonly sizeMiB: number;
  /** For mount -o, as "nr_inodes=5". */
  readonly mountOptions?: string;
  readonly mkfsOptions?: readonly string[];
}

/** A new file system of its own; the mount point. Unmount it by unmount(). */
export function mountNew(name: FileSystemName, options: MountOptions): string {
  const folder = makeTestFolder(name);
  const mountPoint = join(folder, "mnt");
  mkdirSync(mountPoint);
  const extra = options.mountOptions === undefined ? "" : `,${options.mountOptions}`;
  if (name === "tmpfs") {
    run(
      "mount",
      "-t",
      "tmpfs",
      "-o",
      `size=${options.sizeMiB}m,mode=755${extra}`,
      "blit-test",
      mountPoint,
    );
  } else {
    const image = join(folder, "image");
    makeSparse(image, options.sizeMiB);
    run(`mkfs.${name}`, "-q", ...(options.mkfsOptions ?? []), image);
    run("mount", "-o", `loop${extra}`, image, mountPoint);
  }
  mountPoints.push(mountPoint);
  return mountPoint;
}

/** The one of this kind that all tests of a run share, each in a folder of its own (scratch.ts). */
export function sharedMount(name: FileSystemName): string {
  const found = shared.get(name) ?? mountNew(name, { sizeMiB: 2048 });
  shared.set(name, found);
  return found;
}

/** Registers a mount that a test made by other means, so that it cannot outlive the run. */
export function ownMount(mountPoint: string): void {
  mountPoints.push(mountPoint);
}

export function unmount(mountPoint: string): void {
  const index = mountPoints.lastIndexOf(mountPoint);
  if (index >= 0) mountPoints.splice(index, 1);
  // -l as the last resort: a process that hangs must not keep the mount for ever.
  if (Bun.spawnSync(["umount", mountPoint], { stderr: "ignore" }).exitCode !== 0) {
    run("umount", "-l", mountPoint);
  }
}

export function unmountAll(): void {
  for (const mountPoint of mountPoints.toReversed()) unmount(mountPoint);
  shared.clear();
}

function makeSparse(path: string, sizeMiB: number): void {
  const handle = openSync(path, "wx");
  ftruncateSync(handle, sizeMiB * 1024 * 1024);
  closeSync(handle);
}

/** Runs a system tool that must succeed. */
export function run(...command: string[]): string {
  const { exitCode, stdout, stderr } = Bun.spawnSync(command);
  if (exitCode !== 0) throw new Error(`${command.join(" ")}: ${stderr.toString()}`);
  return stdout.toString();
}
