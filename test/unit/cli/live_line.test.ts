import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { cut, cutFront, LiveLine, type Progress } from "#cli/render/live_line.ts";
import { showPath } from "#cli/render/escape.ts";
import { rawFromText } from "#model/name.ts";
import { counts } from "#test/golden/events.ts";

function progress(some: Partial<Progress> = {}): Progress {
  return {
    type: "progress",
    counts: counts({
      entriesScanned: 40,
      filesCopied: 12,
      filesPlanned: 30,
      bytesCopied: 1_048_576,
      bytesPlanned: 4_194_304,
    }),
    totalsFinal: true,
    elapsedMs: 1000,
    remainingMs: undefined,
    path: rawFromText("photos/2026/日本/a very long name indeed.jpeg"),
    ...some,
  };
}

function lineAt(columns: number, ...updates: readonly Progress[]): string {
  const line = new LiveLine();
  for (const update of updates) line.update(update);
  return line.lines(columns)[0] ?? "";
}

describe("the live line", () => {
  test("with room for everything", () => {
    const before = progress({ counts: counts({ filesPlanned: 1 }), elapsedMs: 0 });
    const now = progress({ remainingMs: 3000 });
    expect(lineAt(150, before, now)).toBe(
      "[=====>              ]   25%  12/30 files  1.0/4.0 MiB  1.0 MiB/s  0:03 left  photos/2026/日本/a very long name indeed.jpeg",
    );
    expect(lineAt(80, before, now)).toBe(
      " 25%  12/30 files  1.0/4.0 MiB  1.0 MiB/s  0:03 left  …ry long name indeed.jpeg",
    );
  });

  test("marks totals that still grow, and shows no bar for them", () => {
    const line = lineAt(150, progress({ totalsFinal: false }));
    expect(line).toStartWith("12/30+ files  1.0/4.0+ MiB  photos/");
  });

  test("drops first what matters least", () => {
    expect(lineAt(60, progress())).toBe(
      " 25%  12/30 files  1.0/4.0 MiB  …very long name indeed.jpeg",
    );
    expect(lineAt(30, progress())).toBe("12/30 files  1.0/4.0 MiB");
    expect(lineAt(20, progress())).toBe("12/30 files");
    expect(lineAt(8, progress())).toBe("12/30 …");
  });

  test("survives a time that is no number", () => {
    const odd = progress({ remainingMs: Number.NaN, totalsFinal: false });
    expect(lineAt(150, odd, progress())).toStartWith("[=====>              ]   25%  12/30 files");
    expect(lineAt(150, odd)).not.toContain("NaN");
  });

  test("says what it does before anything is to be copied", () => {
    const scanning = progress({ counts: counts({ entriesScanned: 1234 }), path: undefined });
    expect(lineAt(80, scanning)).toBe("1,234 looked at");
  });

  test("has a second line for deletions", () => {
    const line = new LiveLine();
    line.update(progress({ counts: counts({ entriesDeleted: 1 }) }));
    expect(line.lines(80)[1]).toBe("deleted 1 entry");
    line.update(progress({ counts: counts({ entriesDeleted: 2500 }) }));
    expect(line.lines(12)[1]).toBe("deleted 2,…");
  });

  test("shows no bar while nothing moves it: neither a time nor a final total is known any more", () => {
    const known = progress({ remainingMs: 3000, totalsFinal: false });
    const unknown = progress({ elapsedMs: 2000, totalsFinal: false });
    expect(lineAt(150, known, unknown)).toStartWith("12/30+ files");
    expect(lineAt(150, known, unknown, progress({ elapsedMs: 3000 }))).toStartWith("[=====>");
  });

  test("shows neither share nor bar of what is deleted or finished", () => {
    for (const phase of ["deleting", "finishing"] as const) {
      const line = new LiveLine();
      line.update(progress());
      line.enter(phase);
      expect(line.lines(150)[0]).toStartWith("12/30 files  1.0/4.0 MiB");
    }
  });

  test("has no rate below zero where bytes are taken back", () => {
    const at = (bytesCopied: number, elapsedMs: number) =>
      progress({ elapsedMs, counts: counts({ filesPlanned: 1, bytesCopied }), path: undefined });
    expect(lineAt(150, at(9e6, 0), at(1e6, 1000))).toContain("  0 B/s");
  });

  test("takes holes for done", () => {
    const holes = { filesPlanned: 1, bytesPlanned: 4_194_304, bytesCopied: 1_048_576 };
    const sparse = counts({ ...holes, bytesSparse: 2_097_152 });
    expect(lineAt(150, progress({ counts: sparse }))).toStartWith(
      "[===============>    ]   75%  0/1 files  3.0/4.0 MiB",
    );
  });

  test("shows what is compared, and how fast", () => {
    const at = (bytesCompared: number, elapsedMs: number) =>
      progress({
        elapsedMs,
        counts: counts({ entriesScanned: 7, bytesCompared }),
        path: rawFromText(""),
      });
    expect(lineAt(150, at(0, 0), at(3_145_728, 1000))).toBe(
      "7 looked at  3.0 MiB compared  3.0 MiB/s  .",
    );
  });

  test("has a second line for sources that a move removes", () => {
    const line = new LiveLine();
    line.update(progress({ counts: counts({ sourcesRemoved: 1200 }) }));
    expect(line.lines(80)[1]).toBe("removed 1,200 entries from the source");
  });

  const anyProgress = fc
    .record({
      copied: fc.nat(1e12),
      planned: fc.nat(1e12),
      totalsFinal: fc.boolean(),
      elapsedMs: fc.nat(1e6),
      remainingMs: fc.option(fc.nat(1e7), { nil: undefined }),
      path: fc.option(fc.string({ unit: "grapheme" }), { nil: undefined }),
    })
    .map(({ copied, planned, path, ...rest }) =>
      progress({
        counts: counts({
          bytesCopied: copied,
          bytesPlanned: planned,
          filesCopied: copied,
          filesPlanned: planned,
        }),
        path: path === undefined ? undefined : rawFromText(path),
        ...rest,
      }),
    );

  test("never reaches the last column, and its bar never goes back", () => {
    fc.assert(
      fc.property(
        fc.array(anyProgress, { maxLength: 8 }),
        fc.integer({ min: 1, max: 200 }),
        (updates, columns) => {
          const live = new LiveLine();
          let last = -1;
          for (const update of updates) {
            live.update(update);
            for (const line of live.lines(columns)) {
              expect(Bun.stringWidth(line)).toBeLessThanOrEqual(Math.max(1, columns - 1));
            }
            const full = live.lines(300)[0] ?? "";
            const bar = /^\[(=*)/.exec(full)?.[1]?.length;
            if (bar === undefined) continue;
            expect(bar).toBeGreaterThanOrEqual(last);
            last = bar;
          }
        },
      ),
    );
  });
});

test("cut() and cutFront() never take more columns than there are, whatever the text", () => {
  const odd = fc.constantFrom("❤️", "👨‍👩‍👧", "日", "e\u0301", "a", "🇩🇪", "\u200d", "\ufe0f", "1️⃣");
  const text = fc.oneof(
    fc.string({ unit: odd }),
    fc.string({ unit: "grapheme" }),
    fc.string({ unit: "binary" }),
  );
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 30 }), (raw, width) => {
      const shown = showPath(rawFromText(raw));
      for (const kept of [cut(shown, width), cutFront(shown, width)])
        expect(Bun.stringWidth(kept)).toBeLessThanOrEqual(width);
    }),
    { numRuns: 500 },
  );
});

test("cut() and cutFront() keep what fits, in columns and not in characters", () => {
  expect(cut("abcdef", 6)).toBe("abcdef");
  expect(cut("abcdef", 5)).toBe("abcd…");
  expect(cut("日本語", 5)).toBe("日本…");
  expect(cut("日本語", 4)).toBe("日…");
  expect(cutFront("日本語", 4)).toBe("…語");
  expect(cutFront("a/b/c.txt", 6)).toBe("…c.txt");
  expect(cut("x", 1)).toBe("x");
  expect(cut("", 0)).toBe("");
  expect(cut("❤️❤️❤️", 5)).toBe("❤️❤️…");
  expect(cutFront("❤️❤️❤️", 4)).toBe("…❤️");
  expect(cutFront("a👨‍👩‍👧b", 3)).toBe("…b");
});
