// `blit bench` as people type it: the compiled binary measures itself.

import { describe, expect, test } from "bun:test";
import * as fs from "node:fs";
import { join } from "node:path";
import { blitPath } from "#test/helpers/binary.ts";
import type { BenchReport } from "#bench/report.ts";
import { scratchDirectory } from "./scratch.ts";

const scratch = scratchDirectory();
const TINY = ["--size", "1M", "--workload", "small", "--runs", "1"];

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(args: readonly string[]): Bun.Subprocess<"ignore", "pipe", "pipe"> {
  fs.mkdirSync(join(scratch(), "trees"), { recursive: true });
  return Bun.spawn([blitPath(), "bench", "--dir", join(scratch(), "trees"), ...args], {
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
  expect(report).toMatchObject({ v: 1, type: "bench", interrupted: false });
  expect(report.contenders.map(({ name }) => name)).toContain("blit");
  for (const { results } of report.workloads[0]?.phases ?? []) {
    expect(results[0]?.contender).toBe("blit");
    expect(results[0]?.failure).toBeUndefined();
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

test("a page that cannot be written costs the exit code, not the measuring", async () => {
  const { code, stdout, stderr } = await bench(
    "--vs",
    "cp",
    ...TINY,
    "--phases",
    "cold",
    "--html",
    "/nonexistent/x",
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

describe("what is typed wrongly is explained:", () => {
  test.each<[string[], string]>([
    [["--vs", "rsnc"], "did you mean rsync?"],
    [["--workload", "smal"], "did you mean small?"],
    [["--phases", "hot"], "--phases knows cold, unchanged, changed, delete, not hot"],
    [["--contender", "cp -a {src} {dst}"], "--contender needs NAME=COMMAND"],
    [["--contender", "mine=cp -a {src}"], "must hold {src} and {dst}"],
    [["--contender", "mine=cp 'a {src} {dst}"], "--contender needs NAME=COMMAND"],
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
