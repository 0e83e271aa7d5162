// Paths that mean another machine to rsync and scp ("host:path"). There is no remote transport yet, and taking
// them for local names would quietly fill a folder of that name.

import { textFromRaw, type RawPath } from "#model/name.ts";
import { UsageError } from "../usage_error.ts";

/** A host, perhaps with a user, and a colon before any slash; one letter alone is a drive of Windows. */
const REMOTE = /^(?:[^/:@]+@[^/:@]|[^/:@]{2})[^/:@]*:|^\w+:\/\//;

/** A local entry of that very name is what is meant, where there is one. */
export async function refuseRemote(operands: readonly RawPath[]): Promise<void> {
  for (const operand of operands.filter(looksRemote)) {
    if (!(await isThere(operand))) throw remoteRefusal(operand);
  }
}

export function looksRemote(path: RawPath): boolean {
  return REMOTE.test(path);
}

export function remoteRefusal(path: RawPath): UsageError {
  const shown = textFromRaw(path);
  return new UsageError(
    `${shown} looks like a place on another machine, which blit cannot reach yet`,
    `for a local name with a colon type ./${shown}`,
  );
}

async function isThere(path: RawPath): Promise<boolean> {
  const { lstat } = await import("node:fs/promises");
  return lstat(Buffer.from(path, "latin1")).then(
    () => true,
    () => false,
  );
}
