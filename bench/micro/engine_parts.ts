// The parts of the engine that run once an entry, each by itself: `bun bench/micro/engine_parts.ts [--json]`.
// What a part costs here, times the entries of a tree, is what it costs a run at most. In memory where there is a
// file system in memory, because ext4 grows slow when one name is made and removed again and again.

import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RawName, type RawPath, rawFromText } from "#model/name.ts";
import { PLAIN_POLICY } from "#model/options.ts";
import { compareEntry } from "#planner/compare.ts";
import type { Dir, File, Platform } from "#platform/platform.ts";
import { selectPlatform } from "#platform/select.ts";
import { createSharedMemory } from "#engine/shared/memory.ts";
import { Tasks } from "#engine/shared/tasks.ts";
import { NO_TASK, TaskKind } from "#engine/shared/task.ts";
import { type MicroResult, showResults, time } from "./harness.ts";

const ENTRIES = 1_000;
const LIMITS = { grainNsec: 1 };

const parent = fs.existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
const directory = fs.mkdtempSync(join(parent, "blit-micro-"));
try {
  for (let i = 0; i < ENTRIES; i++) fs.writeFileSync(join(directory, `file-${i}`), "content");
  const platform = await selectPlatform();
  const results = [...plannerParts(platform), ...queueParts(), ...platformParts(platform)];
  console.log(process.argv.includes("--json") ? JSON.stringify(results) : showResults(results));
} finally {
  fs.rmSync(directory, { recursive: true });
}

function platformParts(platform: Platform): MicroResult[] {
  const dir = platform.openRoot(rawFromText(directory)) as Dir;
  const stat = platform.newStat();
  const names = Array.from({ length: ENTRIES }, (_, i) => `file-${i}` as RawName);
  const nameAt = (i: number): RawName => names[i % ENTRIES] ?? ("" as RawName);
  const listing = platform.newListing();
  const results = [
    time(`${platform.name}: stat`, (repetitions) => {
      for (let i = 0; i < repetitions; i++) platform.stat(dir, nameAt(i), stat);
    }),
    time(`${platform.name}: list, an entry`, (repetitions) => {
      for (let listed = 0; listed < repetitions;) {
        platform.rewindDir(dir);
        for (let count = 1; count > 0; listed += count) count = platform.readDir(dir, listing);
      }
    }),
    time(`${platform.name}: open and close`, (repetitions) => {
      for (let i = 0; i < repetitions; i++) {
        platform.closeFile(platform.openRead(dir, nameAt(i)) as File);
      }
    }),
    time(`${platform.name}: create, close, unlink`, (repetitions) => {
      const name = "new" as RawName;
      for (let i = 0; i < repetitions; i++) {
        platform.closeFile(platform.createFile(dir, name, 0o600) as File);
        platform.unlink(dir, name);
      }
    }),
  ];
  platform.closeDir(dir);
  return results;
}

function plannerParts(platform: Platform): MicroResult[] {
  const dir = platform.openRoot(rawFromText(directory)) as Dir;
  const [source, target] = [platform.newStat(), platform.newStat()];
  platform.stat(dir, "file-0" as RawName, source);
  platform.stat(dir, "file-0" as RawName, target);
  platform.closeDir(dir);
  let changes = 0;
  const result = time("planner: compare an unchanged file", (repetitions) => {
    for (let i = 0; i < repetitions; i++)
      changes |= compareEntry(source, target, PLAIN_POLICY, LIMITS);
  });
  if (changes !== 0) throw new Error("an unchanged file was found changed");
  return [result];
}

function queueParts(): MicroResult[] {
  const tasks = new Tasks(createSharedMemory());
  const text = "a-directory" as RawPath;
  const task = { kind: TaskKind.directory, parent: NO_TASK, root: 0, flags: 0, text };
  return [
    time("queue: push, take, free", (repetitions) => {
      for (let i = 0; i < repetitions; i++) {
        tasks.push([task]);
        const taken = tasks.take();
        tasks.free(taken);
        tasks.worked(TaskKind.directory);
      }
    }),
  ];
}
