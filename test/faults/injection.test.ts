// Every system call that blit makes on the source or the destination fails once, at several places, and for
// good: no fault may lose data, delete anything, or pass for success. Faults are strace's (-e inject=…).

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { IS_ROOT, fileSystem, sharedMount } from "#test/helpers/filesystems.ts";
import { STRACE, Trace, type TracedCall } from "#test/helpers/strace.ts";
import { removeTree } from "#test/helpers/tree.ts";
import { Scene } from "./scene.ts";

type Fault = readonly [side: "src" | "dst", syscalls: string, errnos: readonly string[]];

/** System calls that do one thing are alternatives: those that blit makes are the ones that fail. */
const FAULTS: readonly Fault[] = [
  ["src", "openat,openat2", ["EIO", "EACCES", "EMFILE", "ESTALE"]],
  ["src", "getdents64", ["EIO", "ESTALE"]],
  ["src", "statx,newfstatat,fstat", ["EIO", "ESTALE"]],
  ["src", "read,pread64,copy_file_range", ["EIO"]],
  ["src", "readlinkat,readlink", ["EIO"]],
  ["src", "flistxattr,listxattr,llistxattr", ["EIO"]],
  ["src", "fgetxattr,getxattr,lgetxattr", ["EIO"]],
  ["dst", "openat,openat2", ["ENOSPC", "EDQUOT", "EIO", "EROFS", "EACCES", "EMFILE"]],
  ["dst", "getdents64", ["EIO"]],
  ["dst", "statx,newfstatat,fstat", ["EIO"]],
  ["dst", "mkdirat,mkdir", ["ENOSPC", "EIO", "EACCES"]],
  ["dst", "symlinkat,symlink", ["ENOSPC", "EIO"]],
  ["dst", "mknodat,mknod", ["ENOSPC", "EIO"]],
  ["dst", "linkat,link", ["ENOSPC", "EIO"]],
  ["dst", "renameat,renameat2,rename", ["ENOSPC", "EIO", "EPERM"]],
  ["dst", "write,pwrite64,copy_file_range", ["ENOSPC", "EIO", "EDQUOT", "EFBIG"]],
  ["dst", "ftruncate,truncate", ["EIO", "EFBIG"]],
  ["dst", "fchown,fchownat,lchown", ["EIO", "EINVAL"]],
  ["dst", "fchmod,fchmodat", ["EIO"]],
  ["dst", "utimensat", ["EIO"]],
  ["dst", "fsetxattr,setxattr,lsetxattr", ["ENOSPC", "EIO"]],
  ["dst", "unlinkat,unlink,rmdir", ["EIO", "EBUSY", "EPERM"]],
];

/** Positions tried of each system call, spread over all that a run makes. */
const POSITIONS = 4;

let folder = "";
let scene: Scene;

/** Which of a thread's calls of a name concern a side, counted from 1 as strace counts. */
function ordinals(calls: readonly TracedCall[], syscall: string, place: string): number[] {
  const counts = new Map<string, number>();
  const found: number[] = [];
  for (const call of calls) {
    if (call.syscall !== syscall || call.isResumed) continue;
    const count = (counts.get(call.thread) ?? 0) + 1;
    counts.set(call.thread, count);
    if (call.text.includes(place)) found.push(count);
  }
  return [...new Set(found)].toSorted((a, b) => a - b);
}

function spread(all: readonly number[]): number[] {
  const last = all.length - 1;
  const picked = Array.from(
    { length: POSITIONS },
    (_, i) => all[Math.round((i * last) / (POSITIONS - 1))],
  );
  return [...new Set(picked)].filter((position) => position !== undefined);
}

/** One run with one fault; what it violated, and whether the fault was met on that side at all. */
async function runWith(
  injection: string,
  syscall: string,
  side: string,
  errno: string,
): Promise<string[] | undefined> {
  const place = scene.copy();
  const trace = new Trace();
  const outcome = await scene.mirror(place, { under: trace.under(syscall, [injection]) });
  const met = trace.calls().filter(({ injected }) => injected);
  const violations = met.some(({ text }) => text.includes(`${place}/${side}`))
    ? [...scene.violations(outcome, errno), ...(await scene.aftermath(place))]
    : undefined;
  await removeTree(place);
  return violations?.map((line) => `${injection}: ${line.replaceAll(place, "")}`);
}

describe.skipIf(STRACE === undefined || !IS_ROOT)(
  "a system call fails (needs root and strace)",
  () => {
    beforeAll(async () => {
      const ext4 = fileSystem("ext4");
      const base = ext4.unavailable === undefined ? sharedMount("ext4") : "/tmp";
      folder = mkdtempSync(join(base, `blit-test-${process.pid}-faults-`));
      scene = await Scene.make(folder);
    });

    afterAll(() => removeTree(folder));

    const rows = FAULTS.flatMap(([side, syscalls, errnos]) =>
      errnos.map((errno) => [side, syscalls, errno] as const),
    );
    test.each(rows)("%s: %s: %s", async (side, syscalls, errno) => {
      const place = scene.copy();
      const baseline = new Trace();
      const clean = await scene.mirror(place, { under: baseline.under(syscalls) });
      expect(clean.result).toMatchObject({ code: 0, stderr: "" });
      const calls = baseline.calls();
      await removeTree(place);

      let met = 0;
      const violations: string[] = [];
      for (const syscall of syscalls.split(",")) {
        const positions = spread(ordinals(calls, syscall, `${place}/${side}`));
        const whens = positions.flatMap((at, index) =>
          index === 0 ? [`${at}`, `${at}+`] : [`${at}`],
        );
        for (const when of whens) {
          const injection = `${syscall}:error=${errno}:when=${when}`;
          const found = await runWith(injection, syscall, side, errno);
          if (found !== undefined) met++;
          violations.push(...(found ?? []));
        }
      }
      expect(violations).toEqual([]);
      expect(met).toBeGreaterThan(0);
    });
  },
);
