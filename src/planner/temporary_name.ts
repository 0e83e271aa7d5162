// The names of blit's temporary files: ".blit-BOOT-NAMESPACE-PID-START-SEQUENCE.tmp". They say which process
// writes the file, so that the next run can tell what a killed one left from what another is writing now. The
// file's own name is not in them: it may already be as long as a name can be. Pure.

import type { RawName } from "#model/name.ts";

/** What marks one process among all that may write to a file system. */
export interface ProcessIdentity {
  /** The first eight hexadecimal digits of the kernel's random boot id (/proc/sys/kernel/random/boot_id). */
  readonly boot: string;
  /** The inode of its PID namespace: containers share a kernel, but not its numbers of processes. */
  readonly namespace: number;
  readonly pid: number;
  /** When it started, in clock ticks since boot (field 22 of /proc/PID/stat): PIDs are used again. */
  readonly start: number;
}

export interface TemporaryName extends ProcessIdentity {
  /** Unique within the process. */
  readonly sequence: number;
}

const PREFIX = ".blit-";
const PATTERN =
  /^\.blit-([0-9a-f]{8})-([0-9a-z]{1,7})-([0-9a-z]{1,7})-([0-9a-z]{1,11})-([0-9a-z]{1,11})\.tmp$/;
const RADIX = 36;

/** A process that cannot be asked is believed dead when its file has not changed for so long. */
const ABANDONED_AFTER_SEC = 24 * 60 * 60;

/** At most 58 bytes. Numbers are whole and not negative; namespace and pid are below 2^32. */
export function makeTemporaryName(owner: ProcessIdentity, sequence: number): RawName {
  const numbers = [owner.namespace, owner.pid, owner.start, sequence];
  const joined = numbers.map((number) => number.toString(RADIX)).join("-");
  return `${PREFIX}${owner.boot}-${joined}.tmp` as RawName;
}

/** What a temporary name says, or undefined for a name that makeTemporaryName() does not make. */
export function parseTemporaryName(name: RawName): TemporaryName | undefined {
  if (!name.startsWith(PREFIX)) return undefined;
  const match = PATTERN.exec(name);
  if (match === null) return undefined;
  const [, boot = "", ...digits] = match;
  const [namespace = 0, pid = 0, start = 0, sequence = 0] = digits.map((text) =>
    Number.parseInt(text, RADIX),
  );
  const parsed = { boot, namespace, pid, start, sequence };
  return makeTemporaryName(parsed, sequence) === name ? parsed : undefined;
}

export function isTemporaryName(name: RawName): boolean {
  return parseTemporaryName(name) !== undefined;
}

/** What is known of the place that a temporary file was found in. */
export interface TemporaryPlace {
  readonly here: ProcessIdentity;
  /** The file system may be mounted by other machines too (network, FUSE, virtual machine shares). */
  readonly isShared: boolean;
  /** A process of this namespace has that PID and started then; undefined where that cannot be told. */
  isRunning(pid: number, start: number): boolean | undefined;
}

/** True where nobody writes the file any more. The age is that of its ctime: its mtime may be set already. */
export function isAbandoned(
  file: TemporaryName,
  place: TemporaryPlace,
  ageSec: () => number,
): boolean {
  const isOld = () => ageSec() > ABANDONED_AFTER_SEC;
  if (file.boot !== place.here.boot) return !place.isShared || isOld();
  if (file.namespace !== place.here.namespace) return isOld();
  const isRunning = place.isRunning(file.pid, file.start);
  return isRunning === undefined ? isOld() : !isRunning;
}
