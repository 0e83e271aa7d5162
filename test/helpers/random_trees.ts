// Trees for properties: a few names, kinds, attributes and sizes, so that any two meet in every way.

import * as fc from "fast-check";
import {
  acl,
  type Attributes,
  device,
  dir,
  type DirNode,
  fifo,
  file,
  hardLink,
  sparseFile,
  symlink,
  type TreeNode,
} from "#test/helpers/tree.ts";

/** A tree before its hard links are given names to lead to. */
type Draft =
  | {
      readonly kind: "dir";
      readonly children: Readonly<Record<string, Draft>>;
      readonly attributes: Attributes;
    }
  | { readonly kind: "leaf"; readonly node: TreeNode }
  /** Of the entries before it, this one. */
  | { readonly kind: "link"; readonly pick: number };
export type DirDraft = Extract<Draft, { kind: "dir" }>;

/** Few, so that most names are on both sides, as the same or as another kind. */
const names = fc.constantFrom("a", "b", "c", "A", "-rf", "x y", "\xff\xfe", "n".repeat(255));
const ids = fc.constantFrom(0, 0, 0, 12345);
const modes = fc.constantFrom(0o644, 0o755, 0o400, 0, 0o4755, 0o2770, 0o1777);
const times = fc.constantFrom(0n, -5_000_000_007n, 1n, 1_700_000_000_999_999_999n);
const acls = fc.constantFrom(
  acl([
    ["owner", 5],
    ["group", 5],
    ["other", 0],
  ]),
  acl([
    ["owner", 7],
    ["user", 4, 12345],
    ["group", 1],
    ["mask", 5],
    ["other", 0],
  ]),
);
const byName = { requiredKeys: [] };

function attributesWith(xattrs: fc.Arbitrary<Record<string, string>>): fc.Arbitrary<Attributes> {
  const attributes = { mode: modes, uid: ids, gid: ids, mtimeNs: times };
  return fc
    .tuple(fc.record(attributes, byName), fc.option(xattrs, { nil: {}, freq: 4 }))
    .map(([some, extra]) => ({ ...some, mtimeNs: some.mtimeNs ?? 7n, xattrs: extra }));
}

const user = fc.constantFrom("", "text", "x".repeat(500));
const fileXattrs = fc.record({ "user.k": user, "system.posix_acl_access": acls }, byName);
const dirXattrs = fc.record(
  { "user.k": user, "system.posix_acl_access": acls, "system.posix_acl_default": acls },
  byName,
);

/** Of a size and a time there is one content: without --checksum nothing else tells two files apart. */
const files = fc
  .tuple(fc.constantFrom(0, 1, 4096, 300_000, 1_100_000), fc.boolean(), attributesWith(fileXattrs))
  .map(([size, isSparse, attributes]) => {
    const text = `${attributes.mtimeNs}`;
    if (isSparse) return sparseFile(size + 131_072, [{ at: 65_536, text }], attributes);
    return file(text.repeat(size).slice(0, size), attributes);
  });
const plain = attributesWith(fc.constant({}));
const nodes = fc.oneof(
  { weight: 6, arbitrary: files },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom("a", "../b", "/nowhere", "t".repeat(300)), times)
      .map(([target, mtimeNs]) => symlink(target, { mtimeNs })),
  },
  { weight: 1, arbitrary: plain.map(fifo) },
  { weight: 1, arbitrary: plain.map((attributes) => device("char", 1, 3, attributes)) },
);

export const { directory } = fc.letrec<{ directory: DirDraft; entry: Draft }>((tie) => ({
  directory: fc.record({
    kind: fc.constant("dir" as const),
    children: fc.dictionary(names, tie("entry"), { maxKeys: 7 }),
    attributes: attributesWith(dirXattrs),
  }),
  entry: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    { weight: 3, arbitrary: nodes.map((node): Draft => ({ kind: "leaf", node })) },
    { weight: 1, arbitrary: fc.nat(99).map((pick): Draft => ({ kind: "link", pick })) },
    { weight: 3, arbitrary: tie("directory") },
  ),
}));

/** `met` are the paths of what may be linked to. */
export function treeOf(draft: DirDraft, path: string, met: string[] = []): DirNode {
  const children: Record<string, TreeNode> = {};
  for (const [name, child] of Object.entries(draft.children)) {
    const below = `${path}/${name}`;
    if (child.kind === "dir") children[name] = treeOf(child, below, met);
    else {
      const to = child.kind === "link" ? met[child.pick % met.length] : undefined;
      if (to !== undefined) children[name] = hardLink(to);
      else if (child.kind === "leaf") children[name] = child.node;
      else continue;
      met.push(below);
    }
  }
  return dir(children, draft.attributes);
}
