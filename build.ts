// Builds the one executable: `bun build.ts [--target=bun-linux-arm64] [--outfile=dist/blit]`. Other targets are
// fetched by Bun as packages. main.ts is both the program and its worker threads, so it is the only entrypoint.

import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { $ } from "bun";
import { version } from "./package.json";

const { values } = parseArgs({
  options: {
    target: { type: "string" },
    outfile: { type: "string", default: "dist/blit" },
    entry: { type: "string", default: "src/main.ts" },
  },
});

const commit =
  (await $`git rev-parse --short=12 HEAD`.nothrow().quiet().text()).trim() || "unknown";

const scratch = await mkdtemp(join(tmpdir(), "blit-build-"));
try {
  const probe = join(scratch, "probe");
  await build(probe, undefined, undefined);
  await build(values.outfile, values.target, await recordOrder(probe, scratch));
} finally {
  await rm(scratch, { recursive: true, force: true });
}

/** `order` lays the bytecode out in the order in which a run needs it; undefined as it comes. */
async function build(
  outfile: string,
  target: string | undefined,
  order: string | undefined,
): Promise<void> {
  const result = await Bun.build({
    entrypoints: [values.entry],
    format: "esm",
    target: "bun",
    // A verb then loads what it imports and no more: in one piece every built-in module that any verb imports is
    // loaded at the start, which doubled the time of `blit --version`.
    splitting: true,
    minify: true,
    bytecode: true,
    define: { BLIT_VERSION: JSON.stringify(version), BLIT_COMMIT: JSON.stringify(commit) },
    compile: {
      outfile,
      ...(target === undefined ? {} : { target: compileTarget(target) }),
      ...(order === undefined ? {} : { bytecodeOrder: order }),
      // The program must behave the same whatever folder it is started in.
      autoloadDotenv: false,
      autoloadBunfig: false,
    },
  });
  for (const warning of result.logs) console.error(warning);
}

/** Copies a file with a first build, and keeps which functions that took: later ones start some milliseconds sooner. */
async function recordOrder(probe: string, folder: string): Promise<string | undefined> {
  const order = join(folder, "order");
  await mkdir(join(folder, "source"));
  await Bun.write(join(folder, "source", "file"), "one file");
  await $`${probe} mirror ${join(folder, "source")} ${join(folder, "copy")}`
    .env({ ...process.env, BUN_BYTECODE_ORDER_OUT: order, BLIT_DISABLE_PERF_HISTORY: "1" })
    .nothrow()
    .quiet();
  return (await Bun.file(order).exists()) ? order : undefined;
}

function compileTarget(name: string): Bun.Build.CompileTarget {
  if (!/^bun-(linux|darwin|windows)-/.test(name)) {
    console.error(`build: --target must look like bun-linux-arm64, not ${name}`);
    process.exit(2);
  }
  return name as Bun.Build.CompileTarget;
}
