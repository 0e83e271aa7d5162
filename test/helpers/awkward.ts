// The awkward tree: everything that a copying program gets wrong, in one tree, from a seed. Made as root it
// holds every kind, owner and attribute that Linux knows; for an ordinary user, what that user could have.

import {
  type Attributes,
  type Children,
  type DirNode,
  type Segment,
  type TreeNode,
  acl,
  device,
  dir,
  fifo,
  file,
  hardLink,
  randomFile,
  socket,
  sparseFile,
  symlink,
} from "./tree.ts";
import { AWKWARD_NAMES } from "./awkward_names.ts";
import { generator } from "./random.ts";

export interface AwkwardOptions {
  readonly seed: number;
  /** Paths beyond PATH_MAX and a thousand levels, which rsync and cp cannot copy; below "deep". */
  readonly deep: boolean;
}

const KIB = 1024;
const MIB = 1024 * KIB;

export function awkwardTree(options: AwkwardOptions): DirNode {
  return dir(
    {
      kinds: kinds(),
      names: names(),
      links: links(),
      sparse: sparse(),
      modes: modes(),
      owners: owners(),
      xattrs: xattrs(),
      acls: acls(),
      times: times(),
      sizes: sizes(options.seed),
      many: many(options.seed),
      empty: dir({ a: dir({ b: dir({ c: dir() }) }), file: file("") }),
      ...(options.deep ? { deep: deep() } : {}),
    },
    { mode: 0o751, uid: 7, gid: 8, mtimeNs: 1_111_111_111_222_333_444n },
  );
}

function kinds(): DirNode {
  return dir({
    file: file("content\n"),
    fifo: fifo({ mode: 0o640 }),
    socket: socket({ mode: 0o755 }),
    null: device("char", 1, 3, { mode: 0o666 }),
    loop: device("block", 7, 200, { mode: 0o660, gid: 6 }),
    // The largest minor that xfs can hold has 18 bits.
    "large-number": device("char", 511, 262_143),
    whiteout: device("char", 0, 0, { mode: 0 }),
    relative: symlink("file"),
    "to-directory": symlink("../names"),
    absolute: symlink("/etc/hostname"),
    dangling: symlink("no/such/entry"),
    self: symlink("self"),
    "loop-a": symlink("loop-b"),
    "loop-b": symlink("loop-a"),
    dots: symlink("../../../../.."),
    "raw-target": symlink("\xff\xfe\n"),
    // xfs holds 1,023 bytes.
    "long-target": symlink("x/".repeat(511)),
  });
}

function names(): DirNode {
  const children: Record<string, TreeNode> = {};
  for (const name of AWKWARD_NAMES) children[name] = file(`a file called ${name}`);
  const directories: Record<string, TreeNode> = {};
  for (const name of AWKWARD_NAMES) directories[name] = dir({ [name]: symlink(name) });
  children["as directories"] = dir(directories);
  return dir(children);
}

function links(): DirNode {
  const crowd: Record<string, TreeNode> = { first: file("shared by many") };
  for (let i = 0; i < 200; i++) crowd[`name-${i}`] = hardLink("links/crowd/first");
  return dir({
    a: dir({ one: file("across directories", { mode: 0o604 }) }),
    b: dir({ two: hardLink("links/a/one"), c: dir({ three: hardLink("links/a/one") }) }),
    crowd: dir(crowd),
    empty: file(""),
    "empty-too": hardLink("links/empty"),
    symlink: symlink("a/one"),
    "symlink-too": hardLink("links/symlink"),
    fifo: fifo(),
    "fifo-too": hardLink("links/fifo"),
    device: device("char", 1, 5),
    "device-too": hardLink("links/device"),
    large: randomFile(3 * MIB + 5, 77),
    z: dir({ "large-too": hardLink("links/large") }),
  });
}

function sparse(): DirNode {
  const data = (at: number, seed: number): Segment => ({ at, random: 64 * KIB, seed });
  return dir({
    "hole-at-start": sparseFile(2 * MIB, [data(2 * MIB - 64 * KIB, 1)]),
    "hole-at-end": sparseFile(2 * MIB, [data(0, 2)]),
    "hole-between": sparseFile(4 * MIB, [data(0, 3), data(4 * MIB - 64 * KIB, 4)]),
    "many-holes": sparseFile(
      16 * MIB,
      Array.from({ length: 16 }, (_, index) => data(index * MIB, 10 + index)),
    ),
    "only-hole": sparseFile(3 * MIB, []),
    "odd-size": sparseFile(5 * MIB + 1, [data(2 * MIB, 5)]),
    "one-terabyte": sparseFile(2 ** 40, [data(2 ** 39, 6)]),
    "dense-zeros": file("\0".repeat(300 * KIB)),
  });
}

const MODES = [
  0o000, 0o001, 0o111, 0o200, 0o222, 0o400, 0o444, 0o555, 0o600, 0o644, 0o666, 0o700, 0o755, 0o777,
  0o1777, 0o1000, 0o2755, 0o2644, 0o4755, 0o4000, 0o6755, 0o7777,
];

function modes(): DirNode {
  const files: Record<string, TreeNode> = {};
  const directories: Record<string, TreeNode> = {};
  for (const mode of MODES) {
    const name = mode.toString(8).padStart(4, "0");
    files[name] = file(`mode ${name}`, { mode });
    directories[name] = dir({ inside: file("x"), below: dir({ deeper: file("y") }) }, { mode });
  }
  // chown clears these bits: they must be set after it.
  files["setuid of another"] = file("#!/bin/sh\n", { mode: 0o6755, uid: 1000, gid: 1001 });
  return dir({ files: dir(files), directories: dir(directories) });
}

const OWNERS = [1, 1000, 65534, 2_147_483_646, 4_294_967_294];

function owners(): DirNode {
  const children: Record<string, TreeNode> = {};
  for (const id of OWNERS) {
    const owned = { uid: id, gid: id };
    children[`${id}-file`] = file("owned", owned);
    children[`${id}-dir`] = dir({ inside: file("owned", owned) }, owned);
    children[`${id}-symlink`] = symlink("nowhere", owned);
    children[`${id}-fifo`] = fifo(owned);
    children[`${id}-group`] = file("group only", { gid: id });
  }
  return dir(children);
}

/** security.capability, revision 2: cap_net_raw+ep. */
const CAPABILITY = "\x01\0\0\x02\0\x20\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

function xattrs(): DirNode {
  const trusted = { xattrs: { "trusted.blit.test": "for root" } };
  return dir(
    {
      user: file("x", { xattrs: { "user.comment": "caf\xc3\xa9", "user.empty": "" } }),
      binary: file("x", { xattrs: { "user.binary": "\0\x01\xff\xfe" } }),
      "long-name": file("x", { xattrs: { [`user.${"n".repeat(250)}`]: "v" } }),
      "long-value": file("x", { xattrs: { "user.long": "v".repeat(3000) } }),
      "raw-name": file("x", { xattrs: { "user.\xff\xfe": "v" } }),
      many: file("x", {
        xattrs: Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`user.n${i}`, `${i}`])),
      }),
      "read-only": file("x", { mode: 0o444, xattrs: { "user.kept": "yes" } }),
      "no-mode": file("x", { mode: 0, xattrs: { "user.kept": "yes" } }),
      "empty-file": file("", { xattrs: { "user.kept": "yes" } }),
      dir: dir({ below: file("x") }, { xattrs: { "user.on": "a directory", ...trusted.xattrs } }),
      "dir-read-only": dir({ below: file("x") }, { mode: 0o555, xattrs: { "user.on": "x" } }),
      trusted: file("x", trusted),
      symlink: symlink("nowhere", trusted),
      fifo: fifo(trusted),
      device: device("char", 1, 3, trusted),
      security: file("x", { xattrs: { "security.blit-test": "label" } }),
      capability: file("x", { mode: 0o755, xattrs: { "security.capability": CAPABILITY } }),
      "capability-owned": file("x", {
        uid: 1000,
        gid: 1000,
        xattrs: { "security.capability": CAPABILITY },
      }),
    },
    { xattrs: { "user.on": "a directory" } },
  );
}

function acls(): DirNode {
  const access = acl([
    ["owner", 7],
    ["user", 5, 1000],
    ["group", 4],
    ["namedGroup", 6, 1001],
    ["mask", 7],
    ["other", 0],
  ]);
  const withAccess: Attributes = { mode: 0o770, xattrs: { "system.posix_acl_access": access } };
  const both = {
    "system.posix_acl_access": access,
    "system.posix_acl_default": access,
  };
  return dir({
    file: file("x", withAccess),
    dir: dir({ below: file("x") }, withAccess),
    // What is made below a default ACL inherits it: these must not.
    default: dir(
      {
        "plain-file": file("x", { mode: 0o600, xattrs: {} }),
        "plain-dir": dir({ below: file("x") }, { mode: 0o700 }),
        fifo: fifo({ mode: 0o600 }),
      },
      { mode: 0o770, xattrs: both },
    ),
  });
}

const SECOND = 1_000_000_000n;
const TIMES: Readonly<Record<string, bigint>> = {
  "just before 1970": -1n,
  "a second before 1970": -SECOND,
  "1970": 0n,
  "1969 with nanoseconds": -1_234_567_890n,
  "1901": -2_147_483_648n * SECOND,
  "before 1901": -3_000_000_000n * SECOND + 5n,
  "2001": 1_000_000_000n * SECOND + 123_456_789n,
  "one nanosecond": 1_500_000_000n * SECOND + 1n,
  "last nanosecond": 1_500_000_000n * SECOND + 999_999_999n,
  "2038": 2_147_483_648n * SECOND + 7n,
  "2106": 4_294_967_301n * SECOND,
  "after 2446": 15_032_385_540n * SECOND + 9n,
};

function times(): DirNode {
  const children: Record<string, TreeNode> = {};
  for (const [name, mtimeNs] of Object.entries(TIMES)) {
    children[`file ${name}`] = file(name, { mtimeNs });
    children[`dir ${name}`] = dir({ below: file("x") }, { mtimeNs });
    children[`symlink ${name}`] = symlink("nowhere", { mtimeNs });
    children[`fifo ${name}`] = fifo({ mtimeNs });
  }
  return dir(children, { mtimeNs: 1_234_567_890n * SECOND + 987_654_321n });
}

/** Around every buffer and block size that a copying program may use. */
function sizes(seed: number): DirNode {
  const around = [1, 512, 4 * KIB, 8 * KIB, 64 * KIB, 128 * KIB, 256 * KIB, MIB, 4 * MIB, 8 * MIB];
  const children: Record<string, TreeNode> = { "0": file("") };
  for (const base of around) {
    for (const size of [base - 1, base, base + 1]) {
      children[`${size}`] = randomFile(size, seed + size);
    }
  }
  children["large"] = randomFile(40 * MIB + 3, seed);
  return dir(children);
}

/** A flat directory of small files and a bushy tree, their sizes and shapes drawn from the seed. */
function many(seed: number): DirNode {
  const next = generator(seed);
  const flat: Record<string, TreeNode> = {};
  for (let i = 0; i < 2000; i++)
    flat[`f${i}`] = randomFile(Math.floor(2000 * next() ** 6), seed + i);
  return dir({ flat: dir(flat), bush: bush(next, 4) });
}

function bush(next: () => number, depth: number): DirNode {
  const children: Record<string, TreeNode> = {};
  for (let i = 0; i < 1 + next() * 6; i++) children[`f${i}`] = file("x".repeat(next() * 100));
  if (depth > 0) {
    for (let i = 0; i < 1 + next() * 3; i++) children[`d${i}`] = bush(next, depth - 1);
  }
  return dir(children);
}

function deep(): DirNode {
  return dir({
    // 30 names of 200 bytes: 6,000 bytes of path, beyond PATH_MAX (4,096).
    "long-path": nested(30, "p".repeat(200), {
      bottom: file("beyond PATH_MAX", { mode: 0o640, xattrs: { "user.deep": "yes" } }),
      symlink: symlink("bottom"),
      fifo: fifo(),
      empty: dir({}, { mtimeNs: SECOND }),
    }),
    levels: nested(1200, "d", { bottom: file("level 1,200") }),
  });
}

function nested(levels: number, name: string, bottom: Children): DirNode {
  let node = dir(bottom);
  for (let i = 0; i < levels; i++) node = dir({ [name]: node }, { mtimeNs: BigInt(i) * SECOND });
  return node;
}
