// One mirror with something of everything in it, small enough to be run hundreds of times, and what must hold
// after any fault in it.

import { mkdirSync } from "node:fs";
import { blit, type RunOptions, type RunResult } from "#test/helpers/binary.ts";
import { run as system } from "#test/helpers/filesystems.ts";
import { diffManifests, type Manifest, readManifest } from "#test/helpers/manifest.ts";
import { temporaries } from "#test/helpers/names.ts";
import {
  type Attributes,
  dir,
  fifo,
  file,
  hardLink,
  makeTree,
  randomFile,
  sparseFile,
  symlink,
} from "#test/helpers/tree.ts";

const XATTR: Attributes = { xattrs: { "user.note": "kept" } };
const SECOND = 1_000_000_000n;

const SCENE = dir({
  src: dir({
    same: file("same", { mtimeNs: SECOND }),
    changed: randomFile(90_000, 1, { mode: 0o640, uid: 5, gid: 6 }),
    mended: file("x", { mode: 0o600, uid: 7, mtimeNs: SECOND, ...XATTR }),
    fresh: randomFile(300_000, 2, { uid: 8, ...XATTR }),
    sparse: sparseFile(2_000_000, [{ at: 1_000_000, random: 50_000, seed: 3 }]),
    link: symlink("fresh", { uid: 9 }),
    retargeted: symlink("new"),
    "to-canary": symlink("../canary"),
    fifo: fifo(),
    one: file("linked"),
    sub: dir(
      { two: hardLink("src/one"), file: file("x"), deeper: dir({ file: file("y") }) },
      { mode: 0o750, uid: 3, ...XATTR },
    ),
    existing: dir({ file: file("new"), fresh: file("z") }),
    "was-dir": file("now a file"),
  }),
  dst: dir({
    same: file("same", { mtimeNs: SECOND }),
    changed: randomFile(80_000, 4),
    mended: file("x", { mode: 0o644, mtimeNs: SECOND }),
    retargeted: symlink("old"),
    "to-canary": symlink("../canary"),
    existing: dir({ file: file("old old"), extra: file("extra") }),
    extra: file("extra"),
    "extra-dir": dir({ a: file("a"), b: dir({ c: file("c") }) }),
    "was-dir": dir({ inside: file("inside") }),
  }),
  canary: dir({ alive: file("tweet") }),
});

export interface Outcome {
  readonly result: RunResult;
  readonly problems: readonly ReportedProblem[];
  readonly after: Manifest;
}

interface ReportedProblem {
  readonly path: string;
  readonly operation: string;
  readonly code: string;
  readonly severity: string;
}

/** The scene in a folder: a template, and copies of it to run in. */
export class Scene {
  readonly #folder: string;
  readonly #before: Manifest;
  #runs = 0;

  private constructor(folder: string, before: Manifest) {
    this.#folder = folder;
    this.#before = before;
  }

  static async make(folder: string): Promise<Scene> {
    mkdirSync(`${folder}/template`);
    await makeTree(`${folder}/template`, SCENE);
    return new Scene(folder, await readManifest(`${folder}/template`));
  }

  /** A fresh copy to run in. */
  copy(): string {
    const place = `${this.#folder}/${this.#runs++}`;
    system("cp", "-a", `${this.#folder}/template`, place);
    return place;
  }

  /** Mirrors src to dst in a place, the way every test here does. */
  async mirror(place: string, options: RunOptions = {}): Promise<Outcome> {
    const args = ["mirror", "--json", "--workers", "1", `${place}/src`, `${place}/dst`];
    const result = await blit(args, options);
    return { result, problems: problemsIn(result.stdout), after: await readManifest(place) };
  }

  /** What is wrong with an outcome, in words: the invariants I1 to I4 of a faulty run. */
  violations({ result, problems, after }: Outcome, errno: string): string[] {
    const found: string[] = [];
    const before = this.#before;
    for (const line of diffManifests(outside(before), outside(after))) found.push(`I1 ${line}`);

    for (const [path, entry] of after) {
      if (!path.startsWith("dst/") || entry.kind !== "file") continue;
      if (temporaries([path]).length > 0) continue;
      const digests = [before.get(path)?.digest, before.get(sourceOf(path))?.digest];
      if (!digests.includes(entry.digest)) found.push(`I2 ${path}: neither old nor new`);
    }

    const differences = diffManifests(below(before, "src"), below(after, "dst"));
    const gone = [...before.keys()].filter((path) => path.startsWith("dst/") && !after.has(path));
    const isComplete = differences.every((line) => isAfterDeletions(line));
    if (gone.length > 0 && !isComplete) found.push(`I3 deleted ${gone.join(", ")}`);

    if ((result.code === 0) !== (differences.length === 0)) {
      found.push(`I4 code ${result.code} and differences [${differences.join("; ")}]`);
    }
    const isSaid = problems.some(({ code }) => code === errno) || result.stdout.includes(errno);
    if (result.code !== 0 && !isSaid) {
      found.push(`I4 code ${result.code} and nothing says ${errno}: ${result.stdout}`);
    }
    return found;
  }

  /** I5: without the fault a second run puts everything right. */
  async aftermath(place: string): Promise<string[]> {
    const { result, after } = await this.mirror(place);
    const differences = diffManifests(below(this.#before, "src"), below(after, "dst"));
    const left = temporaries(after.keys());
    if (result.code === 0 && differences.length === 0 && left.length === 0) return [];
    return [`I5 code ${result.code} ${result.stderr}`, ...differences, ...left];
  }
}

function sourceOf(path: string): string {
  return `src${path.slice("dst".length)}`;
}

/** The part of a manifest below a folder, as a manifest of its own. */
function below(manifest: Manifest, folder: string): Manifest {
  const part = new Map<string, ReturnType<Manifest["get"]> & object>();
  for (const [path, entry] of manifest) {
    if (path !== folder && !path.startsWith(`${folder}/`)) continue;
    const relative = path.slice(folder.length + 1);
    part.set(relative, { ...entry, path: relative });
  }
  return part;
}

/** All but the destination and the root above it. */
function outside(manifest: Manifest): Manifest {
  return new Map([...manifest].filter(([path]) => !path.startsWith("dst") && path !== ""));
}

/**
 * What may be undone when deletions have begun: extras themselves, what takes the place of a directory that had to go
 * first, and directories' own metadata.
 */
function isAfterDeletions(line: string): boolean {
  return (
    / extra \(/.test(line) ||
    line.startsWith("was-dir: ") ||
    /^(|extra-dir|existing|sub|sub\/deeper): (mode|mtime|uid|gid|xattr)/.test(line)
  );
}

function problemsIn(stdout: string): ReportedProblem[] {
  return stdout
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as ReportedProblem & { type: string })
    .filter(({ type }) => type === "problem");
}
