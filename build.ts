// Builds the one executable: `bun build.ts [--target=bun-linux-arm64] [--outfile=dist/blit]`. Other targets are
// fetched by Bun as packages. main.ts is both the program and its worker threads, so it is the only entrypoint.

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

const result = await Bun.build({
  entrypoints: [values.entry],
  format: "esm",
  target: "bun",
  minify: true,
  bytecode: true,
  // A verb then loads what it imports and no more: in one piece every built-in module that any verb imports is
  // loaded at the start, which doubled the time of `blit --version`.
  splitting: true,
  define: { BLIT_VERSION: JSON.stringify(version), BLIT_COMMIT: JSON.stringify(commit) },
  compile: {
    outfile: values.outfile,
    ...(values.target === undefined ? {} : { target: compileTarget(values.target) }),
    // The program must behave the same whatever folder it is started in.
    autoloadDotenv: false,
    autoloadBunfig: false,
  },
});
for (const warning of result.logs) console.error(warning);

function compileTarget(name: string): Bun.Build.CompileTarget {
  if (!/^bun-(linux|darwin|windows)-/.test(name)) {
    console.error(`build: --target must look like bun-linux-arm64, not ${name}`);
    process.exit(2);
  }
  return name as Bun.Build.CompileTarget;
}
