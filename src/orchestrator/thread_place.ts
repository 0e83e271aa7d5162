// Which open file or directory a thread waits for inside a system call, as Linux shows it (proc_pid_syscall(5)): an absolute
// path, which tells the side that does not answer. The kernel has these names in memory: nobody is asked for them.

import { type RawPath, textFromRaw } from "#model/name.ts";
import type { Platform } from "#platform/platform.ts";
import { readLinkIn, readText } from "#platform/read_text.ts";

/** The one call that waits for either of two files; by its number on x86-64 and on arm64. */
const COPY_FILE_RANGE = new Set(["326", "285"]);

/** Empty where the thread waits for nothing that is open, or the system does not tell. */
export function awaitedBy(platform: Platform, kernelThread: number): string[] {
  if (kernelThread === 0) return [];
  const folder = `/proc/self/task/${kernelThread}`;
  const [call = "", first, , third] = readText(platform, folder, "syscall")?.split(" ") ?? [];
  const descriptors = COPY_FILE_RANGE.has(call) ? [first, third] : [first];
  return descriptors.flatMap((descriptor) => {
    const link = readLinkIn(platform, `${folder}/fd`, String(Number(descriptor ?? -1)));
    return link?.startsWith("/") === true ? [textFromRaw(link as RawPath)] : [];
  });
}
