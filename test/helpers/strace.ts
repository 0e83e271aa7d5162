// Runs a command under strace(1): to see that nothing was written, and to make one system call fail.

import { readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** undefined where strace is not installed. */
export const STRACE: string | undefined = Bun.which("strace") ?? undefined;

/** System calls that change a file system, but for those that open. */
const CHANGING =
  /^(p?write\w*|mkdir\w*|rmdir|rename\w*|unlink\w*|symlink\w*|link\w*|mknod\w*|f?truncate|fallocate|f?chmod\w*|[fl]?chown\w*|utime\w*|futimesat|[fl]?setxattr\w*|[fl]?removexattr\w*|copy_file_range|sendfile\w*|splice)$/;
const OPENING = /^(open|openat|openat2|creat)$/;
const OPEN_FOR_WRITE = /O_(WRONLY|RDWR|CREAT|TRUNC|TMPFILE|APPEND)/;

export interface TracedCall {
  readonly thread: string;
  readonly syscall: string;
  /** Arguments, result and what was injected, as strace prints them with descriptors' paths. */
  readonly text: string;
  readonly injected: boolean;
  /** The second half of a call that another thread's was printed into. */
  readonly isResumed: boolean;
}

export class Trace {
  readonly #path = join(tmpdir(), `blit-test-${process.pid}-strace-${Bun.randomUUIDv7()}`);

  /** The command prefix for RunOptions.under. Injections as strace's own: "write:error=EIO:when=3". */
  under(syscalls: string, injections: readonly string[] = []): string[] {
    const injected = injections.flatMap((injection) => ["-e", `inject=${injection}`]);
    return [
      STRACE ?? "strace",
      ...["-f", "-y", "-qq", "-s", "4096", "-o", this.#path, "-e", `trace=${syscalls}`],
      ...["-e", "signal=none", ...injected],
    ];
  }

  /** What was traced; the record is removed. */
  calls(): TracedCall[] {
    const text = readFileSync(this.#path, "latin1");
    rmSync(this.#path);
    return parseTrace(text);
  }
}

/** The lines of strace's record; those of a run that is still going on too. */
export function parseTrace(text: string): TracedCall[] {
  return text.split("\n").flatMap((line) => {
    const match = /^(\d+)\s+(<\.\.\. )?(\w+)(?:\(| resumed>)(.*)$/.exec(line);
    if (match === null) return [];
    const [, thread = "", resumed, syscall = "", rest = ""] = match;
    const injected = line.endsWith("(INJECTED)");
    return [{ thread, syscall, text: rest, injected, isResumed: resumed !== undefined }];
  });
}

/** The calls that changed, or tried to change, anything below a folder. */
export function changesBelow(folder: string, calls: readonly TracedCall[]): string[] {
  return calls
    .filter(({ syscall, text }) => {
      // What is written is data: only the descriptor before it says where to.
      const place = /write/.test(syscall) ? text.slice(0, text.indexOf(">")) : text;
      if (!place.includes(folder)) return false;
      if (OPENING.test(syscall)) return OPEN_FOR_WRITE.test(text);
      return CHANGING.test(syscall) || (syscall === "ioctl" && /FICLONE|FS_IOC_SET/.test(text));
    })
    .map(({ syscall, text }) => `${syscall}(${text}`);
}
