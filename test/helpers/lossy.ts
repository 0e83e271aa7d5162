// File systems that hold less than a Linux tree has: exFAT and NTFS, as FUSE servers, since few kernels bring them.

import { closeSync, ftruncateSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { IS_ROOT, ownMount, run } from "./filesystems.ts";
import { makeTestFolder } from "./test_folder.ts";

export type LossyName = "exfat" | "ntfs";

export interface LossyFileSystem {
  readonly name: LossyName;
  /** With why it cannot be used here, where it cannot. */
  readonly title: string;
  readonly unavailable: string | undefined;
  /** What it makes of an mtime. */
  readonly storedTime: (mtimeNs: bigint) => bigint;
}

const TOOLS: Readonly<Record<LossyName, readonly string[]>> = {
  exfat: ["mkfs.exfat", "mount.exfat-fuse", "losetup"],
  ntfs: ["mkfs.ntfs", "lowntfs-3g"],
};
const STEPS_NSEC: Readonly<Record<LossyName, bigint>> = { exfat: 1_000_000_000n, ntfs: 100n };
const SIZE_BYTES = 32 * 1024 * 1024;

export const LOSSY: readonly LossyFileSystem[] = (["exfat", "ntfs"] as const).map((name) => {
  const unavailable = reasonUnavailable(name);
  const step = STEPS_NSEC[name];
  return {
    name,
    unavailable,
    title: unavailable === undefined ? name : `${name} (${unavailable})`,
    storedTime: (mtimeNs) => mtimeNs - (mtimeNs % step),
  };
});

function reasonUnavailable(name: LossyName): string | undefined {
  if (!IS_ROOT) return "needs root";
  const missing = TOOLS[name].find((tool) => Bun.which(tool) === null);
  return missing === undefined ? undefined : `needs ${missing}`;
}

/** A new one of its own; the mount point. NTFS takes no name that Windows would not. Unmount it by unmount(). */
export function mountLossy(name: LossyName): string {
  const folder = makeTestFolder(name);
  const mountPoint = join(folder, "mnt");
  const image = join(folder, "image");
  mkdirSync(mountPoint);
  const handle = openSync(image, "wx");
  ftruncateSync(handle, SIZE_BYTES);
  closeSync(handle);
  if (name === "ntfs") {
    run("mkfs.ntfs", "-q", "-F", "-Q", image);
    run("lowntfs-3g", "-o", "windows_names,ignore_case", image, mountPoint);
  } else {
    run("mkfs.exfat", image);
    const device = run("losetup", "--find", "--show", image).trim();
    run("mount.exfat-fuse", device, mountPoint);
    // Detached by the system when the server lets go of it.
    run("losetup", "--detach", device);
  }
  ownMount(mountPoint);
  return mountPoint;
}
