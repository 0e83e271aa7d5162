// Folders in the temporary directory that say which process made them, so that what a killed test run left (mounts,
// images, a copy of the binary) is removed by the next one.

import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const made: string[] = [];

/** A new folder that other users may enter: tests run blit as them too. */
export function makeTestFolder(purpose: string): string {
  const folder = mkdtempSync(join(tmpdir(), `blit-test-${process.pid}-${purpose}-`));
  chmodSync(folder, 0o755);
  made.push(folder);
  return folder;
}

/** At the end of a run, when nothing is mounted in them any more. */
export function removeTestFolders(): void {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** At the start of a run: what processes that are gone have left. */
export function sweepAbandoned(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = /^blit-test-(\d+)-/.exec(name)?.[1];
    if (pid === undefined || existsSync(`/proc/${pid}`)) continue;
    const folder = join(tmpdir(), name);
    for (const mountPoint of mountsBelow(folder)) Bun.spawnSync(["umount", "-l", mountPoint]);
    if (mountsBelow(folder).length === 0) rmSync(folder, { recursive: true, force: true });
  }
}

function mountsBelow(folder: string): string[] {
  return readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .map((line) => line.split(" ")[1] ?? "")
    .filter((mountPoint) => mountPoint.startsWith(`${folder}/`))
    .toReversed();
}
