// Workers that die: whatever way they take, the run ends, and nothing is taken for done that is not.

import { describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { NEVER } from "#model/entry.ts";
import type { RawPath } from "#model/name.ts";
import { PLAIN_RUN, type RunOptions } from "#model/options.ts";
import { createSharedMemory, type SharedMemory } from "#engine/shared/memory.ts";
import { NO_TASK, TaskKind } from "#engine/shared/task.ts";
import { newUsedRules } from "#engine/filter_for.ts";
import { identifyProcess } from "#engine/temporary.ts";
import { selectPlatform } from "#platform/select.ts";
import { Crew, NoWorker } from "#orchestrator/crew.ts";
import { inScratch } from "#test/helpers/scratch.ts";

const ENGINE = join(import.meta.dir, "../../../src/engine/worker.ts");
const worker = (name: string) => join(import.meta.dir, "workers", `${name}.ts`);

function optionsFor(source: string, destination: string): RunOptions {
  const sources = [source as RawPath];
  return { ...PLAIN_RUN, verb: "copy", sources, destination: destination as RawPath, yes: true };
}

/** Copies folder/src to folder/dst with a crew whose members are these scripts, in turn; the last for all others. */
async function copyWith(
  folder: string,
  scripts: readonly string[],
  size: number,
  limit = Infinity,
) {
  mkdirSync(`${folder}/src/sub`, { recursive: true });
  mkdirSync(`${folder}/dst`);
  for (const name of ["one", "two", "sub/three"]) writeFileSync(`${folder}/src/${name}`, name);
  const memory: SharedMemory = createSharedMemory();
  let started = 0;
  const crew = new Crew(
    memory,
    () => {},
    () => {
      if (started === limit) throw new TypeError("Failed to spawn worker thread");
      return new Worker(scripts[Math.min(started++, scripts.length - 1)] as string);
    },
  );
  const source = `${folder}/src` as RawPath;
  const destination = `${folder}/dst` as RawPath;
  const root = { source, destination, single: undefined, fresh: true };
  const options = optionsFor(source, destination);
  const usedRules = newUsedRules(options);
  const owner = identifyProcess(await selectPlatform());
  crew.begin({ options, roots: [root], usedRules, owner, begun: NEVER }, size, undefined);
  crew.tasks.push([{ kind: TaskKind.directory, parent: NO_TASK, root: 0, flags: 1, text: "" }]);
  await crew.work();
  return crew;
}

describe("a crew", () => {
  test.each(["exits", "rejects", "throws"])(
    "ends and is stopped when its only kind of worker %s",
    async (name) => {
      await inScratch(async (folder) => {
        const crew = await copyWith(folder, [worker(name)], 2);
        expect(crew.deaths.length).toBeGreaterThan(0);
        expect(crew.tasks.stopped).toBe(true);
        expect(crew.tasks.outstanding).toBe(1);
      });
    },
  );

  test("has another worker do what one could not, and remembers the death", async () => {
    await inScratch(async (folder) => {
      const crew = await copyWith(folder, [worker("mistaken"), ENGINE], 1);
      expect(crew.deaths).toHaveLength(1);
      expect(crew.tasks.stopped).toBe(false);
      expect(crew.tasks.outstanding).toBe(0);
      for (const name of ["one", "two", "sub/three"]) {
        expect(readFileSync(`${folder}/dst/${name}`, "latin1")).toBe(name);
      }
    });
  });

  test("makes do with the workers that the system lets it start", async () => {
    await inScratch(async (folder) => {
      const crew = await copyWith(folder, [ENGINE], 5, 2);
      expect([crew.started, crew.size, crew.most]).toEqual([2, 2, 2]);
      expect(crew.tasks.outstanding).toBe(0);
      expect(readFileSync(`${folder}/dst/sub/three`, "latin1")).toBe("sub/three");
    });
  });

  test("does not take a run for done whose last worker is dead and cannot be replaced", async () => {
    await inScratch(async (folder) => {
      const crew = await copyWith(folder, [worker("mistaken")], 1, 1);
      expect(crew.deaths).toHaveLength(1);
      expect(crew.tasks.stopped).toBe(true);
      expect(crew.tasks.outstanding).toBeGreaterThan(0);
    });
  });

  test("says so where no worker can be started at all", async () => {
    await inScratch(async (folder) => {
      const failure = await copyWith(folder, [ENGINE], 2, 0).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(NoWorker);
    });
  });

  test("remembers whether all was listed when it was stopped", () => {
    const stopped = (isListing: boolean): boolean => {
      const crew = new Crew(createSharedMemory(), () => {});
      const kind = isListing ? TaskKind.directory : TaskKind.largeFile;
      crew.tasks.push([{ kind, parent: NO_TASK, root: 0, flags: 0, text: "" }]);
      crew.stop();
      crew.tasks.worked(kind);
      crew.stop();
      return crew.hadListed;
    };
    expect([stopped(true), stopped(false)]).toEqual([false, true]);
  });

  test("does not try a task a third time", async () => {
    await inScratch(async (folder) => {
      const crew = await copyWith(folder, [worker("mistaken")], 1);
      expect(crew.deaths).toHaveLength(2);
      expect(crew.tasks.stopped).toBe(true);
    });
  });
});
