// The destination rule with the real binary: every row of the table that speaks of paths below one folder.

import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { blit } from "#test/helpers/binary.ts";
import { ROWS, titleOf, type Row } from "#test/helpers/destination_rows.ts";
import { jsonEvents } from "#test/helpers/events.ts";
import { diffManifests, type Manifest, readManifest } from "#test/helpers/manifest.ts";
import { inScratch } from "#test/helpers/scratch.ts";
import { STRACE, Trace } from "#test/helpers/strace.ts";
import { dir, fifo, file, makeTree, symlink } from "#test/helpers/tree.ts";

/** The world of the rows, in a folder that stands for the root. */
const WORLD = dir({
  a: dir({
    photos: dir({ one: file("1"), sub: dir({ two: file("2") }) }),
    notes: file("notes"),
    pipe: fifo(),
    current: symlink("photos"),
    alias: symlink("notes"),
    dangling: symlink("nowhere"),
  }),
  b: dir({
    old: dir({ photos: dir({ older: file("old") }) }),
    file: file("a file"),
    linked: symlink("old"),
    dangling: symlink("nowhere"),
  }),
});

const REFUSAL = /^(usage|could-not-run): (.*)$/;
const CODES: Readonly<Record<string, number>> = { usage: 2, "could-not-run": 6 };

/** The root itself has no folder to stand for it. */
function isBelowFolder({ sources }: Row): boolean {
  return sources.length > 0 && !sources.includes("/") && !sources.includes("..");
}

/** Paths of the rows' world as paths below the folder. */
function placed(text: string, folder: string): string {
  return text.replace(/(^|\s)\/(?=(a|b|notes)\b)/g, `$1${folder}/`);
}

test.each(ROWS.filter(isBelowFolder).map((row) => [titleOf(row), row] as const))(
  "%s",
  async (_, row) => {
    await inScratch(async (folder) => {
      await makeTree(folder, WORLD);
      const before = await readManifest(folder);
      const operands = [...row.sources, row.destination].map((path) => placed(path, folder));
      const options = row.verb === "verify" ? ["--json"] : ["--json", "--yes"];
      const run = await blit([row.verb, ...options, ...operands], { cwd: `${folder}/a` });
      const after = await readManifest(folder);
      const refusal = REFUSAL.exec(row.result[0] ?? "");
      if (refusal !== null) {
        const [, outcome = "", message = ""] = refusal;
        expect(run.code).toBe(CODES[outcome] ?? -1);
        // The parser counts paths, the planner sources: the rest of the sentence is the same.
        const said = placed(message.replace(/, \d+ are given$/, ""), folder);
        expect(run.stdout + run.stderr).toContain(said);
        expect(diffManifests(before, after, { untouched: true })).toEqual([]);
        return;
      }
      const resolved = jsonEvents(run.stdout).find(({ type }) => type === "resolved");
      const arrows = row.result.map((line) => placed(line.replace("/*", ""), folder));
      expect(resolved?.mappings?.map((each) => `${each.source} → ${each.destination}`)).toEqual(
        arrows,
      );
      expect(run.code).toBe(row.verb === "verify" ? 1 : 0);
      for (const line of row.result) expectArrived(row, line, before, after);
    });
  },
);

/** What a mapping names is at its place afterwards, and gone from its source after a move. */
function expectArrived({ verb }: Row, mapping: string, before: Manifest, after: Manifest): void {
  const [typed = "", to = ""] = mapping.split(" → ").map((path) => path.slice(1));
  const isContents = typed.endsWith("/*");
  const from = typed
    .replace(/\/\*$/, "")
    .replace("a/current", isContents ? "a/photos" : "a/current");
  const place = to.replace("b/linked", "b/old");
  if (verb === "verify") {
    expect(diffManifests(before, after, { untouched: true })).toEqual([]);
    return;
  }
  const ignore = ["links"] as const;
  expect(
    diffManifests(below(before, from), below(after, place), { ignore }).filter(isNotExtra),
  ).toEqual([]);
  if (verb === "mirror") {
    expect(diffManifests(below(before, from), below(after, place), { ignore })).toEqual([]);
  }
  if (verb === "move") expect(after.has(from)).toBe(false);
}

/** Copies may find more at the destination. */
function isNotExtra(difference: string): boolean {
  return !difference.includes(": extra (");
}

function below(manifest: Manifest, path: string): Manifest {
  const entries = [...manifest].flatMap(([at, entry]) => {
    if (at !== path && !at.startsWith(`${path}/`)) return [];
    const relative = at.slice(path.length + 1);
    return [[relative, { ...entry, path: relative }] as const];
  });
  return new Map(entries);
}

describe("a .. behind a symlink is where the kernel finds it:", () => {
  const PLACES = dir({
    here: dir({ link: symlink("../far/deep"), precious: file("p"), f: file("here") }),
    far: dir({ deep: dir(), f: file("far") }),
    src: dir({ f: file("new") }),
  });

  test.each([
    ["a destination", ["mirror", "-I", "src", "here/link/.."], "far/f", "new"],
    ["a source", ["copy", "here/link/..", "new"], "new/f", "far"],
    ["a file", ["copy", "here/link/../f", "new"], "new", "far"],
    ["one that is to be made", ["copy", "src/f", "here/link/../new/f"], "far/new/f", "new"],
  ])("%s", async (_, args, place, content) => {
    await inScratch(async (folder) => {
      await makeTree(folder, PLACES);
      const run = await blit(args, { cwd: folder });
      expect(run).toMatchObject({ code: 0, stderr: "" });
      expect(readFileSync(`${folder}/${place}`, "utf8")).toBe(content);
      expect(existsSync(`${folder}/here/precious`)).toBe(true);
    });
  });
});

describe.skipIf(STRACE === undefined)("several sources (needs strace)", () => {
  test.each(["directories", "files"])(
    "what is looked at grows as their number does: %s",
    async (kind) => {
      await inScratch(async (folder) => {
        const calls: number[] = [];
        for (const count of [20, 40]) {
          const names = Array.from({ length: count }, (_, index) => `${count}-${index}`);
          const child = () => (kind === "files" ? file("x") : dir({ in: file("x") }));
          const children = Object.fromEntries(names.map((name) => [name, child()]));
          await makeTree(folder, dir({ [`src${count}`]: dir(children) }));
          const trace = new Trace();
          const sources = names.map((name) => `src${count}/${name}`);
          const under = trace.under("openat,openat2,readlinkat,getdents64,statx");
          // Each worker opens what it needs, and how many come to do anything is a matter of time.
          const args = ["copy", "--workers", "1", ...sources, `new${count}`];
          const run = await blit(args, { cwd: folder, under });
          expect(run.code).toBe(0);
          calls.push(trace.calls().length);
        }
        const [few = 0, many = 0] = calls;
        expect(many).toBeLessThan(few * 2);
      });
    },
  );
});
