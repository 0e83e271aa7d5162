// blit diagnostics perf and blit profile, as typed.

import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatLine } from "#history/record.ts";
import { Store } from "#history/store.ts";
import { selectPlatform } from "#platform/select.ts";
import { recordOf } from "#test/unit/history/records.ts";

const platform = await selectPlatform();
const main = join(import.meta.dir, "../../../src/main.ts");

let state = "";
beforeEach(() => {
  state = realpathSync(mkdtempSync(join(tmpdir(), "blit-history-")));
});
afterEach(() => rmSync(state, { recursive: true, force: true }));

function blit(args: string, environment: Record<string, string> = {}) {
  const env = { PATH: process.env["PATH"], XDG_STATE_HOME: state, TERM: "dumb", ...environment };
  const { exitCode, stdout, stderr } = Bun.spawnSync([process.execPath, main, ...args.split(" ")], {
    env,
  });
  return { code: exitCode, out: stdout.toString(), err: stderr.toString() };
}

const append = (count: number) => {
  for (let run = 1; run <= count; run++) {
    const store = new Store(platform, { XDG_STATE_HOME: state });
    store.append(formatLine(recordOf({ filesCopied: run })));
  }
};
const jsonLines = (text: string): Record<string, unknown>[] =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test("without a history both say so, succeed, and make nothing", () => {
  expect(blit("diagnostics perf")).toEqual({ code: 0, out: "No run is recorded.\n", err: "" });
  expect(blit("profile").out).toBe("Nothing has been learned yet: no run is recorded.\n");
  expect(blit("diagnostics perf --json")).toEqual({ code: 0, out: "", err: "" });
  expect(readdirSync(state)).toEqual([]);
});

test("diagnostics perf shows the last runs, in ASCII on a dumb terminal", () => {
  append(30);
  const { code, out } = blit("diagnostics perf --limit 3");
  expect(code).toBe(0);
  expect(out).toMatch(/^[ -~\n]*$/);
  expect(out).toContain(`The last 3 of 30 runs, in ${state}/blit\n`);
  expect(out.match(/^20.*mirror.*#$/gm)).toHaveLength(3);
  expect(blit("diagnostics perf").out.match(/^20/gm)).toHaveLength(20);
});

test("--json prints one run a line, and nothing that stands for a path", () => {
  append(2);
  const { out } = blit("diagnostics perf --json");
  const lines = jsonLines(out);
  expect(lines.map(({ v, type, filesCopied }) => [v, type, filesCopied])).toEqual([
    [1, "run", 1],
    [1, "run", 2],
  ]);
  expect(out).not.toContain("paths");
});

test("profile shows what was learned, and as JSON the numbers behind it", () => {
  append(6);
  expect(blit("profile").out).toContain("mirror ext4 -> tmpfs, 6 runs\n  workers, from 6 runs:");
  const [pair] = jsonLines(blit("profile --json").out);
  expect(pair).toMatchObject({ v: 1, type: "profile", verb: "mirror", runs: 6, settledWorkers: 2 });
  expect(pair?.["fastPath"]).toMatchObject({ runs: 0, limitMs: 30 });
});

test("--enable promises nothing that the environment forbids", () => {
  const { code, out } = blit("diagnostics perf --enable", { BLIT_DISABLE_PERF_HISTORY: "1" });
  expect(out).toBe(
    "The history is switched on, but no run is recorded: BLIT_DISABLE_PERF_HISTORY is set.\n",
  );
  expect(code).toBe(0);
});

test("--disable, --enable and --clear do what they say", () => {
  append(1);
  expect(blit("diagnostics perf --disable").out).toBe("No more runs are recorded.\n");
  append(1);
  const off = blit("diagnostics perf --limit 5").out;
  expect(off).toContain("1 run, in ");
  expect(off).toContain("No history is kept: it is switched off; `blit diagnostics perf --enable`");
  expect(blit("profile").out).toContain("mirror ext4 -> tmpfs, 1 run\n");
  expect(blit("diagnostics perf --enable").out).toBe("Runs are recorded from now on.\n");
  append(1);
  expect(jsonLines(blit("diagnostics perf --json").out)).toHaveLength(2);
  expect(blit("diagnostics perf --clear").out).toBe("All recorded runs are forgotten.\n");
  expect(blit("diagnostics perf").out).toBe("No run is recorded.\n");
});

test("with --json the changes are told as JSON, and nothing else is printed", () => {
  append(1);
  const change = (args: string, environment?: Record<string, string>) => {
    const { code, out, err } = blit(`diagnostics perf --json ${args}`, environment);
    return { code, err, lines: jsonLines(out) };
  };
  const history = { v: 1, type: "history" };
  expect(change("--clear --disable")).toMatchObject({
    code: 0,
    err: "",
    lines: [
      { ...history, change: "clear", done: true, message: "All recorded runs are forgotten." },
      { ...history, change: "disable", done: true },
    ],
  });
  const homeless = change("--enable", { XDG_STATE_HOME: "" });
  expect(homeless).toMatchObject({ code: 6, err: "", lines: [{ ...history, done: false }] });
});

test("what cannot be is said, with its code", () => {
  expect(blit("diagnostics perf --enable --disable")).toMatchObject({ code: 2, out: "" });
  expect(blit("diagnostics perf --limit 0").code).toBe(2);
  const homeless = blit("diagnostics perf --enable", { XDG_STATE_HOME: "" });
  expect(homeless).toMatchObject({ code: 6, out: "" });
  expect(homeless.err).toContain("HOME");
});

test("old runs are shown while BLIT_DISABLE_PERF_HISTORY is set, and it is said that it is", () => {
  append(2);
  const { code, out } = blit("diagnostics perf", { BLIT_DISABLE_PERF_HISTORY: "1" });
  expect(code).toBe(0);
  expect(out).toContain("2 runs, in ");
  expect(out).toContain("No history is kept: BLIT_DISABLE_PERF_HISTORY is set.");
});
