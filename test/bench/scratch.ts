// A directory for one test, removed after it.

import { afterEach, beforeEach } from "bun:test";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Call at the top of a file; the result names the current test's directory. */
export function scratchDirectory(): () => string {
  let directory = "";
  beforeEach(() => {
    directory = fs.mkdtempSync(join(tmpdir(), "blit-bench-test-"));
  });
  afterEach(() => {
    fs.rmSync(directory, { recursive: true, force: true });
  });
  return () => directory;
}
