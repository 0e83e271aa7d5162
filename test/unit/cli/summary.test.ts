import { describe, expect, test } from "bun:test";
import { EXIT_CODE_MEANINGS, ExitCode, exitCode } from "#cli/exit_code.ts";
import { describeProblem } from "#cli/render/problem.ts";
import { summaryLines } from "#cli/render/summary.ts";
import type { Problem } from "#model/problem.ts";
import { rawFromText } from "#model/name.ts";
import { Errno } from "#platform/errno.ts";
import { counts, summary } from "#test/golden/events.ts";

describe("summaryLines()", () => {
  test("of a copy with everything", () => {
    const all = counts({
      entriesScanned: 50_000,
      filesCopied: 12_345,
      bytesCopied: 3 * 1024 ** 3,
      bytesReflinked: 1024 ** 3,
      bytesSparse: 1024 ** 2,
      filesUnchanged: 30_000,
      directoriesMade: 12,
      symlinksMade: 1,
      hardLinksMade: 2,
      entriesMended: 4,
      entriesDeleted: 17,
      notesNotPermitted: 3,
      notesVanished: 1,
    });
    expect(summaryLines(summary({ counts: all }))).toEqual([
      "copied 12,345 files, 3.0 GiB; deleted 17 entries in 1.50 s (2.0 GiB/s)",
      "made 12 directories, 1 symlink, 2 hard links; metadata of 4 entries mended; 30,000 files unchanged; 1.0 GiB shared by reflink; 1.0 MiB of holes kept",
      "note: 1 entry vanished from the source; 3 owners, attributes or device nodes not set: this user may not",
    ]);
  });

  test("of nothing to do", () => {
    const same = counts({ entriesScanned: 9, filesUnchanged: 8 });
    expect(summaryLines(summary({ counts: same }))).toEqual([
      "copied nothing in 1.50 s",
      "8 files unchanged",
    ]);
  });

  test("says why nothing was deleted, and how many failed", () => {
    const failed = summary({
      outcome: "failed-entries",
      counts: counts({ filesCopied: 1, bytesCopied: 5, problems: 2 }),
      deletionsWithheld: "2 entries failed before",
    });
    expect(summaryLines(failed).at(-1)).toBe(
      "2 entries failed; nothing was deleted: 2 entries failed before",
    );
  });

  test("of a dry run, an interruption, a move", () => {
    const some = counts({ filesCopied: 1, bytesCopied: 5 });
    expect(summaryLines(summary({ dryRun: true, counts: some }))[0]).toStartWith(
      "dry run, nothing was changed: would have copied 1 file, 5 B",
    );
    expect(
      summaryLines(summary({ outcome: "interrupted", signal: "SIGTERM", counts: some }))[0],
    ).toStartWith("interrupted (SIGTERM), the destination is consistent: copied 1 file");
    expect(summaryLines(summary({ verb: "move", counts: some }))[0]).toStartWith("moved 1 file");
  });

  test("of verify", () => {
    const verified = summary({
      verb: "verify",
      outcome: "differences",
      counts: counts({ entriesScanned: 10, entriesDiffering: 3, bytesCompared: 2048, problems: 1 }),
    });
    expect(summaryLines(verified)).toEqual([
      "3 differ: 10 entries, 2.0 KiB compared in 1.50 s",
      "1 entry could not be compared",
    ]);
  });
});

describe("describeProblem()", () => {
  const problem: Problem = {
    side: "source",
    path: rawFromText("a\nb"),
    operation: "open",
    code: "EACCES",
    severity: "failed",
  };

  test("names path, operation, reason and remedy", () => {
    expect(describeProblem(problem, rawFromText("/src"))).toEqual({
      message: "cannot open /src/a\\nb: permission denied (EACCES)",
      remedy: "run as a user who may read it, or exclude it",
    });
  });

  test("the remedy depends on what was tried, and on the side", () => {
    const remedy = (changes: Partial<Problem>) =>
      describeProblem({ ...problem, ...changes }, rawFromText("/")).remedy;
    expect(remedy({ operation: "create", side: "destination" })).toBe(
      "run as a user who may write there",
    );
    expect(remedy({ operation: "remove" })).toBe("run as a user who may write there");
    expect(remedy({ operation: "open", side: "destination" })).toBe(
      "run as a user who may read it",
    );
  });

  test("what is created cannot have vanished: the name is at fault", () => {
    const created: Problem = {
      ...problem,
      side: "destination",
      operation: "create",
      code: "ENOENT",
    };
    expect(describeProblem(created, rawFromText("/d"))).toEqual({
      message:
        "cannot create /d/a\\nb: the file system cannot hold this name, or its directory is gone (ENOENT)",
      remedy: "rename it, or exclude it",
    });
  });

  test("attributes that do not fit are not taken for a full disk", () => {
    const attribute: Problem = {
      ...problem,
      side: "destination",
      operation: "set the attribute user.k of",
      code: "ENOSPC",
    };
    expect(describeProblem(attribute, rawFromText("/d"))).toEqual({
      message:
        "cannot set the attribute user.k of /d/a\\nb: the file system holds no more attributes of one entry, or is full (ENOSPC)",
      remedy: "--no-xattrs leaves them out",
    });
  });

  test("of the root itself, and of a code nobody knows", () => {
    const root = describeProblem(
      { ...problem, path: rawFromText(""), code: "errno 200" },
      rawFromText("/s"),
    );
    expect(root).toEqual({ message: "cannot open /s: errno 200", remedy: undefined });
  });

  test("every errno that a file operation can meet is explained", () => {
    const internal = [
      "EINTR",
      "EBADF",
      "EFAULT",
      "ENOTTY",
      "ESPIPE",
      "EPIPE",
      "EDEADLK",
      "ENOLCK",
      "ENODATA",
      "ETIME",
    ];
    for (const code of Object.keys(Errno).filter((name) => !internal.includes(name))) {
      const { message } = describeProblem({ ...problem, code }, rawFromText("/s"));
      expect(message).toMatch(/: .+ \(E\w+\)$/);
    }
  });
});

describe("exitCode()", () => {
  test.each([
    ["done", 0],
    ["differences", 1],
    ["usage", 2],
    ["failed-entries", 3],
    ["refused", 4],
    ["stalled", 5],
    ["could-not-run", 6],
  ] as const)("%s is %i", (outcome, code) =>
    expect<number>(exitCode(summary({ outcome }))).toBe(code),
  );

  test.each([
    ["SIGHUP", 129],
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("%s is %i", (signal, code) => {
    expect<number>(exitCode(summary({ outcome: "interrupted", signal }))).toBe(code);
  });

  test("every code has a meaning in the help", () => {
    expect(new Set(EXIT_CODE_MEANINGS.map(([code]) => code))).toEqual(
      new Set(Object.values(ExitCode)),
    );
  });
});
