import { expect, test } from "bun:test";
import * as fs from "node:fs";
import { join } from "node:path";
import { programFiles } from "#bench/program_files.ts";
import { scratchDirectory } from "./scratch.ts";

const scratch = scratchDirectory();

test.skipIf(process.platform !== "linux")(
  "programFiles() has scripts with their interpreters, programs from PATH, and what is linked to them",
  () => {
    const script = join(scratch(), "mine.sh");
    fs.writeFileSync(script, "#!/bin/sh -e\n", { mode: 0o755 });
    const files = programFiles(
      [
        [script, "{src}", "{dst}"],
        ["cp", "-a", "/nonexistent"],
      ],
      process.env,
    );
    expect(files).toContain(script);
    expect(files).toContain("/bin/sh");
    expect(files).toContain(Bun.which("cp") ?? "");
    expect(files).not.toContain("/nonexistent");
    for (const file of files) expect(fs.statSync(file).isFile()).toBe(true);
    const { stdout } = Bun.spawnSync(["ldd", Bun.which("cp") ?? ""]);
    const libc = /(\/\S*libc\S*) \(/.exec(stdout.toString())?.[1];
    if (libc !== undefined) expect(files).toContain(libc);
  },
);
