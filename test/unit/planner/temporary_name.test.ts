import { expect, test } from "bun:test";
import * as fc from "fast-check";
import type { RawName } from "#model/name.ts";
import {
  isAbandoned,
  isTemporaryName,
  makeTemporaryName,
  parseTemporaryName,
  type ProcessIdentity,
} from "#planner/temporary_name.ts";

const processes: fc.Arbitrary<ProcessIdentity> = fc.record({
  boot: fc.stringMatching(/^[0-9a-f]{8}$/),
  namespace: fc.nat(2 ** 32 - 1),
  pid: fc.nat(2 ** 32 - 1),
  start: fc.maxSafeNat(),
});

test("parseTemporaryName() reads what makeTemporaryName() made, in at most 58 bytes", () => {
  fc.assert(
    fc.property(processes, fc.maxSafeNat(), (owner, sequence) => {
      const name = makeTemporaryName(owner, sequence);
      expect(parseTemporaryName(name)).toEqual({ ...owner, sequence });
      expect(isTemporaryName(name)).toBe(true);
      expect(name.length).toBeLessThanOrEqual(58);
    }),
  );
});

test("names differ where the process or the sequence differs", () => {
  fc.assert(
    fc.property(processes, processes, fc.nat(3), fc.nat(3), (one, other, first, second) => {
      const isSameName = makeTemporaryName(one, first) === makeTemporaryName(other, second);
      expect(isSameName).toBe(first === second && Bun.deepEquals(one, other));
    }),
    {
      examples: [
        [OWNER, { ...OWNER, pid: 1 }, 0, 0],
        [OWNER, OWNER, 1, 1],
      ],
    },
  );
});

const OWNER: ProcessIdentity = { boot: "89abcdef", namespace: 4026531836, pid: 4711, start: 9000 };

test.each([
  "",
  ".blit-",
  "notes.tmp",
  ".blit-settings.tmp",
  ".blit-89abcdef-1-2-3.tmp",
  ".blit-89abcdef-1-2-3-4-5.tmp",
  ".blit-89ABCDEF-1-2-3-4.tmp",
  ".blit-89abcdef-1-2-3-4.tmp~",
  "x.blit-89abcdef-1-2-3-4.tmp",
  ".blit-89abcdef-01-2-3-4.tmp",
  ".blit-89abcdef-1-2-3-zzzzzzzzzzz.tmp",
  ".blit-89abcdef-1-2-3-4.tmp\n",
])("isTemporaryName() leaves %j to the user", (name) => {
  expect(isTemporaryName(name as RawName)).toBe(false);
});

test("isAbandoned() asks this kernel, and waits where it cannot ask", () => {
  const file = { ...OWNER, sequence: 1 };
  const place = { here: OWNER, isShared: true, isRunning: () => false };
  const isRunning = (pid: number, start: number): boolean =>
    pid === OWNER.pid && start === OWNER.start;
  const hour = 3600;
  const twoDays = 48 * hour;
  expect(isAbandoned(file, place, () => 0)).toBe(true);
  expect(isAbandoned(file, { ...place, isRunning }, () => twoDays)).toBe(false);
  expect(isAbandoned({ ...file, start: 1 }, { ...place, isRunning }, () => 0)).toBe(true);

  const foreign = { ...file, boot: "00000000" };
  expect(isAbandoned(foreign, place, () => hour)).toBe(false);
  expect(isAbandoned(foreign, place, () => twoDays)).toBe(true);
  expect(isAbandoned(foreign, { ...place, isShared: false }, () => 0)).toBe(true);

  const contained = { ...file, namespace: 1 };
  expect(isAbandoned(contained, { ...place, isShared: false }, () => hour)).toBe(false);
  expect(isAbandoned(contained, place, () => twoDays)).toBe(true);
});
