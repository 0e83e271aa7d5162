// Somebody swaps a directory for a symlink while blit works in it. blit is stopped after every system call that has to do
// with the directory, one run each; the swap is made then, and blit goes on. Nothing behind the symlink may be read into
// the copy, changed or removed.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, renameSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileSystem, IS_ROOT, run as system, sharedMount } from "#test/helpers/filesystems.ts";
import { diffManifests, type Manifest, readManifest } from "#test/helpers/manifest.ts";
import { positionsOf, stoppedAt, type StoppedRun } from "#test/helpers/stopped.ts";
import { STRACE } from "#test/helpers/strace.ts";
import { dir, file, makeTree, randomFile, removeTree, symlink } from "#test/helpers/tree.ts";

const SCENE = dir({
  src: dir({
    a: file("a"),
    victim: dir({ x: randomFile(5000, 1), new: file("new"), sub: dir({ y: file("y") }) }),
    z: dir({ z: file("z") }),
  }),
  dst: dir({
    a: file("old"),
    victim: dir({ x: file("old"), extra: file("extra"), gone: dir({ deep: file("deep") }) }),
  }),
  /** As the victim looks on both sides, so that a name is never what saves it. */
  outside: dir({
    x: file("secret x"),
    new: file("secret new"),
    sub: dir({ y: file("secret y"), deeper: file("secret") }),
    extra: file("canary"),
    gone: dir({ deep: file("canary deep") }),
    link: symlink("x"),
  }),
});

const SYSCALLS = [
  "openat2",
  "openat",
  "statx",
  "getdents64",
  "mkdirat",
  "renameat",
  "unlinkat",
  "utimensat",
] as const;
/** Tried of each, spread over all that a run makes. */
const POSITIONS = 6;

interface Race {
  readonly verb: "mirror" | "move";
  /** Whose "victim" is swapped. */
  readonly side: "src" | "dst";
}

interface Outcome {
  readonly run: StoppedRun;
  readonly outside: Manifest;
  readonly source: Manifest;
  readonly aside: Manifest;
  readonly destination: Manifest;
}

describe.skipIf(STRACE === undefined || !IS_ROOT || fileSystem("tmpfs").unavailable !== undefined)(
  "a directory becomes a symlink under way (needs root and strace)",
  () => {
    let folder = "";
    let away = "";
    let before: Manifest;
    let runs = 0;

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), `blit-test-${process.pid}-race-`));
      away = mkdtempSync(join(sharedMount("tmpfs"), "race-"));
      await makeTree(folder, dir({ template: SCENE }));
      before = await readManifest(`${folder}/template`);
    });
    afterAll(async () => {
      await removeTree(folder);
      await removeTree(away);
    });

    /** Between file systems a move copies and removes. */
    function place(verb: Race["verb"]): { top: string; destination: string } {
      const name = `${runs++}`;
      system("cp", "-a", `${folder}/template`, `${folder}/${name}`);
      const top = `${folder}/${name}`;
      return { top, destination: verb === "move" ? `${away}/${name}` : `${top}/dst` };
    }

    async function raced({ verb, side }: Race, syscall: string, when: number): Promise<Outcome> {
      const { top, destination } = place(verb);
      const victim = `${top}/${side}/victim`;
      const run = await stoppedAt([verb, `${top}/src`, destination], syscall, when, () => {
        // The last call of a move has removed it.
        if (!existsSync(victim)) return;
        renameSync(victim, `${top}/aside`);
        symlinkSync(`${top}/outside`, victim);
      });
      const outcome = {
        run,
        outside: await readManifest(`${top}/outside`),
        source: await manifestOf(`${top}/src`),
        aside: await manifestOf(`${top}/aside`),
        destination: await readManifest(destination),
      };
      await removeTree(top);
      return outcome;
    }

    /** What a race must never bring about, in words. */
    function violations({ verb }: Race, outcome: Outcome): string[] {
      const { run, outside, source, aside, destination } = outcome;
      const { code, stdout } = run;
      const untouched = below(before, "outside");
      const found = diffManifests(untouched, outside).map((line) => `outside: ${line}`);
      const secrets = new Set([...untouched.values()].flatMap(({ digest }) => digest ?? []));
      for (const [path, { digest }] of destination) {
        if (digest !== undefined && secrets.has(digest)) found.push(`${path} came from outside`);
      }
      if (verb === "move") {
        const left = [...source.values(), ...aside.values(), ...destination.values()];
        const digests = new Set(left.map(({ digest }) => digest));
        for (const [path, { digest }] of below(before, "src"))
          if (!digests.has(digest)) found.push(`${path} is lost`);
      }
      const isSaid = /"type":"problem".*"path":"victim/.test(stdout);
      if (code !== 0 && !(code === 3 && isSaid)) found.push(`code ${code} ${stdout}`);
      return found;
    }

    const races: readonly Race[] = [
      { verb: "mirror", side: "dst" },
      { verb: "mirror", side: "src" },
      { verb: "move", side: "src" },
    ];
    test.each(races)("$verb: in $side", async (race) => {
      let swaps = 0;
      const found: string[] = [];
      for (const syscall of SYSCALLS) {
        const { top, destination } = place(race.verb);
        const args = [race.verb, `${top}/src`, destination];
        const texts = [`${top}/${race.side}/victim`, '"victim'];
        for (const when of positionsOf(args, syscall, texts, POSITIONS)) {
          const outcome = await raced(race, syscall, when);
          if (outcome.run.isStopped) swaps++;
          const wrong = violations(race, outcome);
          found.push(...wrong.map((line) => `${syscall} ${when}: ${line}`));
        }
        await removeTree(top);
      }
      expect(found).toEqual([]);
      expect(swaps).toBeGreaterThan(SYSCALLS.length);
    });
  },
);

/** The part of a manifest below a folder, as a manifest of its own. */
function below(manifest: Manifest, folder: string): Manifest {
  return new Map(
    [...manifest.values()]
      .filter(({ path }) => path === folder || path.startsWith(`${folder}/`))
      .map((entry) => [entry.path.slice(folder.length + 1), entry] as const)
      .map(([path, entry]) => [path, { ...entry, path }]),
  );
}

/** Empty where there is nothing: a move takes away what it has moved. */
async function manifestOf(folder: string): Promise<Manifest> {
  return existsSync(folder) ? readManifest(folder) : new Map();
}
