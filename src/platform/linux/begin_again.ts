// A process that begins again with one more variable in its environment: an allocator reads its settings before main().

import { readFileSync } from "node:fs";
import { rawFromText } from "#model/name.ts";
import { openCalls } from "./calls.ts";
import { type NativeBytes, nativeBytes } from "./native_memory.ts";

const POINTER_BYTES = 8;

/**
 * execve(2) of this process's own executable, with the same arguments, and open what is not close-on-exec. Does not return,
 * or returns -errno. `variable` is NAME=VALUE.
 */
export function beginAgainWith(variable: string): number {
  const { libc, name, result } = openCalls();
  const args = strings(readFileSync("/proc/self/cmdline"));
  const environment = strings(
    Buffer.concat([readFileSync("/proc/self/environ"), Buffer.from(`${variable}\0`)]),
  );
  const path = name.hold(rawFromText(process.execPath));
  return result(libc.execve(path, args.pointers.address, environment.pointers.address));
}

/** NUL-terminated strings one after the other, as a C array of pointers to them. Valid as long as both are referenced. */
function strings(joined: Buffer): { readonly pointers: NativeBytes; readonly text: NativeBytes } {
  const text = nativeBytes(joined.length);
  text.bytes.set(joined);
  const starts: number[] = [];
  for (let at = 0, end; at < joined.length; at = end + 1) {
    starts.push(at);
    end = joined.indexOf(0, at);
    if (end < 0) break;
  }
  const pointers = nativeBytes((starts.length + 1) * POINTER_BYTES);
  for (const [index, start] of starts.entries())
    pointers.bytes.writeBigUInt64LE(BigInt(text.address + start), index * POINTER_BYTES);
  return { pointers, text };
}
