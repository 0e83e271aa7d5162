// What is in memory when a run begins, as the kernel tells.

import { expect, test } from "bun:test";
import * as fs from "node:fs";
import { join } from "node:path";
import { fillPageCache } from "#bench/page_cache.ts";
import type { RawPath } from "#model/name.ts";
import { scratchDirectory } from "./scratch.ts";

const scratch = scratchDirectory();
const SIZE_BYTES = 1 << 20;

/** The bytes of the file that are in memory. */
function residentBytes(path: string): number {
  return Number(
    Bun.spawnSync(["fincore", "--bytes", "--noheadings", "--output", "RES", path]).stdout,
  );
}

test.skipIf(Bun.which("fincore") === null)(
  "fillPageCache() brings back what a tool has told the kernel to forget",
  async () => {
    const path = join(scratch(), "file");
    fs.writeFileSync(path, Buffer.alloc(SIZE_BYTES, 1), { flush: true });
    // dd(1): "Request to drop cache for the whole file". Where it all lives in memory, there is nothing to drop.
    Bun.spawnSync(["dd", `if=${path}`, "iflag=nocache", "count=0"], { stderr: "ignore" });
    const { type } = fs.statfsSync(path);
    const TMPFS = 0x01021994;
    expect(residentBytes(path)).toBe(type === TMPFS ? SIZE_BYTES : 0);
    await fillPageCache(scratch(), ["file" as RawPath], new AbortController().signal);
    expect(residentBytes(path)).toBe(SIZE_BYTES);
  },
);
