// errno numbers and names of Linux (asm-generic, the same on x86-64 and arm64). Other platforms map theirs to
// these numbers, so that everything above knows one set.

export const Errno = {
  EPERM: 1,
  ENOENT: 2,
  EINTR: 4,
  EIO: 5,
  ENXIO: 6,
  E2BIG: 7,
  EBADF: 9,
  EAGAIN: 11,
  ENOMEM: 12,
  EACCES: 13,
  EFAULT: 14,
  EBUSY: 16,
  EEXIST: 17,
  EXDEV: 18,
  ENODEV: 19,
  ENOTDIR: 20,
  EISDIR: 21,
  EINVAL: 22,
  ENFILE: 23,
  EMFILE: 24,
  ENOTTY: 25,
  ETXTBSY: 26,
  EFBIG: 27,
  ENOSPC: 28,
  ESPIPE: 29,
  EROFS: 30,
  EMLINK: 31,
  EPIPE: 32,
  ERANGE: 34,
  EDEADLK: 35,
  ENAMETOOLONG: 36,
  ENOLCK: 37,
  ENOSYS: 38,
  ENOTEMPTY: 39,
  ELOOP: 40,
  ENODATA: 61,
  ETIME: 62,
  EREMOTEIO: 121,
  EOVERFLOW: 75,
  EILSEQ: 84,
  EOPNOTSUPP: 95,
  ETIMEDOUT: 110,
  ENOTCONN: 107,
  ESTALE: 116,
  EUCLEAN: 117,
  EDQUOT: 122,
  ENOKEY: 126,
} as const;
export type ErrnoName = keyof typeof Errno;

const NAMES = new Map<number, string>(
  Object.entries(Errno).map(([name, number]) => [number, name]),
);

/** The name of a result that a platform call returned, as "ENOSPC"; unknown numbers as "errno 200". */
export function errnoName(result: number): string {
  return NAMES.get(-result) ?? `errno ${-result}`;
}

/** The negative result for an error's name, as node reports it ("ENOENT"); -EIO for names not known. */
export function errnoFromName(name: string | undefined): number {
  return -(Errno[name as ErrnoName] ?? Errno.EIO);
}
