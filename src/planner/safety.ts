// The rules that refuse a run before it touches anything, and a deletion that goes too far. Pure: the engine
// collects what is there, these functions judge it, in words meant for people. Paths in a message are text as
// they are: escape control characters when showing it.

import { counted, formatCount } from "#model/count_text.ts";
import { sameDevice, sameInode, type Identity } from "#model/entry.ts";
import { joinRaw, textFromRaw, type RawName, type RawPath } from "#model/name.ts";
import type { Mapping } from "#model/options.ts";
import { nameOf, type Refusal } from "./destination.ts";
import { isTemporaryName } from "./temporary_name.ts";

/** One end of a mapping by identity: the entry itself where it exists, then every directory above it, to "/". */
export interface Lineage {
  readonly exists: boolean;
  /** From the entry, or where it is missing from the nearest directory above it that exists, upwards. */
  readonly chain: readonly Identity[];
}

export interface MappingLineage {
  readonly mapping: Mapping;
  readonly source: Lineage;
  readonly destination: Lineage;
}

/**
 * Refuses a source and a destination that are the same, or one inside the other, whichever names and mounts lead
 * there: every source is held against every destination. What a bind mount shows of a directory deep inside a
 * source is not in any chain; the engine must know its other root when it meets it.
 */
export function refuseOverlap(
  mappings: readonly MappingLineage[],
  oneFileSystem: boolean,
): Refusal | undefined {
  for (const { mapping: from, source } of mappings) {
    for (const { mapping: to, destination } of mappings) {
      const relation = overlap(source, destination, oneFileSystem);
      // Another file's place may hold a hard link to this one: it gives way without this one being touched.
      if (relation === "same" && from !== to && !from.asDirectory) continue;
      if (relation !== undefined) return refuseRelation(relation, from.source, to.destination);
    }
  }
  return undefined;
}

type Relation = "same" | "destination-inside" | "source-inside";

function overlap(
  source: Lineage,
  destination: Lineage,
  oneFileSystem: boolean,
): Relation | undefined {
  const [sourceSelf] = source.chain;
  const [destinationSelf] = destination.chain;
  if (sourceSelf === undefined || destinationSelf === undefined) return undefined;
  if (destination.exists && sameInode(sourceSelf, destinationSelf)) return "same";
  // With --one-file-system the walk of the source ends where the destination's file system is mounted.
  const isApart = oneFileSystem && !sameDevice(sourceSelf, destinationSelf);
  if (!isApart && isAmong(sourceSelf, destination.chain)) return "destination-inside";
  return destination.exists && isAmong(destinationSelf, source.chain) ? "source-inside" : undefined;
}

function isAmong(self: Identity, chain: readonly Identity[]): boolean {
  return chain.some((above) => sameInode(self, above));
}

function refuseRelation(relation: Relation, source: RawPath, destination: RawPath): Refusal {
  const from = textFromRaw(source);
  const to = textFromRaw(destination);
  if (relation === "same") return refused(`${from} and ${to} are the same`, undefined);
  return relation === "destination-inside"
    ? refused(`the destination ${to} is inside the source ${from}`, "choose a place outside of it")
    : refused(
        `the source ${from} is inside the destination ${to}`,
        "give the source a place of its own at the destination",
      );
}

/** The file that a run reports to. */
export interface Log {
  /** Absolute, all symlinks followed. */
  readonly place: RawPath;
  /** As in a Lineage. */
  readonly chain: readonly Identity[];
}

/**
 * Refuses a log that the run would copy onto, take for what it copies, or delete; `staysBelow` is asked of its path in a
 * destination.
 */
export function refuseLog(
  { place, chain }: Log,
  mappings: readonly MappingLineage[],
  staysBelow: (path: RawPath) => boolean,
): Refusal | undefined {
  const log = `the log ${textFromRaw(place)}`;
  for (const { mapping, source, destination } of mappings) {
    if (!mapping.asDirectory) {
      const [self] = chain;
      const isEnd = [source, destination].some(
        ({ exists, chain: [end] }) => exists && self && end && sameInode(self, end),
      );
      if (isEnd) return usage(`${log} is what is to be copied, or in its place`, ELSEWHERE);
      continue;
    }
    const [root] = destination.chain;
    if (root === undefined || !destination.exists) continue;
    const depth = chain.findIndex((above) => sameInode(above, root));
    const path = place.split("/").slice(-depth).join("/") as RawPath;
    if (depth > 0 && !staysBelow(path))
      return usage(`${log} is where mirror would delete it`, `${ELSEWHERE}, or --exclude it`);
  }
  return undefined;
}

const ELSEWHERE = "write it somewhere else";

function usage(message: string, hint: string): Refusal {
  return { outcome: "usage", message, hint };
}

/** The roots of a mirror, as far as it takes to tell whether they belong together. */
export interface MirrorRoots {
  readonly mapping: Mapping;
  /** The source root's names, without those that count as not there; read only up to the first that counts. */
  readonly sourceNames: Iterable<RawName>;
  /** The destination root's names, without those that a filter protects; read only as far as needed. */
  readonly destinationNames: Iterable<RawName>;
  /** A filter says that some of them are not there. */
  readonly isFiltered: boolean;
  /** The source root has an entry of that name, as its file system compares names. */
  isInSource(name: RawName): boolean;
}

export interface MirrorConsent {
  readonly allowEmptySource: boolean;
  /** A destination that looks unrelated is accepted. */
  readonly yes: boolean;
}

/** For a directory: refuses to mirror an empty source, or into a destination that holds something else altogether. */
export function refuseMirror(roots: MirrorRoots, consent: MirrorConsent): Refusal | undefined {
  const isEmpty = !some(roots.sourceNames, isTelling);
  if (isEmpty ? consent.allowEmptySource : consent.yes) return undefined;
  const sourceName = nameOf(roots.mapping.source);
  let entries = 0;
  let holdsSourceName = false;
  for (const name of roots.destinationNames) {
    if (!isTelling(name)) continue;
    if (!isEmpty && roots.isInSource(name)) return undefined;
    entries++;
    if (name === sourceName) holdsSourceName = true;
  }
  if (entries === 0) return undefined;
  return isEmpty
    ? refuseEmptySource(roots, entries)
    : refuseUnrelated(roots.mapping, entries, holdsSourceName ? sourceName : undefined);
}

function refuseEmptySource({ mapping, isFiltered }: MirrorRoots, entries: number): Refusal {
  const source = textFromRaw(mapping.source);
  const destination = textFromRaw(mapping.destination);
  const found = isFiltered
    ? `the filter leaves nothing of ${source}, and ${destination} is not empty`
    : `the source ${source} is empty, and ${destination} is not`;
  const doubt = isFiltered
    ? "If nothing is meant to be left"
    : "is a disk not mounted? If the source is meant to be empty";
  return refused(
    `${found}: mirror would delete ${counted(entries, "entry", "entries")} there, and all they hold`,
    `${doubt}, add --allow-empty-source`,
  );
}

function refuseUnrelated(
  { source, destination }: Mapping,
  entries: number,
  sourceName: RawName | undefined,
): Refusal {
  const from = textFromRaw(source);
  const to = textFromRaw(destination);
  const found =
    entries === 1
      ? `${to} holds 1 entry, which is not in ${from}`
      : `${to} holds ${counted(entries, "entry", "entries")}, none of which is in ${from}`;
  const hint =
    sourceName === undefined
      ? "are source and destination swapped, or is the wrong disk mounted?"
      : `did you mean ${textFromRaw(joinRaw(destination, sourceName))}?`;
  return refused(
    `${found}: mirror would delete ${entries === 1 ? "it" : "them all"}`,
    `${hint} If this is what you want, add --yes`,
  );
}

/** Refuses to delete more than --max-delete allows. */
export function refuseDeletions(count: number, maxDelete: number | undefined): Refusal | undefined {
  if (maxDelete === undefined || count <= maxDelete) return undefined;
  return refused(
    `${counted(count, "entry", "entries")} would be deleted, and --max-delete allows ${formatCount(maxDelete)}`,
    "nothing was deleted: look at them with --dry-run -v, then raise the limit",
  );
}

/** Names that systems put into any directory by themselves: they say nothing about what it is for. */
const INCIDENTAL = new Set<string>([
  "lost+found",
  ".DS_Store",
  ".Spotlight-V100",
  ".Trashes",
  ".fseventsd",
  "$RECYCLE.BIN",
  "System Volume Information",
  "Thumbs.db",
  "desktop.ini",
]);

function isTelling(name: RawName): boolean {
  return !INCIDENTAL.has(name) && !isTemporaryName(name);
}

function some<T>(items: Iterable<T>, test: (item: T) => boolean): boolean {
  for (const item of items) if (test(item)) return true;
  return false;
}

function refused(message: string, hint: string | undefined): Refusal {
  return { outcome: "refused", message, hint };
}
