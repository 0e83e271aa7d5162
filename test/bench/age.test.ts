// Copies made one percent out of date: no more than that, and nothing else.

import { describe, expect, test } from "bun:test";
import * as fs from "node:fs";
import { join } from "node:path";
import type { RawPath } from "#model/name.ts";
import { age } from "#bench/age.ts";
import { type Attribute, changesOf } from "#bench/judge.ts";
import { readManifest } from "#bench/manifest.ts";
import type { Source } from "#bench/source.ts";
import { copyTree, judged, makeSource } from "./make_source.ts";
import { scratchDirectory } from "./scratch.ts";

const scratch = scratchDirectory();
const { signal } = new AbortController();
const NONE = new Set<Attribute>();

describe("age()", () => {
  test("writes to no file that has another name", async () => {
    const source = await makeSource(scratch(), "small");
    for (const [flag, name] of [
      ["-al", "linked"],
      ["-a", "copied"],
    ] as const) {
      Bun.spawnSync(["cp", flag, source.directory, join(scratch(), name)]);
    }
    Bun.spawnSync(["cp", "-al", join(scratch(), "copied"), join(scratch(), "other name")]);
    for (const copy of ["linked", "copied"]) age(source.manifest, join(scratch(), copy), "seed");
    for (const untouched of ["source", "other name"]) {
      const now = await readManifest(join(scratch(), untouched), signal);
      expect(changesOf(source.manifest, now).failures).toEqual([]);
    }
    const aged = await readManifest(join(scratch(), "linked"), signal);
    expect(changesOf(source.manifest, aged).failureCount).toBeGreaterThan(0);
  });

  test("leaves alone what is in a directory closed to its owner", async () => {
    const source = await makeSource(scratch(), "small");
    for (const [path, entry] of source.manifest) {
      if (entry.kind === "directory") fs.chmodSync(join(source.directory, path), 0o555);
    }
    const closed = await readManifest(source.directory, signal);
    expect(age(closed, source.directory, "seed")).toEqual([]);
  });

  test("leaves a copy one percent behind, the same percent for the same seed, and the source alone", async () => {
    const source = await makeSource(scratch(), "small");
    const copies = ["a", "b"].map((name) => join(scratch(), name));
    for (const copy of copies) {
      copyTree(source.directory, copy);
      age(source.manifest, copy, "seed");
    }
    const verdicts = await Promise.all(copies.map(async (copy) => judged(source, copy, NONE)));
    expect(verdicts[0]?.failureCount).toBe(Math.ceil(countAgeable(source) / 100));
    expect(verdicts[1]?.failures).toEqual(verdicts[0]?.failures ?? []);
    const now = await readManifest(source.directory, signal);
    expect(changesOf(source.manifest, now).failures).toEqual([]);
  });

  test("never makes a stale file newer than its source", async () => {
    const source = await makeSource(scratch(), "small");
    const copy = join(scratch(), "copy");
    copyTree(source.directory, copy);
    age(source.manifest, copy, "seed");
    const aged = await readManifest(copy, signal);
    for (const [path, entry] of aged) {
      if (entry.kind !== "file") continue;
      const original = source.manifest.get(path)?.mtimeNs ?? 0n;
      expect(entry.mtimeNs <= original).toBe(true);
    }
  });
});

function countAgeable(source: Source): number {
  const files = [...source.manifest].filter(
    ([, entry]) => entry.kind === "file" && entry.sizeBytes > 0,
  );
  return files.filter(([path]) => path !== ("keep.txt" as RawPath)).length;
}
