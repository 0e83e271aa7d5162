// What the quick look takes for unchanged, the planner must take for unchanged too.

import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { areAlike, Kind, type Stat } from "#model/entry.ts";
import { Change, compareEntry } from "#planner/compare.ts";
import { policy, stat } from "#test/unit/planner/fixtures.ts";

/** Few values of each, so that many pairs are alike. */
const stats = fc
  .record({
    kind: fc.constantFrom(Kind.file, Kind.symlink, Kind.directory),
    mode: fc.constantFrom(0o644, 0o4755),
    uid: fc.constantFrom(0, 4294967294),
    gid: fc.constantFrom(0, 100),
    nlink: fc.constantFrom(1, 2),
    sizeBytes: fc.constantFrom(0, 2 ** 33),
    mtimeSec: fc.constantFrom(-1, 1_700_000_000),
    mtimeNsec: fc.constantFrom(0, 999_999_999),
    ctimeSec: fc.constantFrom(1_700_000_000, 1_700_000_001),
    ctimeNsec: fc.constantFrom(0, 1),
  })
  .map((fields) => stat(fields));

/** A stat, and another that differs from it in no more than two fields. */
const pairs = fc
  .tuple(stats, stats, fc.subarray(Object.keys(stat({})) as (keyof Stat)[], { maxLength: 2 }))
  .map(([original, other, differing]): [Stat, Stat] => {
    const copy = { ...original, ctimeSec: original.ctimeSec + 1 };
    for (const field of differing) Object.assign(copy, { [field]: other[field] });
    return [original, copy];
  });

const policies = fc
  .record({
    sizeOnly: fc.boolean(),
    ignoreExisting: fc.boolean(),
    update: fc.boolean(),
    preserveOwner: fc.boolean(),
    preserveXattrs: fc.boolean(),
  })
  .map((fields) => policy(fields));

test("of entries that are alike nothing is copied, save where a symlink leads", () => {
  let alike = 0;
  const property = fc.property(pairs, policies, fc.constantFrom(1, 1e9), (pair, by, grainNsec) => {
    if (!areAlike(...pair)) return;
    alike++;
    const changes = compareEntry(...pair, by, { grainNsec });
    expect([Change.none, Change.target, Change.keep]).toContain(changes);
  });
  fc.assert(property, { numRuns: 5000 });
  expect(alike).toBeGreaterThan(500);
});

test("one difference that a copy must not have is enough", () => {
  const file = stat({ kind: Kind.file, nlink: 1, ctimeSec: 5, ctimeNsec: 5 });
  const copy = { ...file, ctimeNsec: 6 };
  expect(areAlike(file, copy)).toBe(true);
  const differences: Partial<Stat>[] = [
    { kind: Kind.symlink },
    { mode: file.mode ^ 1 },
    { uid: file.uid + 1 },
    { gid: file.gid + 1 },
    { nlink: 2 },
    { sizeBytes: file.sizeBytes + 2 ** 32 },
    { mtimeSec: file.mtimeSec + 1 },
    { mtimeNsec: file.mtimeNsec + 1 },
    { ctimeSec: 4 },
    { ctimeNsec: 4 },
    { ctimeNsec: 5 },
  ];
  for (const difference of differences)
    expect([difference, areAlike(file, { ...copy, ...difference })]).toEqual([difference, false]);
});
