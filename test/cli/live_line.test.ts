// The live line on a real terminal: drawn, overdrawn, taken away for what is printed, and right after a resize.

import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import type { RunEvent } from "#model/event.ts";
import type { RawPath } from "#model/name.ts";
import { counts, summary } from "#test/golden/events.ts";
import { inScratch } from "#test/helpers/scratch.ts";
import { TmuxScreen } from "./tmux_screen.ts";

const REPLAY = join(import.meta.dir, "replay.ts");

interface Stage {
  readonly screen: TmuxScreen;
  emit(...events: readonly RunEvent[]): Promise<void>;
}

async function onTerminal(
  columns: number,
  play: (stage: Stage) => Promise<void>,
  environment: Readonly<Record<string, string>> = {},
): Promise<void> {
  await inScratch(async (folder) => {
    const unix = join(folder, "replay.socket");
    const size = { columns, rows: 12 };
    const screen = await TmuxScreen.open(
      folder,
      size,
      [process.execPath, REPLAY, unix],
      environment,
    );
    try {
      while (!(await post(unix, []))) await screen.lines();
      await play({
        screen,
        emit: async (...events) => {
          expect(await post(unix, events)).toBe(true);
        },
      });
    } finally {
      await screen.close();
    }
  });
}

/** False where nobody listens yet. */
async function post(unix: string, events: readonly RunEvent[]): Promise<boolean> {
  try {
    const body = JSON.stringify(events);
    return (await fetch("http://replay/", { unix, method: "POST", body })).ok;
  } catch {
    return false;
  }
}

function progress(filesCopied: number, elapsedMs: number, entriesDeleted = 0): RunEvent {
  return {
    type: "progress",
    counts: counts({
      filesCopied,
      filesPlanned: 20,
      bytesCopied: filesCopied,
      bytesPlanned: 20,
      entriesDeleted,
    }),
    totalsFinal: true,
    elapsedMs,
    remainingMs: undefined,
    path: "some/folder/with a long name/and a file in it.txt" as RawPath,
  };
}

const note: RunEvent = { type: "note", message: "something to know" };

describe("the live line on a terminal", () => {
  test("is one line, drawn over itself, and gone in the end", async () => {
    await onTerminal(100, async ({ screen, emit }) => {
      await emit(progress(5, 100));
      expect(await screen.until(([line]) => line?.includes("5/20 files") ?? false)).toHaveLength(1);
      await emit(progress(10, 300));
      expect(await screen.until(([line]) => line?.includes("10/20 files") ?? false)).toHaveLength(
        1,
      );
      await emit({ type: "summary", summary: summary() });
      expect(await screen.until(([line]) => line?.includes("copied nothing") ?? false)).toEqual([
        "copied nothing in 1.50 s",
      ]);
    });
  });

  test("is not drawn more than ten times a second", async () => {
    await onTerminal(100, async ({ screen, emit }) => {
      await emit(progress(5, 1000), progress(6, 1050), progress(7, 1099), note);
      expect(await screen.until((lines) => lines.includes("note: something to know"))).toHaveLength(
        1,
      );
      await emit(progress(8, 2000), progress(9, 2050));
      expect((await screen.until((lines) => lines.length === 2))[1]).toContain("8/20 files");
    });
  });

  test("makes way for what is printed, and stands below it again", async () => {
    await onTerminal(100, async ({ screen, emit }) => {
      await emit(progress(5, 100), note, progress(6, 300));
      const lines = await screen.until((shown) => shown.length === 2);
      expect(lines[0]).toBe("note: something to know");
      expect(lines[1]).toContain("6/20 files");
    });
  });

  test("leaves nothing behind when the window is made narrower, then wider", async () => {
    await onTerminal(100, async ({ screen, emit }) => {
      await emit(progress(5, 100, 3));
      expect(await screen.until((lines) => lines[1] === "deleted 3 entries")).toHaveLength(2);
      await screen.resize(40);
      await emit(progress(6, 300, 4));
      const narrow = await screen.until((lines) => lines.includes("deleted 4 entries"));
      expect(narrow).toHaveLength(2);
      expect(narrow[0]).toContain("6/20 files");
      await screen.resize(120);
      await emit(progress(7, 500, 5));
      const wide = await screen.until((lines) => lines.includes("deleted 5 entries"));
      expect(wide).toHaveLength(2);
      expect(wide[0]).toContain("7/20 files");
    });
  });

  test("is not drawn on a terminal that cannot move its cursor", async () => {
    const dumb = { TERM: "dumb" };
    await onTerminal(
      100,
      async ({ screen, emit }) => {
        await emit(note, progress(5, 100));
        expect(await screen.until((lines) => lines.some((line) => line !== ""))).toEqual([
          "note: something to know",
        ]);
      },
      dumb,
    );
  });

  test.each([
    [{ NO_COLOR: "" }, true],
    [{ NO_COLOR: "1" }, false],
    [{ TERM: "dumb" }, false],
  ])("errors are coloured only where that is welcome: %p", async (environment, isColoured) => {
    const play = async ({ screen, emit }: Stage): Promise<void> => {
      await emit({ type: "refused", message: "no", hint: undefined });
      await screen.until((lines) => lines.includes("blit: no"));
      expect((await screen.coloured()).includes("\x1b[")).toBe(isColoured);
    };
    await onTerminal(100, play, environment);
  });
});
