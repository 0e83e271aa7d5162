// Trees in memory, and a run on them: what it asks the planner, and in which order, stands for the engine.

import * as fc from "fast-check";
import { Kind, type Stat } from "#model/entry.ts";
import type { RawName } from "#model/name.ts";
import type { ComparePolicy, Verb } from "#model/options.ts";
import { Change, compareEntry, type TimeLimits } from "#planner/compare.ts";
import { stat } from "#test/unit/planner/fixtures.ts";

export interface Entry {
  kind: Kind;
  mode: number;
  uid: number;
  mtimeSec: number;
  mtimeNsec: number;
  ctimeSec: number;
  /** What a file holds, where a symlink points. */
  content: string;
  /** Which device a node stands for. */
  device: number;
  readonly children: Map<RawName, Entry>;
}

export type Time = Pick<Entry, "mtimeSec" | "mtimeNsec">;

/** What a file system makes of a time that is set. */
export type StoreTime = (time: Time) => Time;

export function statOf(entry: Entry): Stat {
  return stat({
    kind: entry.kind,
    mode: entry.mode,
    uid: entry.uid,
    sizeBytes: entry.content.length,
    mtimeSec: entry.mtimeSec,
    mtimeNsec: entry.mtimeNsec,
    ctimeSec: entry.ctimeSec,
    ctimeNsec: 0,
    rdevMajor: entry.device,
  });
}

export function clone(entry: Entry): Entry {
  const children = [...entry.children].map(([name, child]) => [name, clone(child)] as const);
  return { ...entry, children: new Map(children) };
}

export interface Run {
  readonly verb: Verb;
  readonly policy: ComparePolicy;
  readonly limits: TimeLimits;
  readonly storeTime: StoreTime;
}

/** What was done, as "action path", in order. */
export type Actions = string[];

/** Makes target what source is, as far as the verb and the policy go. */
export function applyPlan(run: Run, source: Entry, target: Entry): Actions {
  const actions: Actions = [];
  applyToDirectory(run, source, target, "", actions);
  return actions;
}

function applyToDirectory(
  run: Run,
  source: Entry,
  target: Entry,
  path: string,
  actions: Actions,
): void {
  for (const [name, child] of source.children) {
    applyToEntry(run, child, target, name, `${path}/${name}`, actions);
  }
  if (run.verb === "mirror") {
    for (const name of target.children.keys()) {
      if (source.children.has(name)) continue;
      actions.push(`delete ${path}/${name}`);
      target.children.delete(name);
    }
  }
  mend(run, source, target, compare(run, source, target), path, actions);
}

function applyToEntry(
  run: Run,
  source: Entry,
  parent: Entry,
  name: RawName,
  path: string,
  actions: Actions,
): void {
  const target = parent.children.get(name);
  if (target === undefined) return create(run, source, parent, name, path, actions);
  const changes = compare(run, source, target);
  if ((changes & Change.create) !== 0) {
    if (run.verb !== "mirror" && target.children.size > 0) {
      actions.push(`conflict ${path}`);
    } else {
      create(run, source, parent, name, path, actions);
    }
  } else if (source.kind === Kind.directory && target.kind === Kind.directory) {
    applyToDirectory(run, source, target, path, actions);
  } else {
    mend(run, source, target, changes, path, actions);
  }
}

function create(
  run: Run,
  source: Entry,
  parent: Entry,
  name: RawName,
  path: string,
  actions: Actions,
): void {
  actions.push(`create ${path}`);
  const made: Entry = { ...source, ...run.storeTime(source), children: new Map() };
  parent.children.set(name, made);
  for (const [childName, child] of source.children) {
    create(run, child, made, childName, `${path}/${childName}`, actions);
  }
}

function compare(run: Run, source: Entry, target: Entry): number {
  return compareEntry(statOf(source), statOf(target), run.policy, run.limits);
}

function mend(
  run: Run,
  source: Entry,
  target: Entry,
  changes: number,
  path: string,
  actions: Actions,
): void {
  const isDone = (bits: number): boolean => (changes & bits) !== 0;
  const copiesContent =
    isDone(Change.content | Change.unshare) ||
    (isDone(Change.verify | Change.target) && source.content !== target.content);
  if (copiesContent) {
    actions.push(`copy ${path}`);
    Object.assign(target, { ...source, ...run.storeTime(source), children: target.children });
    return;
  }
  if (isDone(Change.mode)) target.mode = source.mode;
  if (isDone(Change.owner)) target.uid = source.uid;
  if (isDone(Change.time)) Object.assign(target, run.storeTime(source));
  if (isDone(Change.mode | Change.owner | Change.time)) actions.push(`mend ${path}`);
}

/** Every path with what it is, except ctimes, which are the file system's own. */
export function paths(root: Entry): Map<string, string> {
  const found = new Map<string, string>();
  const walk = (entry: Entry, path: string): void => {
    const { kind, mode, uid, mtimeSec, mtimeNsec, content, device } = entry;
    found.set(path, JSON.stringify({ kind, mode, uid, mtimeSec, mtimeNsec, content, device }));
    for (const [name, child] of entry.children) walk(child, `${path}/${name}`);
  };
  walk(root, "");
  return found;
}

const LEAF_KINDS = [
  Kind.file,
  Kind.file,
  Kind.file,
  Kind.symlink,
  Kind.fifo,
  Kind.charDevice,
] as const;
const TIMES: readonly Time[] = [
  { mtimeSec: -5, mtimeNsec: 1 },
  { mtimeSec: 1_700_000_000, mtimeNsec: 0 },
  { mtimeSec: 1_700_000_000, mtimeNsec: 999_999_999 },
  { mtimeSec: 1_700_000_001, mtimeNsec: 500_000_000 },
];

const timeOf = (index: number): Time => TIMES[index] ?? { mtimeSec: 0, mtimeNsec: 0 };

/** Few names, kinds, sizes and times, so that two trees meet in every way. */
export function trees(options: { readonly contentFollowsTime: boolean }): fc.Arbitrary<Entry> {
  const names = fc.constantFrom("a", "b", "c", "d\n", "\xff").map((name) => name as RawName);
  const metadata = fc.record({
    mode: fc.constantFrom(0o644, 0o4755),
    uid: fc.constantFrom(0, 1000),
    time: fc.nat(TIMES.length - 1),
    ctimeSec: fc.nat(3),
  });
  const leaf = fc
    .tuple(fc.constantFrom(...LEAF_KINDS), metadata, fc.nat(2), fc.constantFrom("x", "y"))
    .map(([kind, { time, mode, ...rest }, size, letter]): Entry => {
      const unit = kind === Kind.file && options.contentFollowsTime ? String(time) : letter;
      const isHollow = kind === Kind.fifo || kind === Kind.charDevice;
      const content = isHollow ? "" : unit.repeat(size);
      const device = kind === Kind.charDevice ? size : 0;
      const ownMode = kind === Kind.symlink ? 0o777 : mode;
      return {
        kind,
        mode: ownMode,
        ...rest,
        ...timeOf(time),
        content,
        device,
        children: new Map(),
      };
    });
  const { directory } = fc.letrec<{ directory: Entry; entry: Entry }>((tie) => ({
    entry: fc.oneof({ maxDepth: 3, withCrossShrink: true }, leaf, tie("directory")),
    directory: fc
      .tuple(metadata, fc.array(fc.tuple(names, tie("entry")), { maxLength: 5 }))
      .map(([{ time, ...rest }, children]): Entry => {
        const plain = { content: "", device: 0, children: new Map(children) };
        return { kind: Kind.directory, ...rest, ...timeOf(time), ...plain };
      }),
  }));
  return directory;
}
