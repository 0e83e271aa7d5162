// Whole benches, small ones, of honest tools and of tools that do not exist.

import { describe, expect, test } from "bun:test";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeFileSystem } from "#bench/machine.ts";
import { type BenchOptions, CannotBench } from "#bench/options.ts";
import { fileSystem, mountNew } from "#test/helpers/filesystems.ts";
import { COPY, bench, resultOf } from "./run_bench.ts";
import { scratchDirectory } from "./scratch.ts";

const scratch = scratchDirectory();

test("honest contenders are measured in every round, compared with the first, and leave nothing behind", async () => {
  const report = await bench(scratch(), {
    contenders: {
      one: COPY,
      two: `sh -c 'sleep 0.3; ${COPY.replace("{src}", "$1").replace("{dst}", "$2")}' x {src} {dst}`,
    },
  });
  const [one, two] = [resultOf(report, "one"), resultOf(report, "two")];
  expect(one.runs.map(({ round }) => round)).toEqual([0, 1, 2]);
  expect(one.analysis?.ratio).toBeNull();
  expect(two.analysis?.ratio?.ratio).toBeGreaterThan(1);
  expect(two.analysis?.wallMs.min).toBeGreaterThan(300);
  expect(fs.readdirSync(join(scratch(), "trees"))).toEqual([]);
  const log = fs.readFileSync(join(report.logDirectory, "output.log"), "utf8");
  expect(log).toContain("== small cold: cp -a");
  expect(report.skipped.map(({ name }) => name)).toEqual(["blit"]);
  expect(report.repeatWith).toContain(
    "--workload small --size 1000000 --phases cold --runs 3 --seed 1",
  );
});

test("the built-in peers that are installed do all phases of the workload made to tell them apart", async () => {
  const report = await bench(scratch(), {
    contenders: {},
    options: {
      peers: ["cp", "rsync", "tar", "robocopy"],
      workloads: ["links"],
      phases: ["cold", "unchanged", "changed", "delete"],
      runs: 1,
    },
  });
  for (const phase of report.workloads[0]?.phases ?? []) {
    for (const { failure } of phase.results) expect(failure).toBeNull();
  }
  expect(resultOf(report, "cp", "delete").label).toBe("rm");
  expect(resultOf(report, "tar", "changed").absent).toBe("has no such mode");
  expect(report.skipped.map(({ name }) => name)).toContain("robocopy");
});

test("peers that cannot be started, or hang when asked for their version, are left out and named", async () => {
  const bin = join(scratch(), "bin");
  fs.mkdirSync(bin);
  fs.writeFileSync(join(bin, "rclone"), "\x7fELF nonsense", { mode: 0o755 });
  fs.writeFileSync(join(bin, "rsync"), "#!/bin/sh\nsleep 1000\n", { mode: 0o755 });
  const report = await bench(scratch(), {
    contenders: { good: COPY },
    options: { peers: ["rclone", "rsync"], runs: 1 },
    io: { environment: { ...process.env, PATH: `${bin}:${process.env["PATH"]}` } },
  });
  expect(report.skipped.slice(1)).toEqual([
    { name: "rclone", reason: expect.stringMatching(/^could not be started: ENOEXEC/) },
    { name: "rsync", reason: "does not tell its version, but hangs" },
  ]);
});

test("the user's own tree is measured and not touched", async () => {
  const tree = join(scratch(), "mine");
  fs.mkdirSync(join(tree, "sub"), { recursive: true });
  fs.writeFileSync(join(tree, "a"), "content");
  fs.writeFileSync(join(tree, "sub/b"), "more", { mode: 0o444 });
  const before = Bun.spawnSync(["ls", "-lAR", "--full-time", tree]).stdout.toString();
  const report = await bench(scratch(), {
    contenders: {},
    options: { tree, peers: ["cp"], phases: ["cold", "unchanged", "changed", "delete"], runs: 1 },
  });
  expect(report.workloads[0]?.phases.map(({ results }) => results[0]?.failure)).toEqual([
    null,
    null,
    null,
    null,
  ]);
  expect(Bun.spawnSync(["ls", "-lAR", "--full-time", tree]).stdout.toString()).toBe(before);
  expect(report.workloads[0]?.sourceFileSystem.kind).toBe(describeFileSystem(tree).kind);
});

test("options of a tool in the environment are not passed on, and that is said", async () => {
  const seen = join(scratch(), "seen");
  const report = await bench(scratch(), {
    contenders: { own: `sh -c 'env > ${seen}; cp -a "$1"/. "$2"/' x {src} {dst}` },
    options: { runs: 1 },
    io: { environment: { ...process.env, RCLONE_TRANSFERS: "1", TAR_OPTIONS: "-z" } },
  });
  expect(fs.readFileSync(seen, "utf8")).not.toMatch(/^(RCLONE_|TAR_OPTIONS)/m);
  expect(report.notes).toContain("not passed on to the contenders: RCLONE_TRANSFERS, TAR_OPTIONS");
});

test("what is left of the time is said first, where a narrow terminal still shows it", async () => {
  const said: string[] = [];
  const status = (text: string | undefined) => said.push(text ?? "");
  await bench(scratch(), { contenders: { own: COPY }, options: { runs: 1 }, io: { status } });
  expect(said.join("\n")).toMatch(
    /^(about|at most) [0-9:]+ (s|min) left; small cold: own, round 1$/m,
  );
});

test.skipIf(Bun.which("rclone") === null)(
  "rclone changes nothing that symlinks of the tree point to",
  async () => {
    const [tree, target] = [join(scratch(), "mine"), join(scratch(), "target")];
    fs.mkdirSync(tree);
    fs.writeFileSync(target, "x", { mode: 0o640 });
    fs.symlinkSync(target, join(tree, "link"));
    fs.writeFileSync(join(tree, "file"), "x");
    const options = { tree, peers: ["rclone"], runs: 1 };
    await bench(scratch(), { contenders: {}, options });
    expect(fs.statSync(target).mode & 0o777).toBe(0o640);
  },
);

test("interrupted, it removes its trees and reports the rounds that are complete", async () => {
  const controller = new AbortController();
  const report = await bench(scratch(), {
    contenders: { one: COPY },
    options: { runs: 1_000 },
    io: {
      signal: controller.signal,
      status: (text) => {
        if (text?.includes("round 3") === true) controller.abort();
      },
    },
  });
  expect(report.interrupted).toBe(true);
  expect(resultOf(report, "one").analysis?.wallMs.count).toBe(2);
  expect(fs.readdirSync(join(scratch(), "trees"))).toEqual([]);
});

test("the time limit ends it early and says so; one round is always measured", async () => {
  const report = await bench(scratch(), {
    contenders: { one: COPY },
    options: { timeLimitMs: 1, runs: 50 },
  });
  expect(resultOf(report, "one").runs).toHaveLength(1);
  expect(report.notes.join()).toContain("1 of 50 rounds within the time limit");
});

describe("refused before anything is made:", () => {
  test.each<[string, Partial<BenchOptions>, RegExp]>([
    ["no contender", { custom: [] }, /nothing to measure/],
    ["a folder that is none", { directory: "/nonexistent" }, /no directory/],
    ["a tree that is none", { tree: "/etc/passwd" }, /no directory/],
    ["a folder inside the tree", { tree: tmpdir() }, /inside .* which is to be measured/],
    [
      "logs inside the tree",
      { tree: process.cwd(), logParent: join(process.cwd(), "none/yet") },
      /logs would be kept in .* inside/,
    ],
  ])("%s", async (_name, options, message) => {
    const attempt = bench(scratch(), { contenders: { one: COPY }, options });
    const refusal = await attempt.then(String, (error: unknown) => error);
    expect(refusal).toBeInstanceOf(CannotBench);
    expect(String(refusal)).toMatch(message);
    expect(fs.readdirSync(join(scratch(), "trees"))).toEqual([]);
  });

  test("a folder that is inside the tree by another name", async () => {
    const tree = join(scratch(), "mine");
    fs.mkdirSync(join(tree, "sub"), { recursive: true });
    fs.symlinkSync(join(tree, "sub"), join(scratch(), "elsewhere"));
    const options = { tree, directory: join(scratch(), "elsewhere") };
    const refusal = await bench(scratch(), { contenders: { one: COPY }, options }).then(
      String,
      String,
    );
    expect(refusal).toContain("which is to be measured");
    expect(fs.readdirSync(join(tree, "sub"))).toEqual([]);
  });
});

const tmpfs = fileSystem("tmpfs");
test.skipIf(tmpfs.unavailable !== undefined)(
  `on ${tmpfs.title}, a disk that fills up ends the bench, and is not blamed on a tool`,
  async () => {
    const full = mountNew("tmpfs", { sizeMiB: 64, mountOptions: "nr_inodes=3000" });
    // Not in the warm-up, after which its trees make room again.
    const warm = join(scratch(), "warm");
    const more = `(i=0; [ -e ${warm} ] && while : > ${full}/$i; do i=$((i+1)); done)`;
    const fill = `sh -c 'cp -a "$1"/. "$2"/; ${more}; touch ${warm}' x {src} {dst}`;
    const attempt = bench(scratch(), { contenders: { fill }, options: { directory: full } });
    const refusal = await attempt.then(String, (error: unknown) => error);
    expect(refusal).toBeInstanceOf(CannotBench);
    expect(String(refusal)).toContain(`no space is left in ${full}, `);
    expect(String(refusal)).toContain("ENOSPC");
  },
);

const ext4 = fileSystem("ext4");
test.skipIf(ext4.unavailable !== undefined)(
  `on ${ext4.title}, a disk without room for the first directories is left as it was`,
  async () => {
    const full = mountNew("ext4", { sizeMiB: 16, mkfsOptions: ["-N", "64"] });
    const attempt = bench(scratch(), { contenders: { one: COPY }, options: { directory: full } });
    const refusal = await attempt.then(String, (error: unknown) => error);
    expect(refusal).toBeInstanceOf(CannotBench);
    expect(String(refusal)).toContain("ENOSPC");
    expect(fs.readdirSync(full)).toEqual(["lost+found"]);
  },
);
