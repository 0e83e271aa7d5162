// EINTR never reaches a caller. strace(1) makes every second system call of a kind fail with it, in a process of its
// own that makes many such calls.

import { expect, test } from "bun:test";
import type { OptionalOperation } from "./backends.ts";
import { isLinux, onEveryBackend, run } from "./trial.ts";

const hasStrace = isLinux && Bun.which("strace") !== null;

/** The calls before the hundredth are left to the dynamic loader, which takes no EINTR. */
const FROM_CALL = 100;
const CALLS = 2 * FROM_CALL;

interface SystemCall {
  readonly name: string;
  /** What every call of interrupted_child.ts must come to. */
  readonly result: number;
  readonly madeFor?: OptionalOperation;
}

const SYSTEM_CALLS: readonly SystemCall[] = [
  { name: "pread64", result: 1 },
  { name: "pwrite64", result: 1 },
  { name: "ftruncate", result: 0 },
  { name: "fsync", result: 0 },
  { name: "syncfs", result: 0, madeFor: "syncFileSystem" },
  { name: "copy_file_range", result: 1, madeFor: "copyRange" },
];

onEveryBackend("interrupted by signals", (t) => {
  for (const { name, result, madeFor } of SYSTEM_CALLS) {
    if (madeFor !== undefined && t.backend.lacks.has(madeFor)) continue;
    test.skipIf(!hasStrace)(
      `${name} is repeated`,
      () => {
        const inject = `inject=${name}:error=EINTR:when=${FROM_CALL}+2`;
        const tracer = ["strace", "-f", "-qq", "-o", `${t.path}/trace`, "-e", inject];
        const child = [process.execPath, `${import.meta.dir}/interrupted_child.ts`];
        const printed = run([...tracer, ...child, t.backend.name, t.path, name, String(CALLS)]);
        expect(JSON.parse(printed)).toEqual([result]);
        expect(Number(t.shell("grep -c INJECTED trace"))).toBeGreaterThanOrEqual(CALLS - FROM_CALL);
      },
      30_000,
    );
  }
});
