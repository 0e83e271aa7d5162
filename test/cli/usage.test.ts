// The first things one types, and what is answered. The real binary.

import { describe, expect, test } from "bun:test";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { blit } from "#test/helpers/binary.ts";
import { inScratch } from "#test/helpers/scratch.ts";
import packageJson from "../../package.json";

const TOP = join(import.meta.dir, "../..");

test("blit alone shows five lines", async () => {
  const { code, stdout, stderr } = await blit([]);
  expect(stdout.trimEnd().split("\n")).toHaveLength(5);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
});

test.each(["--version", "-V", "copy --version", "mirror -V a b"])("%s", async (line) => {
  const { code, stdout } = await blit(line.split(" "));
  expect(stdout).toMatch(/^blit \d+\.\d+\.\d+ \([0-9a-f]{7,}\)\n$/);
  expect(stdout).toContain(packageJson.version);
  expect(code).toBe(0);
});

describe("help", () => {
  test.each(["help", "--help", "-h", "help help"])("%s shows all verbs", async (line) => {
    const { code, stdout } = await blit(line.split(" "));
    for (const verb of ["copy", "mirror", "move", "verify", "bench"]) {
      expect(stdout).toContain(verb);
    }
    expect(code).toBe(0);
  });

  test.each(["mirror --help", "mirror a --nonsense -h", "help mirror"])("%s", async (line) => {
    const { code, stdout } = await blit(line.split(" "));
    expect(stdout).toStartWith("  blit mirror ");
    expect(code).toBe(0);
  });

  test.each(["exit-codes", "filters", "safety", "json", "environment"])(
    "help %s",
    async (topic) => {
      const { code, stdout } = await blit(["help", topic]);
      expect(stdout.split("\n").length).toBeGreaterThan(4);
      expect(code).toBe(0);
    },
  );

  test("help environment has every variable that the sources read", async () => {
    const { stdout } = await blit(["help", "environment"]);
    const sources = [...new Bun.Glob("src/**/*.ts").scanSync(TOP)].map((path) => join(TOP, path));
    const texts = await Promise.all(sources.map((path) => Bun.file(path).text()));
    const names = texts.flatMap((text) => text.match(/(?<=\["|{ )BLIT_\w+(?="\]|: )/g) ?? []);
    expect(names).not.toBeEmpty();
    for (const name of [...names, "LC_ALL", "LC_CTYPE", "LANG", "TMPDIR"])
      expect(stdout).toContain(name);
  });

  test("-h as the value of an option is a value", async () => {
    await inScratch(async (folder) => {
      const args = ["copy", "--exclude", "-h", "src", "dst"];
      mkdirSync(join(folder, "src"));
      for (const name of ["-h", "file"]) writeFileSync(join(folder, "src", name), "");
      expect((await blit(args, { cwd: folder })).code).toBe(0);
      expect(readdirSync(join(folder, "dst"))).toEqual(["file"]);
    });
  });

  test("--help after -- is a name", async () => {
    expect((await blit(["copy", "--", "--help"])).code).toBe(2);
  });
});

describe("mistakes exit with 2 and say what to type", () => {
  test.each([
    [["miror", "a", "b"], "did you mean mirror?"],
    [["help", "exitcodes"], "did you mean blit help exit-codes?"],
    [["mirror", "-av", "a/", "b/"], "type: blit mirror -v a/ b/"],
    [["copy", "a", "b", "/MIR"], "type: blit mirror a b"],
    [["copy", "a", "b", "--max-size", "big"], "--max-size 10K, 1.5G or 2MB"],
    [["copy", "a", "b", "--quiet", "--verbose"], "leave one of them out"],
    [["copy", "a", "b", "-0"], "--from0 needs --files-from beside it"],
    [["copy", "a", "b", "--min-size=2", "--max-size=1"], "no file is both so large and so small"],
    [["copy", "a", "b", "--newer-than=1d", "--older-than=2d"], "no file is both newer and older"],
    [["copy", "a", "b", "--exclude", "#x"], "'\\#x'"],
    [
      ["copy", "a", "b", "--exclude-from", "/nonexistent"],
      "--exclude-from: cannot read /nonexistent",
    ],
    [["mirror", "/tmp", "user@host:backup"], "looks like a place on another machine"],
    [["copy", "/tmp", "user@h:backup"], "user@h:backup looks like a place on another machine"],
    [["rsync", "-avz", "a/", "me@h:"], "me@h: looks like a place on another machine"],
    [["rm", "-rf", "a"], "there is no verb rm"],
    [["copy", "a", "b", "--exclude-from", "/nonexistent"], "is it spelt right?"],
    [["copy", "a", "b", "--log", "/nonexistent/x"], "its folder must be there: make it first"],
    [["copy", "a", "b", "--log", "/dev/null/x"], "something on the way is no directory (ENOTDIR)"],
    [["completions", "fihs"], "did you mean fish?"],
    [["completions", "tcsh"], "there are bash, zsh, fish, powershell"],
    [["help", "nope"], "topics are exit-codes"],
    [["--verson"], "did you mean --version?"],
    [["--mirror", "a", "b"], "did you mean mirror?"],
    [["--foo", "a", "b"], "there is no option --foo"],
    [["--checksum", "a", "b"], "type blit copy --checksum ... or blit mirror --checksum ..."],
    [["constructor"], "a verb comes first"],
    [["copy", "--constructor", "a", "b"], "there is no option --constructor"],
    [["miror", "-av", "a", "b"], "did you mean mirror?"],
    [["xcopy", "a", "b", "/E"], "did you mean copy?"],
    [["sync", "a", "b", "/MIR"], "did you mean mirror?"],
    [["rsync", "-a", "-h", "a/", "b/"], "type: blit copy a/ b/"],
    [["-a", "-h", "a/", "b/"], "type: blit copy a/ b/"],
    [["copy", "--log", "/", "a", "b"], "--log: / is a directory"],
    [["copy", "--exclude-from", "/", "a", "b"], "--exclude-from: / is a directory"],
    [["bench", "--vs", ""], "not ''"],
    [["bench", "--tree", "/", "--size", "small"], "--tree and --size contradict each other"],
    [["bench", "--workload=deep", "--tree=/"], "--tree and --workload contradict each other"],
  ] as const)("%p", async (args, answer) => {
    const { code, stdout, stderr } = await blit(args);
    expect(stderr).toContain(answer);
    expect(stderr).toStartWith("blit: ");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });

  test.each(["copy a b", "verify a b", "diagnostics dump a b", "profile", "bench"])(
    "a mistyped BLIT_PLATFORM: %s",
    async (line) => {
      const env = { BLIT_PLATFORM: "Portable" };
      const { code, stderr } = await blit(line.split(" "), { env });
      expect(stderr).toContain("BLIT_PLATFORM knows linux and portable, not Portable");
      expect(code).toBe(2);
      expect((await blit(["help"], { env })).code).toBe(0);
    },
  );

  test("control characters in what was typed are not echoed", async () => {
    const { stderr } = await blit(["copy", "\x1b[31m", "--\x07bell"]);
    expect(stderr).not.toMatch(/[\x07\x1b]/);
  });
});
