// `blit bench` as people type it: the compiled binary measures itself.

import { Ajv2020 } from "ajv/dist/2020";
import { describe, expect, test } from "bun:test";
import * as fs from "node:fs";
import { join } from "node:path";
import { blitPath, commandLine, environment } from "#test/helpers/binary.ts";
import { IS_ROOT } from "#test/helpers/filesystems.ts";
import { PYTHON } from "#test/helpers/python.ts";
import type { BenchReport } from "#bench/report.ts";
import schema from "#bench/report.schema.json";
import { scratchDirectory } from "./scratch.ts";

const scratch = scratchDirectory();
const isReport = new Ajv2020({ strict: false, validateFormats: false }).compile(closed(schema));
const USER = 1234;
const TINY = ["--size", "1M", "--workload", "small", "--runs", "1"];

/** The schema for which a field that it does not name is a fault: it is to name all there are. */
function closed(value: object): object {
  return JSON.parse(JSON.stringify(value), (_key, part: unknown) =>
    typeof part === "object" && part !== null && "properties" in part
      ? { ...part, additionalProperties: false }
      : part,
  ) as object;
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(
  args: readonly string[],
  options: { readonly cwd?: string; readonly uid?: number } = {},
): Bun.Subprocess<"ignore", "pipe", "pipe"> {
  fs.mkdirSync(join(scratch(), "trees"), { recursive: true });
  const command = commandLine(["bench", "--dir", join(scratch(), "trees"), ...args], options);
  return Bun.spawn(command, {
    cwd: options.cwd ?? "/",
    env: { ...process.env, XDG_STATE_HOME: join(scratch(), "state") },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
}

async function ended(child: Bun.Subprocess<"ignore", "pipe", "pipe">): Promise<Ended> {
  const [stdout, stderr, code] = await Promise.all([
    child.stdout.text(),
    child.stderr.text(),
    child.exited,
  ]);
  return { code, stdout, stderr };
}

async function bench(...args: readonly string[]): Promise<Ended> {
  return ended(start(args));
}

test("--vs robocopy is understood everywhere, and blit measures itself in every phase", async () => {
  const { code, stdout } = await bench("--vs", "robocopy", ...TINY, "--json");
  expect(code).toBe(0);
  expect(stdout.trimEnd().split("\n")).toHaveLength(1);
  const report = JSON.parse(stdout) as BenchReport;
  expect(isReport(report) ? [] : isReport.errors).toEqual([]);
  expect(report).toMatchObject({ v: 2, type: "bench", interrupted: false });
  expect(report.contenders.map(({ name }) => name)).toContain("blit");
  for (const { results } of report.workloads[0]?.phases ?? []) {
    expect(results[0]?.contender).toBe("blit");
    expect(results[0]?.failure).toBeNull();
    expect(results[0]?.runs).toHaveLength(1);
  }
  expect(fs.readdirSync(join(scratch(), "trees"))).toEqual([]);
});

test.skipIf(process.platform !== "linux")(
  "its allocator gives nothing back while others are measured, and they are told nothing of that",
  async () => {
    const seen = join(scratch(), "environment");
    const { code } = await bench(
      ...TINY,
      "--phases",
      "cold",
      "--contender",
      `own=sh -c "env > ${seen}; xargs -0n1 < /proc/$PPID/environ > ${seen}-of-bench; cp -a {src}/. {dst}"`,
    );
    expect(code).toBe(0);
    expect(fs.readFileSync(seen, "utf8")).not.toContain("MIMALLOC_PURGE_DELAY");
    expect(fs.readFileSync(`${seen}-of-bench`, "utf8")).toContain("MIMALLOC_PURGE_DELAY=-1");
  },
);

test("the report is printed, kept with the log, and written as a page where that is asked for", async () => {
  const page = join(scratch(), "page.html");
  const { code, stdout } = await bench(
    "--vs",
    "cp",
    "--size",
    "small",
    "--size",
    "1M",
    ...TINY,
    "--html",
    page,
  );
  expect(code).toBe(0);
  expect(stdout).toMatch(/^ {2}blit +█/m);
  const logs = /^ {2}logs: (.*)$/m.exec(stdout)?.[1] ?? "";
  expect(logs).toStartWith(join(scratch(), "state/blit/bench/"));
  expect(fs.readdirSync(logs).toSorted()).toEqual([
    "output.log",
    "report.html",
    "report.json",
    "report.txt",
  ]);
  expect(fs.readFileSync(page, "utf8")).toStartWith("<!doctype html>");
});

test("a contender whose copy is wrong makes the exit code 3", async () => {
  const { code, stdout } = await bench(
    "--contender",
    "liar=true {src} {dst}",
    ...TINY,
    "--phases",
    "cold",
  );
  expect(stdout).toContain("FAILED: its result differs from the source");
  expect(code).toBe(3);
});

test.each([
  ["xterm", true],
  ["dumb", false],
])("on a terminal of the kind %s: colours %p", async (TERM, hasColor) => {
  const args = ["bench", "--dir", scratch(), "--vs", "blit", "--phases", "cold", ...TINY];
  const onTerminal = "import pty, sys; pty.spawn(sys.argv[1:])";
  const child = Bun.spawn([PYTHON, "-c", onTerminal, blitPath(), ...args], {
    env: { ...environment({ XDG_STATE_HOME: join(scratch(), "state") }), TERM },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const { code, stdout } = await ended(child);
  expect(stdout).toContain("logs: ");
  expect(stdout.includes("\x1b[36m")).toBe(hasColor);
  expect(code).toBe(0);
});

test("a page that cannot be written costs the exit code, not the measuring", async () => {
  const pages = join(scratch(), "pages");
  fs.mkdirSync(pages);
  const { code, stdout, stderr } = await bench(
    "--vs",
    "cp",
    ...TINY,
    "--phases",
    "cold",
    "--contender",
    `own=sh -c 'rm -rf ${pages}; cp -a "$1"/. "$2"/' x {src} {dst}`,
    "--html",
    join(pages, "x"),
  );
  expect(stderr).toContain("the page could not be written: ENOENT");
  expect(stderr).toContain("/report.html");
  expect(stdout).toContain("first copy");
  expect(code).toBe(3);
});

test("Ctrl-C ends it with 130, without trees left behind", async () => {
  const pipe = join(scratch(), "started");
  Bun.spawnSync(["mkfifo", pipe]);
  const sleeper = `sleeper=sh -c 'echo > ${pipe}; sleep 1000' {src} {dst}`;
  const child = start(["--contender", sleeper, ...TINY]);
  await fs.promises.readFile(pipe);
  child.kill("SIGINT");
  const { code, stdout } = await ended(child);
  expect(code).toBe(130);
  expect(stdout).toContain("interrupted: only what is complete is shown");
  expect(fs.readdirSync(join(scratch(), "trees"))).toEqual([]);
});

test("a program is looked for from where the user stands", async () => {
  const script = join(scratch(), "mine.sh");
  fs.writeFileSync(script, '#!/bin/sh\nexec cp -a "$1"/. "$2"/\n', { mode: 0o755 });
  const args = ["--contender", "mine=./mine.sh {src} {dst}", ...TINY, "--phases", "cold"];
  const { code, stdout } = await ended(start(args, { cwd: scratch() }));
  expect(stdout).toContain(`${fs.realpathSync(scratch())}/mine.sh {src} {dst}`);
  expect(code).toBe(0);
});

test.skipIf(!IS_ROOT)(
  "an ordinary user's closed directories are measured and removed",
  async () => {
    const trees = join(scratch(), "trees");
    const tree = join(scratch(), "mine");
    for (const path of [tree, trees, join(scratch(), "state")]) fs.mkdirSync(path);
    fs.mkdirSync(join(tree, "closed"));
    for (let i = 0; i < 150; i++) fs.writeFileSync(join(tree, "closed", `${i}`), `${i}`);
    fs.chmodSync(join(tree, "closed"), 0o555);
    Bun.spawnSync(["chown", "-R", `${USER}:${USER}`, scratch()]);
    const shut = `shut=sh -c 'cp -a "$1"/. "$2"/ && chmod 0 "$2"/closed' x {src} {dst}`;
    const args = ["--tree", tree, "--vs", "cp", "--contender", shut, "--runs", "1", "--json"];
    const { code, stdout } = await ended(
      start(["--phases", "cold,unchanged,changed", ...args], { uid: USER }),
    );
    const report = JSON.parse(stdout) as BenchReport;
    const failed = report.workloads[0]?.phases.map(({ results }) =>
      results.flatMap(({ contender, failure }) => (failure === null ? [] : [contender])),
    );
    expect(failed).toEqual([["shut"], ["shut"], ["shut"]]);
    expect(report.notes.join()).not.toContain("left behind");
    expect(fs.readdirSync(trees)).toEqual([]);
    expect(code).toBe(3);
  },
);

test.skipIf(Bun.which("chattr") === null || !IS_ROOT)(
  "what cannot be removed costs no report, and is named",
  async () => {
    const stuck = `stuck=sh -c 'cp -a "$1"/. "$2"/; chattr +i "$2"/keep.txt' x {src} {dst}`;
    const { stdout } = await bench("--contender", stuck, ...TINY, "--phases", "cold");
    Bun.spawnSync(["chattr", "-R", "-i", join(scratch(), "trees")]);
    const [left = ""] = fs.readdirSync(join(scratch(), "trees"));
    expect(stdout).toContain("first copy");
    expect(stdout).toContain(
      `${fs.realpathSync(join(scratch(), "trees"))}/${left} is left behind: E`,
    );
  },
);

const CACHES = "/proc/sys/vm/drop_caches";
const mayEmpty = IS_ROOT && fs.existsSync(CACHES) && Bun.which("fincore") !== null;
test.skipIf(!mayEmpty)("a cold cache holds the programs of all contenders", async () => {
  const program = join(scratch(), "program");
  const seen = join(scratch(), "resident");
  const SIZE_BYTES = 1 << 20;
  fs.writeFileSync(program, Buffer.alloc(SIZE_BYTES, 1), { flush: true });
  const look = `fincore -bno RES "$3" >> ${seen}; cp -a "$1"/. "$2"/`;
  const line = `own=sh -c '${look}' x {src} {dst} ${program}`;
  const { code, stdout } = await bench(
    "--contender",
    line,
    ...TINY,
    "--phases",
    "cold",
    "--cold-cache",
  );
  expect(code).toBe(0);
  expect(stdout).toContain("note: the page cache was emptied");
  for (const resident of fs.readFileSync(seen, "utf8").trim().split("\n")) {
    expect(Number(resident)).toBe(SIZE_BYTES);
  }
});

describe("what is typed wrongly is explained:", () => {
  test.each<[string[], string]>([
    [["--vs", "rsnc"], "did you mean rsync?"],
    [["--workload", "smal"], "did you mean small?"],
    [["--phases", "hot"], "--phases knows cold, unchanged, changed, delete, not hot"],
    [["--contender", "cp -a {src} {dst}"], "--contender needs NAME=COMMAND"],
    [["--contender", "mine=cp -a {src}"], "must hold {src} and {dst}"],
    [["--contender", "mine=cp 'a {src} {dst}"], "--contender needs NAME=COMMAND"],
    [
      ["--contender", "mine=nosuchtool {src} {dst}"],
      "the program of mine is not found: nosuchtool",
    ],
    [["--tree", ""], "--tree: the path is empty"],
    [["--dir", ""], "--dir: the path is empty"],
    [["--html", "/nonexistent/x"], "--html: cannot create /nonexistent/x"],
    [["--html", "/"], "--html: / is a directory"],
    [["--size", "0"], "--size needs more than nothing"],
    [["--size", "12X"], "--size needs a size"],
    [["--time-limit", "soon"], "--time-limit needs a length of time"],
    [["--runs", "0"], "--runs needs a number from 1"],
  ])("%p", async (args, words) => {
    const { code, stderr } = await bench(...args);
    expect(stderr).toContain(words);
    expect(code).toBe(2);
  });

  test.skipIf(process.platform === "win32")(
    "a folder for the logs that cannot be made is no mistake of blit's",
    async () => {
      fs.writeFileSync(join(scratch(), "state"), "a file");
      const { code, stderr } = await bench(...TINY);
      expect(stderr).toMatch(/^blit: the bench could not go on: ENOTDIR/);
      expect(code).toBe(6);
    },
  );

  test("a folder that does not exist is no mistake of blit's", async () => {
    const { code, stderr } = await bench("--dir", "/nonexistent");
    expect(stderr).toBe("blit: /nonexistent is no directory\n");
    expect(code).toBe(6);
  });
});
