// What the system's errors mean to people, and what to do about them.

import { FIND_LISTED, type Problem, type Side } from "./problem.ts";

interface Explanation {
  readonly reason: string;
  /** What to do; by side where it differs. */
  readonly remedy?: string | Readonly<Record<Side, string>>;
}

/** By errno name, or a word of blit's own. */
const EXPLANATIONS: Readonly<Record<string, Explanation>> = {
  EPERM: {
    reason: "the system does not permit it",
    remedy: "the entry may be immutable (lsattr), or it takes root",
  },
  EACCES: { reason: "permission denied", remedy: "run as a user who may write there" },
  ENOENT: { reason: "it is not there (any more)", remedy: "run again" },
  EIO: {
    reason: "the device reports an error",
    remedy: {
      source: "look into the system's log and at the health of the source's disk",
      destination: "look into the system's log; do not trust this disk with the only copy",
    },
  },
  ENXIO: { reason: "the device is not there", remedy: "is it plugged in and powered?" },
  ENODEV: { reason: "the device is not there", remedy: "is it plugged in and powered?" },
  E2BIG: {
    reason: "the attribute is too large for the file system",
    remedy: "--no-xattrs leaves it out",
  },
  EAGAIN: { reason: "the system is short of resources for now", remedy: "run again" },
  ENOMEM: { reason: "the system is out of memory", remedy: "free some memory and run again" },
  EBUSY: {
    reason: "it is in use, or a file system is mounted there",
    remedy: "unmount it, or exclude it",
  },
  EEXIST: { reason: "something else has taken the name meanwhile", remedy: "run again" },
  EXDEV: { reason: "it is on another file system", remedy: "exclude it, or run again" },
  ENOTDIR: { reason: "a directory on the way is none any more", remedy: "run again" },
  EISDIR: { reason: "it is a directory now", remedy: "run again" },
  EINVAL: {
    reason: "the file system does not accept this",
    remedy: "the name or the value may not exist on this file system: rename it, or exclude it",
  },
  ENFILE: {
    reason: "the system has too many open files",
    remedy: "close other programs and run again",
  },
  EMFILE: {
    reason: "too many open files",
    remedy: "raise the limit (ulimit -n) and run again",
  },
  ETXTBSY: { reason: "the program is running", remedy: "stop it and run again" },
  EFBIG: {
    reason: "the file is too large for the destination",
    remedy: "use another file system, or raise the limit (ulimit -f)",
  },
  ENOSPC: {
    reason: "the destination is full",
    remedy: "free space and run again; df -i shows whether it is the inodes that ran out",
  },
  EDQUOT: {
    reason: "the quota of the destination is used up",
    remedy: "free space or have it raised, then run again",
  },
  EROFS: {
    reason: "the file system is read-only",
    remedy: "remount it for writing; if it was writable before, look into the system's log",
  },
  EMLINK: { reason: "the file system allows no more hard links to one file" },
  ENAMETOOLONG: {
    reason: "the name is too long for the destination",
    remedy: "rename it, or exclude it",
  },
  ENOSYS: { reason: "the file system cannot do this" },
  EOPNOTSUPP: { reason: "the file system cannot do this" },
  ENOTEMPTY: {
    reason: "the directory is not empty",
    remedy: "remove what is in it; a filter may protect it, and only mirror deletes",
  },
  ELOOP: { reason: "a symlink is in the way, or too many of them", remedy: "run again" },
  EOVERFLOW: { reason: "a value is too large for the file system" },
  EILSEQ: {
    reason: "the file system cannot hold this name",
    remedy: "rename it, or exclude it",
  },
  ERANGE: { reason: "a value is out of range for the file system" },
  ETIMEDOUT: {
    reason: "the storage did not answer in time",
    remedy: "check the connection and run again",
  },
  ENOTCONN: {
    reason: "the connection to the storage is lost",
    remedy: "mount it again and run again",
  },
  ESTALE: {
    reason: "the file server no longer knows this entry",
    remedy: "mount it again and run again",
  },
  EREMOTEIO: { reason: "the storage reports an error", remedy: "look into the system's log" },
  EUCLEAN: { reason: "the file system is damaged", remedy: "unmount it and run its fsck" },
  ENOKEY: {
    reason: "it is encrypted and the key is missing",
    remedy: "unlock the folder and run again",
  },
  OBSTRUCTED: {
    reason: "a directory is in its place, and nothing was deleted",
    remedy: "run again, and let it delete",
  },
  PROTECTED: {
    reason: "a filter protects the directory in its place",
    remedy: "remove it, or add --delete-excluded",
  },
  CHANGED: {
    reason: "it kept changing while it was read",
    remedy: "run again when nothing writes to it, or copy from a snapshot",
  },
};

/** An id of the outer user namespace (user_namespaces(7)). */
const UNKNOWN_OWNER: Explanation = {
  reason: "there is no such user or group in this user namespace",
  remedy: "--no-owner leaves owners alone",
};

/** What a move would remove is not what it copied. */
const CHANGED_SINCE: Explanation = {
  reason: "it has changed since it was copied",
  remedy: "run again: it is copied again, and then removed",
};

/** What is denied is to read. */
const UNREADABLE: Explanation = {
  reason: "permission denied",
  remedy: {
    source: "run as a user who may read it, or exclude it",
    destination: "run as a user who may read it",
  },
};
const READING = /^(open|list|read|look|find)\b/;

/** exfat says so of a name with ":" in it: what is created cannot have vanished. */
const NOT_CREATED: Explanation = {
  reason: "the file system cannot hold this name, or its directory is gone",
  remedy: "rename it, or exclude it",
};

/** Somebody else's entry is replaced as one that was there: what stays is of this run (engine/case_twins.ts). */
const TWIN: Explanation = {
  reason: "another name of the source, differing in case or in Unicode form, is already there",
  remedy: "the destination cannot hold both: rename one of them, or exclude it",
};

/** ext4 holds no more attributes of one entry than go into a block, and says so in these words. */
const MANY_ATTRIBUTES: Explanation = {
  reason: "the file system holds no more attributes of one entry, or is full",
  remedy: "--no-xattrs leaves them out",
};

/** Of a path that only --files-from names: the source never had it. */
const LISTED: Readonly<Record<string, string>> = {
  ENOENT: "it is not there",
  ENOTDIR: "something on the way is no directory",
  ELOOP: "something on the way is a symlink",
  ENAMETOOLONG: "no name is that long",
};
const LISTED_REMEDY =
  "--files-from names it: correct the list, whose paths are relative to the source";

/** The system's reason, and what to do: the code alone, and nothing, where nothing sensible is known. */
export function explain(problem: Pick<Problem, "operation" | "code" | "side">): {
  readonly reason: string;
  readonly remedy: string | undefined;
} {
  const { code, side } = problem;
  const { reason, remedy } = explanationOf(problem);
  return {
    reason: reason === undefined ? code : `${reason} (${code})`,
    remedy: typeof remedy === "object" ? remedy[side] : remedy,
  };
}

function explanationOf({
  operation,
  code,
}: Pick<Problem, "operation" | "code">): Partial<Explanation> {
  const listed = operation === FIND_LISTED ? LISTED[code] : undefined;
  if (listed !== undefined) return { reason: listed, remedy: LISTED_REMEDY };
  if (operation === "create" && code === "ENOENT") return NOT_CREATED;
  if (operation === "create" && code === "EEXIST") return TWIN;
  if (operation.startsWith("set the attribute") && code === "ENOSPC") return MANY_ATTRIBUTES;
  if (operation.startsWith("set the owner") && code === "EINVAL") return UNKNOWN_OWNER;
  if (operation === "remove" && code === "CHANGED") return CHANGED_SINCE;
  if (code === "EACCES" && READING.test(operation)) return UNREADABLE;
  return EXPLANATIONS[code] ?? {};
}
