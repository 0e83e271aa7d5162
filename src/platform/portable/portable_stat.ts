// A reusable stat, filled from what node:fs returns in full width: nanoseconds and inodes need 64 bits.

import type { BigIntStats } from "node:fs";
import { StatFields } from "../stat_fields.ts";
import { nanoseconds, wholeSeconds } from "./file_times.ts";

/** inode(7) */
const S_IFMT = 0o170000;
const BLOCK_BYTES = 512;

export class PortableStat extends StatFields {
  // node:fs tells neither mounts nor immutable files apart: those fields stay as they are.
  fill(from: BigIntStats): void {
    const typeAndMode = Number(from.mode);
    // The file type bits of st_mode are those of d_type, shifted (IFTODT of dirent.h).
    this.kind = (typeAndMode & S_IFMT) >> 12;
    this.mode = typeAndMode & 0o7777;
    this.uid = Number(from.uid);
    this.gid = Number(from.gid);
    this.nlink = Number(from.nlink);
    this.sizeBytes = Number(from.size);
    this.allocatedBytes = Number(from.blocks) * BLOCK_BYTES;
    this.mtimeSec = wholeSeconds(from.mtimeNs);
    this.mtimeNsec = nanoseconds(from.mtimeNs);
    this.ctimeSec = wholeSeconds(from.ctimeNs);
    this.ctimeNsec = nanoseconds(from.ctimeNs);
    this.inodeLow = Number(BigInt.asUintN(32, from.ino));
    this.inodeHigh = Number(BigInt.asUintN(32, from.ino >> 32n));
    this.deviceMajor = majorOf(from.dev);
    this.deviceMinor = minorOf(from.dev);
    this.rdevMajor = majorOf(from.rdev);
    this.rdevMinor = minorOf(from.rdev);
  }
}

// Device numbers are packed differently: gnu_dev_major(3) on Linux, sys/types.h of Darwin elsewhere.
const isLinux = process.platform === "linux";

function majorOf(device: bigint): number {
  return isLinux
    ? Number(((device >> 8n) & 0xfffn) | ((device >> 32n) & 0xfffff000n))
    : Number((device >> 24n) & 0xffn);
}

function minorOf(device: bigint): number {
  return isLinux
    ? Number((device & 0xffn) | ((device >> 12n) & 0xffffff00n))
    : Number(device & 0xffffffn);
}
