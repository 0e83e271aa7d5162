import { expect, test } from "bun:test";
import { Kind } from "#model/entry.ts";
import type { RawName } from "#model/name.ts";
import { extras, makeRoom } from "#planner/plan.ts";

test("extras() are the destination's names that the source has not, byte for byte and in order", () => {
  const source = new Set(["a", "é", "__proto__"] as RawName[]);
  const destination = ["z", "a", "A", "e\u0301", "__proto__", "constructor"] as RawName[];
  expect(extras(source, destination)).toEqual(["z", "A", "e\u0301", "constructor"] as RawName[]);
  expect(extras([], destination)).toEqual(destination);
  expect(extras(source, [])).toEqual([]);
});

test("makeRoom() removes a tree for mirror only", () => {
  expect(makeRoom("mirror", Kind.directory)).toBe("remove-tree");
  expect(makeRoom("copy", Kind.directory)).toBe("remove-if-empty");
  expect(makeRoom("move", Kind.directory)).toBe("remove-if-empty");
  expect(makeRoom("copy", Kind.symlink)).toBe("replace");
  expect(makeRoom("mirror", Kind.file)).toBe("replace");
});
