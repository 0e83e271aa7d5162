// What a file system makes of a time counts as that time, so that a second run finds nothing to do; anything else
// does not, so that no change is missed.

import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { coarsestStep } from "#engine/verify/shown_grain.ts";
import { Kind } from "#model/entry.ts";
import { Change, compareEntry, sameTime } from "#planner/compare.ts";
import { policy, stat } from "#test/unit/planner/fixtures.ts";
import type { StoreTime, Time } from "./model_tree.ts";

interface TimeStore {
  readonly name: string;
  readonly grainNsec: number;
  readonly mayBeUnsigned?: boolean;
  readonly minSec: number;
  readonly maxSec: number;
}

/** s_time_gran, s_time_min and s_time_max of file systems of Linux, and of the portable rest. */
const STORES: readonly TimeStore[] = [
  { name: "btrfs, tmpfs", grainNsec: 1, minSec: -(2 ** 53), maxSec: 2 ** 53 },
  { name: "ext4", grainNsec: 1, minSec: -(2 ** 31), maxSec: 15_032_385_535 },
  {
    name: "ext4 of 128-byte inodes, ext3",
    grainNsec: 1e9,
    minSec: -(2 ** 31),
    maxSec: 2 ** 31 - 1,
  },
  { name: "xfs", grainNsec: 1, minSec: -(2 ** 31), maxSec: 16_299_260_425 },
  { name: "xfs without bigtime", grainNsec: 1, minSec: -(2 ** 31), maxSec: 2 ** 31 - 1 },
  { name: "nfs 3, ceph, 9p", grainNsec: 1, mayBeUnsigned: true, minSec: 0, maxSec: 2 ** 32 - 1 },
  { name: "ntfs, cifs", grainNsec: 100, minSec: -(2 ** 53), maxSec: 2 ** 53 },
  { name: "udf, many fuse", grainNsec: 1000, minSec: -(2 ** 53), maxSec: 2 ** 53 },
  { name: "milliseconds", grainNsec: 1e6, minSec: -(2 ** 53), maxSec: 2 ** 53 },
  { name: "exfat", grainNsec: 1e7, minSec: 315_532_800, maxSec: 4_354_819_199 },
  { name: "vfat", grainNsec: 2e9, minSec: 315_532_800, maxSec: 4_354_819_198 },
];

/** timestamp_truncate() of Linux, fs/inode.c, and fat_truncate_mtime() of fs/fat/misc.c. */
function storeTime({ grainNsec, minSec, maxSec }: TimeStore): StoreTime {
  return ({ mtimeSec, mtimeNsec }) => {
    const seconds = Math.min(Math.max(mtimeSec, minSec), maxSec);
    const even = grainNsec === 2e9 ? Math.floor(seconds / 2) * 2 : seconds;
    const isWhole = grainNsec >= 1e9 || seconds === minSec || seconds === maxSec;
    return { mtimeSec: even, mtimeNsec: isWhole ? 0 : mtimeNsec - (mtimeNsec % grainNsec) };
  };
}

const BOUNDS = [...new Set(STORES.flatMap(({ minSec, maxSec }) => [minSec, maxSec]))].filter(
  (bound) => Math.abs(bound) < 2 ** 53,
);

const seconds = fc.oneof(
  fc.integer({ min: -3e9, max: 2e10 }),
  fc.integer({ min: 1_600_000_000, max: 1_800_000_000 }),
  fc
    .tuple(fc.constantFrom(...BOUNDS), fc.integer({ min: -2, max: 2 }))
    .map(([bound, off]) => bound + off),
);
const nanoseconds = fc.oneof(
  fc.integer({ min: 0, max: 999_999_999 }),
  fc.constantFrom(0, 1, 99, 100, 999_999, 1_000_000, 999_999_999),
);
const times: fc.Arbitrary<Time> = fc.record({ mtimeSec: seconds, mtimeNsec: nanoseconds });

const nsecOf = ({ mtimeSec, mtimeNsec }: Time): bigint =>
  BigInt(mtimeSec) * 1_000_000_000n + BigInt(mtimeNsec);

test("a time is the same as itself, whatever the grain", () => {
  fc.assert(
    fc.property(times, fc.constantFrom(...STORES), (time, limits) => {
      expect(sameTime(stat(time), stat(time), limits)).toBe(true);
    }),
  );
});

test.each(STORES.map((store) => [store.name, store] as const))(
  "%s: after one copy the time counts as equal",
  (_, store) => {
    fc.assert(
      fc.property(times, (time) => {
        expect(sameTime(stat(time), stat(storeTime(store)(time)), store)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  },
);

test.each(STORES.map((store) => [store.name, store] as const))(
  "%s: no other time counts as equal",
  (_, store) => {
    fc.assert(
      fc.property(times, times, fc.nat(3), (time, unrelated, off) => {
        // Near neighbours too: what the file system would have made of a slightly different time.
        const neighbour = { ...time, mtimeSec: time.mtimeSec + off - 1 };
        for (const other of [unrelated, neighbour]) {
          const stored = storeTime(store)(other);
          const kept = storeTime(store)(time);
          if (BOUNDS.includes(stored.mtimeSec) || nsecOf(kept) === nsecOf(stored)) continue;
          expect(sameTime(stat(time), stat(stored), store)).toBe(false);
        }
      }),
      { numRuns: 2000 },
    );
  },
);

test("a time finer than the grain was not put there by a copy", () => {
  const source = stat({ mtimeSec: 100, mtimeNsec: 1500 });
  const limits = { grainNsec: 1000 };
  expect(sameTime(source, stat({ mtimeSec: 100, mtimeNsec: 1000 }), limits)).toBe(true);
  expect(sameTime(source, stat({ mtimeSec: 100, mtimeNsec: 1999 }), limits)).toBe(false);
  expect(
    sameTime(stat({ mtimeSec: 5, mtimeNsec: 0 }), stat({ mtimeSec: 4, mtimeNsec: 9 }), {
      grainNsec: 2e9,
    }),
  ).toBe(false);
});

/** Where ctimes are cut to the same step as mtimes, by the kernel, and may end in zeros by chance as well. */
const SHOWN = STORES.filter(({ grainNsec }) => grainNsec <= 1e9);

test.each(SHOWN.map((store) => [store.name, store] as const))(
  "%s: the step that its own stamps show is one by which a copy's time counts as equal",
  (_, { grainNsec }) => {
    const cut = (nsec: number) => nsec - (nsec % grainNsec);
    const ctimes = fc.array(fc.oneof(nanoseconds, fc.constantFrom(0, 40_000_000)), {
      maxLength: 2,
    });
    fc.assert(
      fc.property(nanoseconds, ctimes, (mtimeNsec, ctimesNsec) => {
        const copied = stat({ mtimeSec: 100, mtimeNsec: cut(mtimeNsec) });
        const shownNsec = coarsestStep([copied.mtimeNsec, ...ctimesNsec.map(cut)]);
        const source = stat({ mtimeSec: 100, mtimeNsec });
        expect(sameTime(source, copied, { grainNsec: shownNsec })).toBe(true);
      }),
      { numRuns: 1000 },
    );
  },
);

test("the first day of FAT counts for older times only where times are as coarse as there", () => {
  const [epoch, fat] = [
    stat({ mtimeSec: 0, mtimeNsec: 0 }),
    stat({ mtimeSec: 315_532_800, mtimeNsec: 0 }),
  ];
  expect(sameTime(epoch, fat, { grainNsec: 2e9 })).toBe(true);
  expect(sameTime(epoch, fat, { grainNsec: 1e7 })).toBe(true);
  expect(sameTime(epoch, fat, { grainNsec: 1 })).toBe(false);
});

test("the first second of 1970 counts for earlier times only where seconds may have no sign", () => {
  const [before, epoch] = [
    stat({ mtimeSec: -5, mtimeNsec: 3 }),
    stat({ mtimeSec: 0, mtimeNsec: 0 }),
  ];
  expect(sameTime(before, epoch, { grainNsec: 1, mayBeUnsigned: true })).toBe(true);
  expect(sameTime(before, epoch, { grainNsec: 1 })).toBe(false);
});

test("--update does not take a clamped or truncated time for an older or newer one", () => {
  fc.assert(
    fc.property(times, fc.constantFrom(...STORES), (time, store) => {
      const copied = stat(storeTime(store)(time));
      const changes = compareEntry(stat(time), copied, policy({ update: true }), store);
      expect(changes & (Change.content | Change.time)).toBe(0);
    }),
  );
});

test.each([Kind.directory, Kind.symlink, Kind.fifo] as const)(
  "kind %i: its time is mended by the same rule",
  (kind) => {
    fc.assert(
      fc.property(times, fc.constantFrom(...STORES), (time, store) => {
        const copied = stat({ kind, ...storeTime(store)(time) });
        expect(compareEntry(stat({ kind, ...time }), copied, policy(), store) & Change.time).toBe(
          0,
        );
      }),
    );
  },
);
