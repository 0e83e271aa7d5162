// Entries of a directory by name, never through a symlink.

import { Kind, type Stat } from "#model/entry.ts";
import type { RawName, RawPath } from "#model/name.ts";
import type { Dir, EntryCalls, EntryName, StatSlot } from "../platform.ts";
import { AT_SYMLINK_NOFOLLOW, PATH_MAX } from "./abi.ts";
import { alikeCalls } from "./alike.ts";
import type { Calls } from "./calls.ts";
import { modeCall } from "./mode_call.ts";
import { nativeBytes } from "./native_memory.ts";
import type { StatxSlot } from "./statx.ts";

export function entryCalls(calls: Calls): EntryCalls {
  const { libc, name: nameBuffer, otherName, times, result } = calls;
  const { bytes: target, address: targetAddress } = nativeBytes(PATH_MAX);

  return {
    stat: (dir: Dir, name: EntryName, into: StatSlot) =>
      (into as StatxSlot).take(dir, nameBuffer.hold(name), AT_SYMLINK_NOFOLLOW),
    ...alikeCalls(calls),
    readLink(dir: Dir, name: EntryName): RawPath | number {
      const length = result(libc.readlinkat(dir, nameBuffer.hold(name), targetAddress, PATH_MAX));
      return length < 0 ? length : (target.toString("latin1", 0, length) as RawPath);
    },
    makeSymlink(dir: Dir, name: EntryName, to: RawPath): number {
      return result(libc.symlinkat(otherName.hold(to), dir, nameBuffer.hold(name)));
    },
    makeNode(dir: Dir, name: EntryName, like: Stat, mode: number): number {
      const isDevice = like.kind === Kind.charDevice || like.kind === Kind.blockDevice;
      const device = isDevice ? deviceNumber(like.rdevMajor, like.rdevMinor) : 0;
      return result(libc.mknodat(dir, nameBuffer.hold(name), (like.kind << 12) | mode, device));
    },
    link(fromDir: Dir, from: RawName, toDir: Dir, to: RawName): number {
      return result(libc.linkat(fromDir, otherName.hold(from), toDir, nameBuffer.hold(to), 0));
    },
    rename(fromDir: Dir, from: RawName, toDir: Dir, to: RawName): number {
      return result(libc.renameat(fromDir, otherName.hold(from), toDir, nameBuffer.hold(to)));
    },
    unlink: (dir: Dir, name: EntryName) => result(libc.unlinkat(dir, nameBuffer.hold(name), 0)),
    setOwner(dir: Dir, name: EntryName, uid: number, gid: number): number {
      return result(libc.fchownat(dir, nameBuffer.hold(name), uid, gid, AT_SYMLINK_NOFOLLOW));
    },
    setMode: modeCall(calls),
    setTime(dir: Dir, name: EntryName, sec: number, nsec: number): number {
      return result(
        libc.utimensat(dir, nameBuffer.hold(name), times.hold(sec, nsec), AT_SYMLINK_NOFOLLOW),
      );
    },
  };
}

/** makedev(3): 12 bits of the major and 8 of the minor lie low, the rest above. */
function deviceNumber(major: number, minor: number): number {
  const low = ((minor & 0xff) | ((major & 0xfff) << 8) | ((minor & ~0xff) << 12)) >>> 0;
  return low + (major & ~0xfff) * 4294967296;
}
