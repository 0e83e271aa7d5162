// The trees that contenders copy. Each is a kind of data on which tools differ, made from a seed, and shares one
// layout: a small file in the root that survives the delete phase, and everything else beneath one directory.

import { type Random, seededRandom } from "#bench/random.ts";
import { type TreeCounts, TreeWriter } from "#bench/tree_writer.ts";

export const WORKLOAD_NAMES = ["small", "large", "mixed", "deep", "wide", "links"] as const;
export type WorkloadName = (typeof WORKLOAD_NAMES)[number];

export interface Workload {
  readonly name: WorkloadName;
  /** What it is, for a reader of the report. */
  readonly title: string;
  /** What the tree weighs at scale 1, about: the sum of apparent sizes. */
  readonly nominalBytes: number;
  readonly write: (tree: TreeWriter, random: Random, scale: number) => void;
}

/** About so many bytes; in full; or small enough for many rounds in a few minutes. */
export type WorkloadSize = number | "full" | "small";

const SMALL_SCALE = 1 / 4;

/** The root's file that the delete phase keeps, and the directory it deletes. */
export const KEPT_FILE = "keep.txt";
const TREE_DIRECTORY = "tree";
const KEPT_FILE_BYTES = 512;

const KIB = 1024;
const MIB = 1024 * KIB;
const FILES_PER_DIRECTORY = 100;
const SMALL_MAX_BYTES = 64 * KIB;
const MIXED_MAX_BYTES = 64 * MIB;

export const WORKLOADS: Readonly<Record<WorkloadName, Workload>> = {
  small: {
    name: "small",
    title: "many small files, 0 to 64 KiB",
    nominalBytes: 340 * MIB,
    write: (tree, random, scale) => {
      for (let i = 0; i < count(50_000, scale); i++) {
        // Every twentieth file is empty, as lock files, markers and __init__.py are.
        const size = i % 20 === 0 ? 0 : logNormal(random, 3 * KIB, 1.4, SMALL_MAX_BYTES);
        tree.file(`${twoLevels(i)}/${fileName(random, i)}`, size);
      }
    },
  },
  large: {
    name: "large",
    title: "one large file",
    nominalBytes: 512 * MIB,
    write: (tree, _random, scale) =>
      tree.file(`${TREE_DIRECTORY}/large.bin`, Math.round(512 * MIB * scale)),
  },
  mixed: {
    name: "mixed",
    title: "a home directory's mix of sizes, a few large files holding most bytes",
    nominalBytes: 700 * MIB,
    write: (tree, random, scale) => {
      // Log-normal with a heavy tail: Agrawal et al., "A Five-Year Study of File-System Metadata", FAST 2007.
      for (let i = 0; i < count(6_000, scale); i++) {
        tree.file(
          `${twoLevels(i)}/${fileName(random, i)}`,
          logNormal(random, 8 * KIB, 2.4, MIXED_MAX_BYTES),
        );
        if (i % 50 === 0)
          tree.symlink(`${twoLevels(i)}/link-${i}`, `../${random.below(100)}/target`);
      }
    },
  },
  deep: {
    name: "deep",
    title: "narrow chains of directories, 60 levels deep",
    nominalBytes: 24 * MIB,
    write: (tree, random, scale) => {
      for (let chain = 0; chain < count(100, scale); chain++) {
        let path = `${TREE_DIRECTORY}/chain-${chain}`;
        for (let level = 0; level < 60; level++) {
          path += `/level-${level}`;
          for (const name of ["index", "data"])
            tree.file(`${path}/${name}`, logNormal(random, KIB, 1, 16 * KIB));
        }
      }
    },
  },
  wide: {
    name: "wide",
    title: "one flat directory of tiny files",
    nominalBytes: 40 * MIB,
    write: (tree, random, scale) => {
      for (let i = 0; i < count(50_000, scale); i++) {
        tree.file(`${TREE_DIRECTORY}/${fileName(random, i)}`, logNormal(random, 512, 1, 16 * KIB));
      }
    },
  },
  links: {
    name: "links",
    title: "hard links across directories, symlinks, sparse files",
    nominalBytes: 450 * MIB,
    write: (tree, random, scale) => {
      for (let i = 0; i < count(4_000, scale); i++) {
        const first = `${twoLevels(i)}/${fileName(random, i)}`;
        tree.file(first, logNormal(random, 4 * KIB, 1.4, SMALL_MAX_BYTES));
        for (let name = 1; name < 3; name++)
          tree.hardLink(`${TREE_DIRECTORY}/again-${name}/${i % 97}/${i}`, first);
        tree.symlink(
          `${TREE_DIRECTORY}/symlinks/${i % 97}/${i}`,
          `../../${first.slice(TREE_DIRECTORY.length + 1)}`,
        );
      }
      for (let i = 0; i < count(50, scale); i++) {
        tree.sparseFile(`${TREE_DIRECTORY}/sparse/${i}.img`, 8 * MIB, 4, 32 * KIB);
      }
    },
  },
};

export function scaleOf(workload: Workload, size: WorkloadSize): number {
  if (typeof size === "number") return size / workload.nominalBytes;
  return size === "full" ? 1 : SMALL_SCALE;
}

/** Writes the workload as `root` (which must not exist). The same seed and scale give the same tree. */
export function generate(
  workload: Workload,
  root: string,
  seed: string,
  scale: number,
): TreeCounts {
  const random = seededRandom(`${workload.name}/${seed}`);
  const tree = new TreeWriter(root, random.fork("tree"));
  tree.file(KEPT_FILE, KEPT_FILE_BYTES);
  workload.write(tree, random.fork("shape"), scale);
  return tree.finish();
}

function count(atScaleOne: number, scale: number): number {
  return Math.max(1, Math.round(atScaleOne * scale));
}

function logNormal(random: Random, medianBytes: number, sigma: number, maxBytes: number): number {
  return Math.min(maxBytes, Math.floor(medianBytes * Math.exp(sigma * random.normal())));
}

/** A directory for the i-th file: a hundred to a directory, twenty directories to a parent. */
function twoLevels(i: number): string {
  const directory = Math.floor(i / FILES_PER_DIRECTORY);
  return `${TREE_DIRECTORY}/${Math.floor(directory / 20)}/${directory}`;
}

/** Names in no order of creation, as real ones are. */
function fileName(random: Random, i: number): string {
  return `${random.below(2 ** 30).toString(36)}-${i}.dat`;
}
