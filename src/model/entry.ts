// What is known of one entry of a directory: its kind and its stat, as plain numbers.

/** The kind of an entry. The numbers are those of d_type in readdir(3) and travel in shared memory. */
export enum Kind {
  unknown = 0,
  fifo = 1,
  charDevice = 2,
  directory = 4,
  blockDevice = 6,
  file = 8,
  symlink = 10,
  socket = 12,
}

/** Which file it is, by whatever name. 64-bit numbers are split, because a number holds only 53 bits. */
export interface Identity {
  readonly inodeLow: number;
  readonly inodeHigh: number;
  readonly deviceMajor: number;
  readonly deviceMinor: number;
}

/**
 * The stat of an entry. On Linux a view of a reused statx buffer: copy what must outlive the next stat.
 */
export interface Stat extends Identity {
  readonly kind: Kind;
  /** Permission bits with set-id and sticky: 0 to 0o7777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly nlink: number;
  readonly sizeBytes: number;
  /** Bytes allocated on disk; less than sizeBytes means the file has holes (or is compressed). */
  readonly allocatedBytes: number;
  /** Whole seconds since 1970, negative before; the nanoseconds are always 0 to 999,999,999. */
  readonly mtimeSec: number;
  readonly mtimeNsec: number;
  readonly ctimeSec: number;
  readonly ctimeNsec: number;
  /** For a device node: what it stands for. */
  readonly rdevMajor: number;
  readonly rdevMinor: number;
}

/** Of one file at two moments: nothing was written to it, nor were its attributes touched, between them. */
export function isSameVersion(one: Stat, other: Stat): boolean {
  return (
    one.sizeBytes === other.sizeBytes &&
    one.mtimeNsec === other.mtimeNsec &&
    one.mtimeSec === other.mtimeSec &&
    one.ctimeNsec === other.ctimeNsec &&
    one.ctimeSec === other.ctimeSec
  );
}

export function sameInode(a: Identity, b: Identity): boolean {
  return (
    a.inodeLow === b.inodeLow &&
    a.inodeHigh === b.inodeHigh &&
    a.deviceMajor === b.deviceMajor &&
    a.deviceMinor === b.deviceMinor
  );
}

/** As text, to look it up by. */
export function deviceOf({ deviceMajor, deviceMinor }: Identity): string {
  return `${deviceMajor}:${deviceMinor}`;
}

export function sameDevice(a: Identity, b: Identity): boolean {
  return a.deviceMajor === b.deviceMajor && a.deviceMinor === b.deviceMinor;
}

/** A time as file systems have it. */
export interface Moment {
  readonly sec: number;
  readonly nsec: number;
}

/** Nothing is changed since. */
export const NEVER: Moment = { sec: Infinity, nsec: 0 };

/** Its ctime is not before that moment. */
export function isChangedSince(stat: Stat, { sec, nsec }: Moment): boolean {
  return stat.ctimeSec > sec || (stat.ctimeSec === sec && stat.ctimeNsec >= nsec);
}

/** What outlives the stat it is taken from. */
export function identityOf(stat: Stat): Identity {
  const { inodeLow, inodeHigh, deviceMajor, deviceMinor } = stat;
  return { inodeLow, inodeHigh, deviceMajor, deviceMinor };
}

/**
 * What nearly every entry of a second run comes to, in one step: the copy has the kind, mode, owner, mtime and, if it is no
 * directory, the size of the original, neither has a second name, and the copy's ctime is the later one: the same is within one step
 * of the kernel's clock, and does not tell which was changed last.
 */
export function areAlike(original: Stat, copy: Stat): boolean {
  return (
    original.kind === copy.kind &&
    original.mtimeNsec === copy.mtimeNsec &&
    original.mtimeSec === copy.mtimeSec &&
    original.mode === copy.mode &&
    original.uid === copy.uid &&
    original.gid === copy.gid &&
    (original.kind === Kind.directory ||
      (original.sizeBytes === copy.sizeBytes && original.nlink === 1 && copy.nlink === 1)) &&
    (copy.ctimeSec > original.ctimeSec ||
      (copy.ctimeSec === original.ctimeSec && copy.ctimeNsec > original.ctimeNsec))
  );
}
