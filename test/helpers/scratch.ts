// A folder for one test, removed after it whatever the test left there.

import { chmodSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removeTree } from "./tree.ts";

/** Runs a test in a new folder below base, which is on the file system that the test is about. */
export async function inScratch(
  test: (folder: string) => Promise<void>,
  base: string = tmpdir(),
): Promise<void> {
  const folder = mkdtempSync(join(base, `blit-test-${process.pid}-`));
  // Tests run blit as other users too.
  chmodSync(folder, 0o755);
  try {
    await test(folder);
  } finally {
    await removeTree(folder);
  }
}
