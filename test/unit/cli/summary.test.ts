import { describe, expect, test } from "bun:test";
import { EXIT_CODE_MEANINGS, ExitCode, exitCode } from "#cli/exit_code.ts";
import { describeProblem } from "#cli/render/problem.ts";
import { summaryLines } from "#cli/render/summary.ts";
import type { Counts, Summary } from "#model/summary.ts";
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
  });

  const move = (more: Partial<Summary>, some: Partial<Counts>) =>
    summaryLines(
      summary({ verb: "move", ...more, counts: counts({ entriesScanned: 9, ...some }) }),
    );

  test("of a move: what left the source was moved, what is still there was copied", () => {
    const files = { filesCopied: 2, bytesCopied: 10, filesPlanned: 2, bytesPlanned: 10 };
    const removed = (count: number) => ({ entriesMoved: count, sourcesRemoved: count });
    expect(move({}, { ...files, ...removed(2) })).toEqual([
      "moved 2 files, 10 B in 1.50 s (7 B/s)",
    ]);
    expect(move({}, { ...files, ...removed(3) })[0]).toStartWith(
      "moved 2 files, 10 B; removed 3 entries from the source in",
    );
    expect(move({}, { ...removed(2), filesUnchanged: 2 })[0]).toStartWith(
      "removed 2 entries from the source in",
    );
    expect(move({}, { entriesMoved: 2 })[0]).toStartWith("renamed 2 entries in");
    expect(move({ dryRun: true }, files)[0]).toContain("would have moved 2 files");
    const failed = { outcome: "failed-entries" } as const;
    expect(move(failed, { ...files, ...removed(1), problems: 1 })).toEqual([
      "copied 2 files, 10 B; removed 1 entry from the source in 1.50 s (7 B/s)",
      "1 entry failed; the rest is still in the source",
    ]);
    expect(move(failed, { ...files, ...removed(2), problems: 1 })[1]).toBe(
      "1 entry failed; what failed is still in the source",
    );
    const unreached = { files: 0, bytes: 0, totalsFinal: true };
    const interrupted = { outcome: "interrupted", signal: "SIGINT", unreached } as const;
    expect(move(interrupted, files)).toEqual([
      "interrupted (SIGINT), the destination is consistent: copied 2 files, 10 B in 1.50 s (7 B/s)",
      "everything is still in the source",
    ]);
    expect(move(interrupted, { ...files, ...removed(1) })[1]).toBe(
      "the rest is still in the source",
    );
  });

  test("of a run that was stopped: how much of what is known was not copied", () => {
    const some = { filesCopied: 5, bytesCopied: 20, filesPlanned: 1000, bytesPlanned: 4096 };
    const stopped = (totalsFinal: boolean) =>
      summary({
        outcome: "failed-entries",
        unreached: { files: 995, bytes: 4076, totalsFinal },
        deletionsWithheld: "the run was stopped before",
        counts: counts({ ...some, problems: 1 }),
      });
    expect(summaryLines(stopped(true))).toEqual([
      "stopped: copied 5 files, 20 B in 1.50 s (13 B/s)",
      "1 entry failed; not copied: 995 of 1,000 files, 4.0 KiB; nothing was deleted: the run was stopped before",
    ]);
    expect(summaryLines(stopped(false))[1]).toContain(
      "1 entry failed; not copied: 995 of 1,000+ files, 4.0 KiB, and what was not looked at yet;",
    );
  });

  test("names no rate where no file was copied whole", () => {
    const some = counts({ bytesCopied: 5e8, problems: 1 });
    expect(summaryLines(summary({ outcome: "failed-entries", counts: some }))[0]).toBe(
      "copied nothing in 1.50 s",
    );
  });

  test("says what was made where that is all", () => {
    expect(summaryLines(summary({ counts: counts({ directoriesMade: 1 }) }))).toEqual([
      "made 1 directory in 1.50 s",
    ]);
    const dry = { dryRun: true, counts: counts({ directoriesMade: 1 }) };
    expect(summaryLines(summary(dry))).toEqual([
      "dry run, nothing was changed: would have made 1 directory in 1.50 s",
    ]);
  });

  test("of a dry run says throughout what would be", () => {
    const all = counts({
      filesCopied: 1,
      bytesCopied: 5,
      directoriesMade: 2,
      entriesMended: 3,
      entriesDeleted: 9,
    });
    expect(summaryLines(summary({ dryRun: true, counts: all }))).toEqual([
      "dry run, nothing was changed: would have copied 1 file, 5 B; deleted 9 entries in 1.50 s",
      "would make 2 directories; would mend the metadata of 3 entries",
    ]);
    const refused = { outcome: "refused", deletionsWithheld: "--max-delete" } as const;
    expect(summaryLines(summary({ dryRun: true, ...refused, counts: all }))).toEqual([
      "dry run, nothing was changed: would have copied 1 file, 5 B in 1.50 s",
      "would make 2 directories; would mend the metadata of 3 entries",
      "nothing would be deleted: --max-delete",
    ]);
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
