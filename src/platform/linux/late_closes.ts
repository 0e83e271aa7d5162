// Closing many files at a time: close_range(2) ends a run of descriptors for the price of one close(2). A descriptor is the
// lowest that is free, so the files of one directory, opened one after another, mostly are such a run.

import type { File, FileCalls } from "../platform.ts";
import { SyscallNumber } from "./abi.ts";
import type { Libc } from "./libc.ts";

/** More at a time measured no better; where fewer may be open, whoever is refused one ends the wait. */
const MOST_WAITING = 64;

export interface LateCloses extends Pick<FileCalls, "closeFileLater" | "closeWaitingFiles"> {
  /** From now on each is closed at once: another thread that is refused a descriptor cannot end this one's wait. */
  shareDescriptors(): void;
}

export function lateCloses(libc: Libc): LateCloses {
  const waiting: File[] = [];
  let mostWaiting = MOST_WAITING;
  let lowest = Number.POSITIVE_INFINITY;
  let highest = -1;
  /** Not before Linux 5.9, nor in every container. */
  let hasRange = true;

  /** True where they are one run, without a descriptor of anybody else's in it, and it is closed. */
  function closesRange(): boolean {
    if (!hasRange || highest - lowest + 1 !== waiting.length) return false;
    hasRange = libc.syscall(SyscallNumber.close_range, lowest, highest, 0, 0, 0) === 0;
    return hasRange;
  }

  function closeWaitingFiles(): void {
    if (waiting.length === 0) return;
    if (!closesRange()) for (const file of waiting) libc.close(file);
    waiting.length = 0;
    lowest = Number.POSITIVE_INFINITY;
    highest = -1;
  }

  function closeFileLater(file: File): void {
    if (file < lowest) lowest = file;
    if (file > highest) highest = file;
    if (waiting.push(file) === mostWaiting) closeWaitingFiles();
  }

  const shareDescriptors = () => void (mostWaiting = 1);

  return { closeFileLater, closeWaitingFiles, shareDescriptors };
}
