// What goes where: standard output, standard error, JSON, the log, the exit code. The real binary.

import { Ajv2020 } from "ajv/dist/2020";
import { describe, expect, test } from "bun:test";
import { $ } from "bun";
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import schema from "#cli/render/events.schema.json";
import { blit, blitPath, environment } from "#test/helpers/binary.ts";
import { inScratch } from "#test/helpers/scratch.ts";

const isValid = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);

/** A source with two files and a folder, and where it may go. */
async function withTrees(
  play: (source: string, destination: string, folder: string) => Promise<void>,
) {
  await inScratch(async (folder) => {
    const source = join(folder, "src");
    mkdirSync(join(source, "sub"), { recursive: true });
    writeFileSync(join(source, "one"), "1");
    writeFileSync(join(source, "sub/two\nlines"), "22");
    await play(source, join(folder, "dst"), folder);
  });
}

function events(jsonLines: string): { type: string; [field: string]: unknown }[] {
  return jsonLines
    .trimEnd()
    .split("\n")
    .map((line) => {
      const event = JSON.parse(line) as { type: string };
      expect(isValid(event) ? [] : isValid.errors).toEqual([]);
      return event;
    });
}

describe("for people", () => {
  test("the resolved line first, then the summary, both on standard output", async () => {
    await withTrees(async (source, destination) => {
      const { code, stdout, stderr } = await blit(["mirror", source, destination]);
      const [first, second] = stdout.split("\n");
      expect(first).toBe(`mirror ${source} → ${destination}`);
      expect(second).toMatch(/^copied 2 files, 3 B in /);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    });
  });

  test("-q prints nothing, -v a line an entry with its name escaped", async () => {
    await withTrees(async (source, destination) => {
      expect(await blit(["copy", "-q", source, destination])).toMatchObject({
        stdout: "",
        stderr: "",
      });
      const { stdout } = await blit(["copy", "-v", source, `${destination}2`]);
      expect(stdout).toMatch(/^copy {5}one /m);
      expect(stdout).toMatch(/^copy {5}sub\/two\\nlines /m);
    });
  });

  test("--dry-run lists what a run would do, and does nothing", async () => {
    await withTrees(async (source, destination) => {
      const { stdout } = await blit(["mirror", "-n", source, destination]);
      const listed = stdout.split("\n").filter((line) => /^(copy|mkdir) /.test(line));
      expect(listed.toSorted()).toEqual([
        "copy     one",
        "copy     sub/two\\nlines",
        "mkdir    sub",
      ]);
      expect(stdout).toContain("dry run, nothing was changed");
      expect(readdirSync(join(source, ".."))).toEqual(["src"]);
    });
  });

  test("a capped run says so", async () => {
    await withTrees(async (source, destination) => {
      const byOption = await blit(["copy", "--workers", "1", source, destination]);
      expect(byOption.stderr).toContain("capped at 1 worker by --workers");
      const env = { BLIT_MAX_WORKERS: "2" };
      const byVariable = await blit(["copy", source, `${destination}2`], { env });
      expect(byVariable.stderr).toContain("capped at 2 workers by BLIT_MAX_WORKERS");
    });
  });
});

test("--workers is a limit: it says no more than there can be, and raises nothing", async () => {
  await withTrees(async (source, destination) => {
    const { stdout, stderr } = await blit([
      "copy",
      "--json",
      "--workers",
      "1000",
      source,
      destination,
    ]);
    const all = events(stdout);
    expect(stderr).toBe("");
    expect(JSON.stringify(all)).toContain("capped at 63 workers by --workers");
    const { workers } = all.at(-1) as unknown as { readonly workers: number };
    expect(workers).toBeLessThanOrEqual(Math.min(8, navigator.hardwareConcurrency));
  });
});

describe("--json", () => {
  test("prints events of the schema and nothing else", async () => {
    await withTrees(async (source, destination) => {
      const { stdout, stderr, code } = await blit(["mirror", "--json", source, destination]);
      const all = events(stdout);
      expect(all.map(({ type }) => type)).not.toContain("entry");
      expect(all.find(({ type }) => type === "resolved")).toMatchObject({ verb: "mirror" });
      expect(all.at(-1)).toMatchObject({ type: "summary", outcome: "done", exitCode: code });
      expect(stderr).toBe("");
    });
  });

  test("names every entry under -v", async () => {
    await withTrees(async (source, destination) => {
      const { stdout } = await blit(["mirror", "--json", "-v", source, destination]);
      const entries = events(stdout).filter(({ type }) => type === "entry");
      expect(entries.map(({ path }) => path)).toContain("sub/two\nlines");
    });
  });

  test.each([
    ["run", ["diagnostics", "perf"]],
    ["history", ["diagnostics", "perf", "--clear", "--disable"]],
    ["profile", ["profile"]],
  ])("what prints lines of type %p keeps to the schema", async (type, args) => {
    await withTrees(async (source, destination, folder) => {
      const env = { XDG_STATE_HOME: join(folder, "state"), BLIT_DISABLE_PERF_HISTORY: "" };
      await blit(["mirror", source, destination], { env });
      const { stdout } = await blit([...args, "--json"], { env });
      const types = events(stdout).map((line) => line.type);
      expect(new Set(types)).toEqual(new Set([type]));
    });
  });

  test.each(["", "/none"])("a dump keeps to the schema: of SRC%s", async (below) => {
    await withTrees(async (source, destination) => {
      const args = ["diagnostics", "dump", "--json", `${source}${below}`, destination];
      const { stdout } = await blit(args);
      expect(events(stdout).map(({ type }) => type)).toEqual(["dump"]);
    });
  });

  test("refusals are events too", async () => {
    await withTrees(async (source, destination) => {
      const { stdout, code } = await blit(["copy", "--json", `${source}/none`, destination]);
      const all = events(stdout);
      expect(all.find(({ type }) => type === "refused")?.["message"]).toContain("does not exist");
      expect(all.at(-1)).toMatchObject({ exitCode: code });
      expect(code).toBe(6);
    });
  });
});

describe("--log", () => {
  test("keeps every entry, with the time, and appends", async () => {
    await withTrees(async (source, destination, folder) => {
      const log = join(folder, "run.log");
      await blit(["mirror", "-q", "--log", log, source, destination]);
      const first = events(readFileSync(log, "utf8"));
      expect(first.filter(({ type }) => type === "entry").length).toBeGreaterThanOrEqual(3);
      expect(first.every(({ time }) => !Number.isNaN(Date.parse(String(time))))).toBe(true);
      await blit(["mirror", "-q", "--log", log, source, destination]);
      expect(events(readFileSync(log, "utf8")).length).toBeGreaterThan(first.length);
    });
  });

  test("that cannot be opened is refused before anything is touched", async () => {
    await withTrees(async (source, destination, folder) => {
      const { code, stderr } = await blit([
        "copy",
        "--log",
        `${folder}/no/log`,
        source,
        destination,
      ]);
      expect(code).toBe(2);
      expect(stderr).toContain("no/log: it is not there (ENOENT)");
      expect(readdirSync(folder)).toEqual(["src"]);
    });
  });

  test("inside the destination is refused by mirror, unless it is excluded", async () => {
    await withTrees(async (source, destination, folder) => {
      await blit(["copy", source, destination]);
      symlinkSync(destination, join(folder, "link"));
      const log = join(folder, "link/sub/run.log");
      const args = ["mirror", "--log", log, source, destination];
      const refused = await blit(args);
      expect(refused).toMatchObject({ code: 2 });
      expect(refused.stderr).toContain(`the log ${destination}/sub/run.log is where mirror would`);
      expect(await blit([...args, "--exclude", "sub/*.log"])).toMatchObject({ code: 0 });
      expect(events(readFileSync(log, "utf8")).at(-1)).toMatchObject({ type: "summary" });
      expect(await blit(["copy", "--log", log, source, destination])).toMatchObject({ code: 0 });
    });
  });

  test("that cannot be written makes the run fail", async () => {
    await withTrees(async (source, destination) => {
      const { code, stderr } = await blit(["copy", "--log", "/dev/full", source, destination]);
      expect(stderr).toContain("the log could not be written (ENOSPC)");
      expect(code).toBe(3);
    });
  });
});

describe("standard output that takes nothing", () => {
  test.each([["--version"], ["help"], ["man"], ["completions", "bash"]])(
    "%s into a full device is an error",
    async (...args) => {
      const { exitCode, stderr } = await $`${blitPath()} ${args} > /dev/full`.nothrow().quiet();
      expect(stderr.toString()).toContain("the output could not be written (ENOSPC)");
      expect(exitCode).toBe(3);
    },
  );

  test("a closed pipe ends quietly", async () => {
    const script = `"$0" man | true; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = await $`bash -c ${script} ${blitPath()}`.quiet();
    expect(stdout.toString()).toBe("0\n");
    expect(stderr.toString()).toBe("");
  });

  test("the run goes on when the reader of its listing has left", async () => {
    await withTrees(async (source, destination) => {
      // More than a pipe holds, so that blit is still writing when the reader leaves.
      for (let index = 0; index < 400; index++) {
        writeFileSync(join(source, `${index}-${"x".repeat(200)}`), "");
      }
      const script = `"$0" copy -v "$1" "$2" | head -n 1; echo "\${PIPESTATUS[0]}"`;
      const { stdout } = await $`bash -c ${script} ${blitPath()} ${source} ${destination}`
        .env(environment())
        .quiet();
      expect(stdout.toString()).toEndWith("\n0\n");
      expect(readdirSync(destination)).toHaveLength(402);
    });
  });

  test("a file that the shell appends to keeps what it has", async () => {
    await withTrees(async (source, destination, folder) => {
      const log = join(folder, "appended");
      await $`echo before > ${log}; ${blitPath()} copy ${source} ${destination} >> ${log}`
        .env(environment())
        .quiet();
      expect(readFileSync(log, "utf8")).toMatch(/^before\ncopy .*\ncopied 2 files/);
    });
  });
});

describe("names that are not UTF-8", () => {
  test("are taken from the command line byte by byte", async () => {
    await withTrees(async (source, destination) => {
      const script = `cd "$1" && printf x > $'caf\\xe9' && "$0" copy $'caf\\xe9' "$2"/`;
      const { stdout } = await $`bash -c ${script} ${blitPath()} ${source} ${destination}`
        .env(environment())
        .quiet();
      expect(stdout.toString()).toContain(`${destination}/caf\\xe9\n`);
      const names = readdirSync(destination, { encoding: "buffer" });
      expect(names).toEqual([Buffer.from("caf\xe9", "latin1")]);
    });
  });
});
