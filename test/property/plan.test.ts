// The planner's promises, on pairs of generated trees.

import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { Kind } from "#model/entry.ts";
import { policy } from "#test/unit/planner/fixtures.ts";
import { applyPlan, clone, paths, statOf, trees, type Entry, type Run } from "./model_tree.ts";

/** Same size and time means same content: what a run without --checksum relies on. */
const honest = trees({ contentFollowsTime: true });
/** Content may differ where size and time agree. */
const deceitful = trees({ contentFollowsTime: false });

function run(fields: Partial<Run> = {}): Run {
  return {
    verb: "mirror",
    policy: policy(),
    limits: { grainNsec: 1 },
    storeTime: ({ mtimeSec, mtimeNsec }) => ({ mtimeSec, mtimeNsec }),
    ...fields,
  };
}

/** The target is the property's own to change: a failure shows it as it was. */
function check(tree: fc.Arbitrary<Entry>, property: (source: Entry, target: Entry) => void): void {
  const each = fc.property(tree, tree, (source, target) => property(source, clone(target)));
  fc.assert(each, { numRuns: 500 });
}

/** The paths of regular files that both trees have as such, with both. */
function commonFiles(source: Entry, target: Entry, path = ""): [string, Entry, Entry][] {
  return [...source.children].flatMap(([name, child]): [string, Entry, Entry][] => {
    const other = target.children.get(name);
    if (other?.kind !== child.kind) return [];
    if (child.kind === Kind.directory) return commonFiles(child, other, `${path}/${name}`);
    return child.kind === Kind.file ? [[`${path}/${name}`, child, other]] : [];
  });
}

test("mirror makes the destination what the source is", () => {
  check(honest, (source, target) => {
    applyPlan(run(), source, target);
    expect(paths(target)).toEqual(paths(source));
  });
});

test("a second run finds nothing to do", () => {
  check(honest, (source, target) => {
    applyPlan(run(), source, target);
    expect(applyPlan(run(), source, target)).toEqual([]);
  });
});

test("a tree and its twin need nothing, whatever the policy but --ignore-times", () => {
  const policies = fc.record({
    checksum: fc.boolean(),
    sizeOnly: fc.boolean(),
    ignoreExisting: fc.boolean(),
    update: fc.boolean(),
  });
  fc.assert(
    fc.property(deceitful, policies, (tree, fields) => {
      expect(applyPlan(run({ policy: policy(fields) }), tree, clone(tree))).toEqual([]);
    }),
  );
});

test("mirror deletes exactly what only the destination has", () => {
  check(honest, (source, target) => {
    const before = clone(target);
    const actions = applyPlan(run(), source, target);
    const deleted = actions.filter((action) => action.startsWith("delete "));
    expect(new Set(deleted)).toEqual(new Set(topmostExtras(source, before, "")));
    expect(deleted.length).toBe(new Set(deleted).size);
  });
});

function topmostExtras(source: Entry, target: Entry, path: string): string[] {
  return [...target.children].flatMap(([name, child]) => {
    const other = source.children.get(name);
    if (other === undefined) return [`delete ${path}/${name}`];
    const areDirectories = other.kind === Kind.directory && child.kind === Kind.directory;
    return areDirectories ? topmostExtras(other, child, `${path}/${name}`) : [];
  });
}

test("copy and move never delete, and bring everything that does not meet a full directory", () => {
  for (const verb of ["copy", "move"] as const) {
    check(honest, (source, target) => {
      const before = paths(target);
      const actions = applyPlan(run({ verb }), source, target);
      const after = paths(target);
      for (const path of before.keys()) expect([path, after.has(path)]).toEqual([path, true]);
      const conflicts = actions
        .filter((action) => action.startsWith("conflict "))
        .map((action) => action.slice("conflict ".length));
      const isBelowConflict = (path: string): boolean =>
        conflicts.some((conflict) => path === conflict || path.startsWith(`${conflict}/`));
      for (const [path, what] of paths(source)) {
        if (!isBelowConflict(path)) expect([path, after.get(path)]).toEqual([path, what]);
      }
      for (const [path, what] of before) {
        if (isBelowConflict(path)) expect(after.get(path)).toBe(what);
      }
    });
  }
});

test("--checksum finds every difference of content", () => {
  check(deceitful, (source, target) => {
    applyPlan(run({ policy: policy({ checksum: true }) }), source, target);
    expect(paths(target)).toEqual(paths(source));
  });
});

test("--checksum does not copy a file that differs in its time alone", () => {
  check(deceitful, (source, target) => {
    const same = commonFiles(source, target).filter(
      ([, one, other]) => one.content === other.content,
    );
    const actions = applyPlan(run({ policy: policy({ checksum: true }) }), source, target);
    for (const [path] of same) expect(actions).not.toContain(`copy ${path}`);
  });
});

test("--ignore-times copies every file", () => {
  check(deceitful, (source, target) => {
    const common = commonFiles(source, target);
    const actions = applyPlan(run({ policy: policy({ ignoreTimes: true }) }), source, target);
    for (const [path] of common) expect(actions).toContain(`copy ${path}`);
    expect(paths(target)).toEqual(paths(source));
  });
});

test("--size-only copies the files whose size differs, and no others", () => {
  check(deceitful, (source, target) => {
    const common = commonFiles(source, target).map(
      ([path, one, other]) => [path, one.content.length !== other.content.length] as const,
    );
    const actions = applyPlan(run({ policy: policy({ sizeOnly: true }) }), source, target);
    for (const [path, differs] of common) expect(actions.includes(`copy ${path}`)).toBe(differs);
  });
});

function differs(one: Entry, other: Entry): boolean {
  return (
    one.content.length !== other.content.length ||
    one.mtimeSec !== other.mtimeSec ||
    one.mtimeNsec !== other.mtimeNsec
  );
}

test("without options a file is copied exactly where size or time differ", () => {
  check(deceitful, (source, target) => {
    const common = commonFiles(source, target).map(
      ([path, one, other]) => [path, differs(one, other)] as const,
    );
    const actions = applyPlan(run(), source, target);
    for (const [path, expected] of common) expect(actions.includes(`copy ${path}`)).toBe(expected);
  });
});

test("--update never touches a newer file and treats all others as ever", () => {
  check(honest, (source, target) => {
    const common = commonFiles(source, target).map(([path, one, other]) => {
      const isNewer =
        other.mtimeSec > one.mtimeSec ||
        (other.mtimeSec === one.mtimeSec && other.mtimeNsec > one.mtimeNsec);
      return [path, isNewer] as const;
    });
    const [before, wanted] = [paths(target), paths(source)];
    applyPlan(run({ policy: policy({ update: true }) }), source, target);
    const after = paths(target);
    for (const [path, isNewer] of common) {
      expect(after.get(path)).toBe((isNewer ? before : wanted).get(path));
    }
  });
});

test("--ignore-existing changes nothing but directories that was there, and brings what was not", () => {
  for (const verb of ["copy", "mirror"] as const) {
    check(honest, (source, target) => {
      const before = clone(target);
      applyPlan(run({ verb, policy: policy({ ignoreExisting: true }) }), source, target);
      expectKept(source, before, target);
    });
  }
});

function expectKept(source: Entry, before: Entry, after: Entry): void {
  for (const [name, was] of before.children) {
    const from = source.children.get(name);
    const now = after.children.get(name);
    if (now === undefined) expect(from).toBeUndefined();
    else if (from?.kind === Kind.directory && was.kind === Kind.directory)
      expectKept(from, was, now);
    else expect(paths(now)).toEqual(paths(was));
  }
  for (const [name, child] of source.children) {
    const now = after.children.get(name);
    expect(now).toBeDefined();
    if (!before.children.has(name)) expect(paths(now ?? child)).toEqual(paths(child));
  }
}

test("--no-owner leaves owners alone and mends everything else", () => {
  check(honest, (source, target) => {
    const uids = new Map(commonFiles(source, target).map(([path, , other]) => [path, other.uid]));
    const actions = applyPlan(run({ policy: policy({ preserveOwner: false }) }), source, target);
    for (const [path, one, other] of commonFiles(source, target)) {
      if (!actions.includes(`copy ${path}`)) expect(other.uid).toBe(uids.get(path) ?? one.uid);
      expect(statOf({ ...other, uid: one.uid, ctimeSec: 0 })).toEqual(
        statOf({ ...one, ctimeSec: 0 }),
      );
    }
  });
});
