// What a bench makes around itself: the folder for its trees, and that for its logs.

import * as fs from "node:fs";
import { join } from "node:path";
import { removeTrees } from "#bench/clean_up.ts";
import type { BenchOptions } from "#bench/options.ts";

export interface Site {
  /** Holds every tree, and nothing else does. */
  readonly root: string;
  readonly logDirectory: string;
  /** An open file that takes what the contenders print, opened for reading and appending. */
  readonly log: number;
}

export function openSite(options: BenchOptions, startedAt: string): Site {
  const logDirectory = join(options.logParent, startedAt.replaceAll(/[:.]/g, "-"));
  fs.mkdirSync(logDirectory, { recursive: true });
  const log = fs.openSync(join(logDirectory, "output.log"), "a+");
  return {
    logDirectory,
    log,
    root: fs.mkdtempSync(join(fs.realpathSync(options.directory), "blit-bench-")),
  };
}

/** Removes the trees; the logs stay. Returns what to tell of a folder that is left behind. */
export async function closeSite({ root, log }: Site): Promise<string | undefined> {
  fs.closeSync(log);
  try {
    await removeTrees(root);
    return undefined;
  } catch (error) {
    return `${root} is left behind: ${error instanceof Error ? error.message : String(error)}`;
  }
}
