// Entries of two directories that are alike, found by one pair of stats after the other.

import { lstatSync, readlinkSync } from "node:fs";
import { areAlike, isChangedSince, Kind, type Moment, NEVER } from "#model/entry.ts";
import type { Alike, Dir, EntryName, Names } from "../platform.ts";
import { attempt } from "./attempt.ts";
import type { OpenDirectories } from "./open_directories.ts";
import { PortableStat } from "./portable_stat.ts";

export class PortableAlike implements Alike {
  readonly original = new PortableStat();
  readonly copy = new PortableStat();
  isSeen = false;
  begun: Moment = NEVER;
  files = 0;
  bytes = 0;
}

export function passAlike(
  directories: OpenDirectories,
  [source, target]: readonly [Dir, Dir],
  names: Names,
  [start, end]: readonly [number, number],
  alike: PortableAlike,
): number {
  const { original, copy } = alike;
  alike.files = alike.bytes = 0;
  alike.isSeen = false;
  for (let index = start; index < end; index++) {
    const kind = names.kinds[index] as number;
    if (kind !== Kind.file && kind !== Kind.symlink) return index;
    const name = names.names[index] as EntryName;
    const paths = [directories.entry(source, name), directories.entry(target, name)] as const;
    const looked = attempt(() => {
      original.fill(lstatSync(paths[0], { bigint: true }));
      copy.fill(lstatSync(paths[1], { bigint: true }));
      alike.isSeen = true;
      const leadsElsewhere = kind === Kind.symlink && !leadSameWay(...paths);
      const isAlike = areAlike(original, copy) && !isChangedSince(copy, alike.begun);
      return isAlike && original.kind === kind && !leadsElsewhere ? 1 : 0;
    });
    if (looked !== 1) return index;
    alike.isSeen = false;
    if (kind !== Kind.file) continue;
    alike.files++;
    alike.bytes += original.sizeBytes;
  }
  return end;
}

function leadSameWay(link: Buffer, other: Buffer): boolean {
  const encoding = "buffer";
  return readlinkSync(link, { encoding }).equals(readlinkSync(other, { encoding }));
}
