// What a task is: its kind, its flags, and what it takes to make one. The tasks themselves lie in the shared heap (tasks.ts).

/** The offset of a task in the heap; 0 is none. */
export type Task = number & { readonly task: true };
export const NO_TASK = 0 as Task;

export enum TaskKind {
  /** A directory of both trees; its text is its name below the parent's path, or a whole path without a parent. */
  directory = 1,
  /** Some entries of a directory that has very many. */
  batch = 2,
  /** One large file. */
  largeFile = 3,
  /** A share in copying a large file; its payload is the block that they share (pieces.ts). */
  pieces = 4,
  /** An entry that waits for the first name of its inode to arrive. */
  link = 5,
  /** Entries of one directory to delete. */
  deletion = 6,
  /** A directory to delete with all it holds. */
  doomedDirectory = 7,
  /** Source entries of a move that arrived: to be removed. */
  arrival = 8,
  /** A source directory of a move that arrived, noted until all are removed in order. Never queued. */
  departure = 9,
  /** A destination directory in which entries are deleted: gets its time again at the end. Never queued. */
  place = 10,
  /** Remove all source directories that arrived. */
  departures = 11,
  /** Bring everything that was written to stable storage. */
  sync = 12,
  /** Decide what becomes of hard links to names that were not met. */
  doubtfulLinks = 13,
  /** A destination directory, the first that its thread met on a file system: noted to be synced. Never queued. */
  written = 14,
}

export enum TaskFlag {
  /** The destination directory was made in this run: nothing in it needs a look. */
  fresh = 1,
  /** Its entries were changed: its mtime must be set again at the end. */
  dirty = 2,
  /** Its extended attributes are set at the end: the source carries some, or it has inherited some itself. */
  xattrs = 4,
  /** Something in or below it failed, or is protected: the directory is not removed, by a move or a deletion. */
  failed = 8,
  /** Its own entries were split into batches, so that extras are looked for when all are done. */
  batched = 16,
  /** Only counted and shown, nothing is removed. */
  countOnly = 32,
  /** It could not be opened: nothing of it is known, and nothing of it is changed. */
  unknown = 64,
  /** It has been opened before: its attributes are recorded, and what differs of it has been counted. */
  seen = 128,
  /** What stood in the way of its entries has been deleted, as far as that may be. */
  revisit = 256,
  /** A thread failed at it before: it is not tried a third time. */
  retried = 512,
  /** Its entry may have a twin at the destination (case_twins.ts), which must be looked for when it is done. */
  twin = 1024,
}

export interface NewTask {
  readonly kind: TaskKind;
  /** None where it is absent. */
  readonly parent?: Task;
  /** 0 where they are absent. */
  readonly root?: number;
  readonly flags?: number;
  readonly payload?: number;
  /** Empty where it is absent. */
  readonly text?: string;
}

/** What a directory's own entry must look like when all below it is done. */
export interface DirectoryAttributes {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtimeSec: number;
  readonly mtimeNsec: number;
}

/** What it finds adds to the totals. */
export function isListing(kind: TaskKind): boolean {
  return kind === TaskKind.directory || kind === TaskKind.batch;
}
