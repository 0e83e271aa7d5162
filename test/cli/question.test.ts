// The question before deletions: asked on a terminal, and only there. The real binary.

import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { blit, blitPath, environment } from "#test/helpers/binary.ts";
import { inScratch } from "#test/helpers/scratch.ts";
import { TmuxScreen } from "./tmux_screen.ts";

const EXTRAS = 7;

async function withExtras(
  play: (source: string, destination: string, folder: string) => Promise<void>,
) {
  await inScratch(async (folder) => {
    const source = join(folder, "src");
    const destination = join(folder, "dst");
    mkdirSync(source);
    mkdirSync(destination);
    for (const place of [source, destination]) writeFileSync(join(place, "kept"), "same");
    for (let index = 0; index < EXTRAS; index++)
      writeFileSync(join(destination, `extra${index}`), "");
    await play(source, destination, folder);
  });
}

/** Runs blit in a terminal until its exit code stands on the screen. */
async function onTerminal(
  folder: string,
  args: readonly string[],
  play: (screen: TmuxScreen) => Promise<void>,
): Promise<string[]> {
  // The shell outlives an interruption, which the terminal sends to both.
  const line = `trap : INT; "$@"; echo "exit code $?"`;
  const command = ["sh", "-c", line, "sh", blitPath(), ...args];
  const screen = await TmuxScreen.open(folder, { columns: 100, rows: 30 }, command, environment());
  try {
    await play(screen);
    return await screen.until((lines) => lines.some((shown) => shown.startsWith("exit code")));
  } finally {
    await screen.close();
  }
}

async function answer(screen: TmuxScreen, key: string): Promise<void> {
  await screen.until((lines) => lines.some((line) => line.startsWith("Delete them? [y/N]")));
  await screen.type(key, "Enter");
}

describe("mirror on a terminal", () => {
  test("shows how many and the first few, and deletes after yes", async () => {
    await withExtras(async (source, destination, folder) => {
      const lines = await onTerminal(folder, ["mirror", source, destination], (screen) =>
        answer(screen, "y"),
      );
      expect(lines).toContain("7 entries at the destination are not in the source:");
      expect(lines.filter((line) => line.startsWith("  extra"))).toHaveLength(5);
      expect(lines).toContain("  and 2 more");
      expect(lines).toContain("exit code 0");
      expect(readdirSync(destination)).toEqual(["kept"]);
    });
  });

  test.each(["n", "", "yess"])("deletes nothing after %p, and says so", async (key) => {
    await withExtras(async (source, destination, folder) => {
      const lines = await onTerminal(folder, ["mirror", source, destination], (screen) =>
        answer(screen, key),
      );
      expect(lines).toContain("nothing was deleted: you said no");
      expect(lines).toContain("exit code 4");
      expect(readdirSync(destination)).toHaveLength(EXTRAS + 1);
    });
  });

  test("an interruption at the question deletes nothing", async () => {
    await withExtras(async (source, destination, folder) => {
      const lines = await onTerminal(folder, ["mirror", source, destination], async (screen) => {
        await screen.until((shown) => shown.some((line) => line.startsWith("Delete them?")));
        await screen.type("C-c");
      });
      expect(lines).toContain("exit code 130");
      expect(lines).toContain("nothing was deleted: the run was interrupted before");
      expect(readdirSync(destination)).toHaveLength(EXTRAS + 1);
    });
  });

  test("the end of the input at the question is no answer, and is not called one", async () => {
    await withExtras(async (source, destination, folder) => {
      const lines = await onTerminal(folder, ["mirror", source, destination], async (screen) => {
        await screen.until((shown) => shown.some((line) => line.startsWith("Delete them?")));
        await screen.type("C-d");
      });
      expect(lines).toContain("nothing was deleted: nobody answered");
      expect(lines).toContain("exit code 4");
      expect(readdirSync(destination)).toHaveLength(EXTRAS + 1);
    });
  });

  test("--yes does not ask", async () => {
    await withExtras(async (source, destination, folder) => {
      const lines = await onTerminal(
        folder,
        ["mirror", "--yes", source, destination],
        async () => {},
      );
      expect(lines.join("\n")).not.toContain("Delete them?");
      expect(readdirSync(destination)).toEqual(["kept"]);
    });
  });
});

test("without a terminal mirror goes ahead", async () => {
  await withExtras(async (source, destination) => {
    const { stdout, stderr } = await blit(["mirror", source, destination]);
    expect(stdout).toContain("deleted 7 entries");
    expect(stderr).toBe("");
    expect(existsSync(join(destination, "extra0"))).toBe(false);
  });
});
