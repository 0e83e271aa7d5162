// What every group of system calls shares within one thread: the C library, errno and scratch memory.

import { type Pointer, read } from "bun:ffi";
import { Errno } from "../errno.ts";
import { compileOnce } from "../compiler.ts";
import { UNSUPPORTED } from "../platform.ts";
import { type LateCloses, lateCloses } from "./late_closes.ts";
import { type Libc, openLibc } from "./libc.ts";
import { type NativeBytes, nativeBytes } from "./native_memory.ts";
import { NameBuffer, OffsetsBuffer, TimesBuffer } from "./scratch.ts";

export interface Calls {
  readonly libc: Libc;
  /** For the name a call is about, and for the second name where a call takes two. */
  readonly name: NameBuffer;
  readonly otherName: NameBuffer;
  readonly times: TimesBuffer;
  readonly offsets: OffsetsBuffer;
  readonly closes: LateCloses;
  /** An empty name, for calls on a descriptor itself. */
  readonly empty: NativeBytes;
  /** -errno of the call just made. */
  failure(): number;
  /** What a call returned if it succeeded, otherwise -errno. Must come right after the call. */
  result(returned: number): number;
}

export function openCalls(): Calls {
  const libc = openLibc();
  // The address of errno is one for the life of a thread (errno(3)).
  const errnoAddress = libc.__errno_location() as Pointer;
  const failure = () => -read.i32(errnoAddress);
  const result = (returned: number) => (returned < 0 ? failure() : returned);
  compileOnce(result);
  return {
    libc,
    name: new NameBuffer(),
    otherName: new NameBuffer(),
    times: new TimesBuffer(),
    offsets: new OffsetsBuffer(),
    closes: lateCloses(libc),
    empty: nativeBytes(1),
    failure,
    result,
  };
}

/** EOPNOTSUPP and ENOSYS mean that this file system or kernel has no such operation. */
export function orUnsupported(result: number): number {
  return result === -Errno.EOPNOTSUPP || result === -Errno.ENOSYS ? UNSUPPORTED : result;
}

/** Repeats a call that a signal interrupted. */
export function uninterrupted(call: () => number): number {
  for (;;) {
    const returned = call();
    if (returned !== -Errno.EINTR) return returned;
  }
}
