// The structure of src: imports point downwards only, FFI and the terminal have one home each, no cycles.

import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { importCycles, layerViolations, readSources } from "#test/helpers/imports.ts";

const sources = await readSources("src/**/*.ts", join(import.meta.dir, ".."));

describe("src", () => {
  test("was read", () => {
    expect(sources.has("src/model/entry.ts")).toBe(true);
  });

  test("imports point downwards only", () => {
    expect(layerViolations(sources)).toEqual([]);
  });

  test("no import cycles, types included", () => {
    expect(importCycles(sources)).toEqual([]);
  });
});

describe("the layer check finds", () => {
  test.each([
    ["an upward import", "src/engine/a.ts", `import { run } from "#orchestrator/run.ts";`],
    ["an upward type import", "src/planner/a.ts", `import type { Job } from "#engine/job.ts";`],
    ["an upward relative import", "src/model/a.ts", `export * from "../platform/platform.ts";`],
    ["an upward dynamic import", "src/cli/a.ts", `await import("../main.ts");`],
    ["a worker above", "src/engine/a.ts", `new Worker(new URL("../main.ts", import.meta.url));`],
    ["a sideways import", "src/engine/a.ts", `import { store } from "#history/store.ts";`],
    ["a multi-line import", "src/engine/a.ts", `import {\n  run,\n} from "#orchestrator/run.ts";`],
    ["FFI outside platform", "src/engine/a.ts", `import { dlopen } from "bun:ffi";`],
    ["file access in the planner", "src/planner/a.ts", `import { statSync } from "node:fs";`],
    ["file access in the predictor", "src/history/predictor.ts", `import { file } from "bun";`],
    [
      "a platform call in the planner",
      "src/planner/a.ts",
      `import { p } from "#platform/select.ts";`,
    ],
    ["a write to the terminal", "src/engine/a.ts", `process.stdout.write("x");`],
    ["a folder without a layer", "src/util/a.ts", ``],
  ])("%s", (_name, path, text) => {
    expect(layerViolations(new Map([[path, text]]))).toHaveLength(1);
  });

  test("a cycle of three files, one edge a type import", () => {
    const cycle = new Map([
      ["src/model/a.ts", `import { b } from "./b.ts";`],
      ["src/model/b.ts", `import { c } from "#model/c.ts";`],
      ["src/model/c.ts", `import type { A } from "./a.ts";`],
    ]);
    expect(importCycles(cycle)).toEqual([
      "src/model/a.ts → src/model/b.ts → src/model/c.ts → src/model/a.ts",
    ]);
  });
});
