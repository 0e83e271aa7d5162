// From the exceptions of node:fs to the results of the platform interface. EINTR ends here.

import { Errno, errnoFromName } from "../errno.ts";

interface SystemError extends Error {
  readonly code: string;
  readonly errno?: number;
}

/** What the call returns, or -errno where the system refuses it. Must not wrap close(2): it is never repeated. */
export function attempt<T>(call: () => T): T | number {
  for (;;) {
    const result = attemptOnce(call);
    if (result !== -Errno.EINTR) return result;
  }
}

export function attemptOnce<T>(call: () => T): T | number {
  try {
    return call();
  } catch (error) {
    return resultOf(error);
  }
}

/** As attempt(), for calls that return nothing: 0 or -errno. */
export function attemptVoid(call: () => void): number {
  const refused = attempt(call);
  return typeof refused === "number" ? refused : 0;
}

function resultOf(error: unknown): number {
  if (!isSystemError(error)) throw error;
  // node checks arguments before it asks the system: a NUL in a name, a length or an offset out of range.
  if (error.code.startsWith("ERR_")) return -Errno.EINVAL;
  // On Linux the number is exact, whatever the name: ENOTSUP and EOPNOTSUPP are one.
  if (process.platform === "linux" && error.errno !== undefined) return -Math.abs(error.errno);
  return errnoFromName(ALIASES[error.code] ?? error.code);
}

/** Names that other systems use for what errno.ts knows under one. */
const ALIASES: Readonly<Record<string, string>> = {
  ENOTSUP: "EOPNOTSUPP",
  EWOULDBLOCK: "EAGAIN",
  ENOATTR: "ENODATA",
};

function isSystemError(error: unknown): error is SystemError {
  return error instanceof Error && "code" in error && typeof error.code === "string";
}
