// Names of one source directory that a file system may take for one: they differ only in case, or in the form of their
// Unicode. Handled as others are, the second would replace the first. Of such twins the one that the destination has keeps
// its place, in this run and the next; each other is a failed entry.
//
// In a directory that this run has made, a name that is taken says as much by itself (DirectoryPair.refuseTaken). Here are
// those that were there before, on file systems of which some fold names.

import { type RawName, textFromRaw } from "#model/name.ts";
import { Kind } from "#model/entry.ts";
import { sameTime } from "#planner/compare.ts";
import { Errno } from "#platform/errno.ts";
import { sameContent } from "./compare_content.ts";
import type { DirectoryPair, Twins } from "./directory_pair.ts";
import { listTarget } from "./extras.ts";
import { Failure } from "./failure.ts";
import { TextNames } from "#platform/text_names.ts";
import { Count } from "#model/summary.ts";
import { shownGrainNsec } from "./verify/shown_grain.ts";

interface Group {
  readonly members: readonly RawName[];
  /** Names of the destination that are equal to theirs after folding. */
  readonly standing: Set<RawName>;
  /** Free when it was last asked for, and made since if nothing failed. */
  pending: RawName | undefined;
}

/** True where a destination that folds names would not notice twins when they are made. */
export function mayHideTwins({ thread, target, fresh }: DirectoryPair): boolean {
  if (target === undefined) return false;
  // Made under its own name at once, the second fails by itself: neither a rename nor a look does.
  const { options, usesTemporaryNames } = thread;
  return !fresh || usesTemporaryNames || options.verb === "move" || options.verb === "verify";
}

/** Finds the names that have twins; undefined in nearly all directories. `lists` are the whole of the source's. */
export function findTwins(pair: DirectoryPair, lists: readonly TextNames[]): CaseTwins | undefined {
  const keys = new Set<string>();
  const shared = new Set<string>();
  for (const { names } of lists)
    for (const name of names) {
      const key = keyOf(name);
      if (keys.has(key)) shared.add(key);
      else keys.add(key);
    }
  return shared.size === 0 ? undefined : new CaseTwins(pair, lists, shared);
}

class CaseTwins implements Twins {
  readonly #pair: DirectoryPair;
  readonly #groups = new Map<RawName, Group>();
  readonly #kinds = new Map<RawName, number>();
  #isListed = false;

  constructor(pair: DirectoryPair, lists: readonly TextNames[], shared: ReadonlySet<string>) {
    this.#pair = pair;
    const members = new Map<string, RawName[]>([...shared].map((key) => [key, []]));
    for (const { names, kinds } of lists)
      for (const [index, name] of names.entries()) {
        const group = members.get(keyOf(name));
        if (group === undefined) continue;
        group.push(name);
        this.#kinds.set(name, kinds[index] as number);
      }
    for (const names of members.values()) {
      const group: Group = { members: names, standing: new Set(), pending: undefined };
      for (const name of names) this.#groups.set(name, group);
    }
  }

  /** The twins, each with its kind, in the order of the source. */
  *[Symbol.iterator](): Generator<readonly [name: RawName, kind: number]> {
    yield* this.#kinds;
  }

  has(name: RawName): boolean {
    return this.#groups.has(name);
  }

  /** The list without them. */
  without({ names, kinds }: TextNames): TextNames {
    const isPlain = (_: unknown, index: number) => !this.has(names[index] as RawName);
    return new TextNames(names.filter(isPlain), kinds.filter(isPlain));
  }

  admits(name: RawName): boolean {
    const group = this.#groups.get(name);
    if (group === undefined || this.#mayHandle(name, group)) return true;
    const { thread } = this.#pair;
    if (thread.options.verb !== "verify") throw new Failure("destination", "create", -Errno.EEXIST);
    thread.tally.add(Count.entriesScanned);
    thread.difference(this.#pair.pathOf(name), ["only in the source"]);
    return false;
  }

  #mayHandle(name: RawName, group: Group): boolean {
    this.#list();
    const { platform, targetStat } = this.#pair.thread;
    const { written } = this.#pair;
    if (group.pending !== undefined && this.#isThere(group.pending))
      group.standing.add(group.pending);
    group.pending = undefined;
    const found = platform.stat(written, name, targetStat);
    if (found === -Errno.ENOENT) group.pending = name;
    // Whatever else is wrong with it is said by who handles it.
    if (found < 0) return true;
    const met = group.members.filter((member) => this.#isThere(member));
    // Inodes would tell no more: servers on FUSE number the names, not the files.
    if (met.length <= group.standing.size) return true;
    return this.#ownerAmong(met, group) === name;
  }

  /**
   * Whose the entry in targetStat is: that of the one whose time, size and, in doubt, content it has, else that of the one
   * whose name it has. Some servers list every name in small letters: there the name would say another than the one that was
   * copied.
   */
  #ownerAmong(met: readonly RawName[], group: Group): RawName | undefined {
    const { thread } = this.#pair;
    const grainNsec = shownGrainNsec(this.#pair, thread.targetStat);
    const alike = met.filter((member) => this.#isAlike(member, grainNsec));
    if (alike.length === 1) return alike[0];
    const same = alike.filter((member) => this.#isSame(member));
    if (same.length === 1) return same[0];
    const listed = met.filter((member) => group.standing.has(member));
    return listed.length === 1 ? listed[0] : undefined;
  }

  #isAlike(member: RawName, grainNsec: number): boolean {
    const { source, thread } = this.#pair;
    const { platform, otherStat: from, targetStat: to } = thread;
    if (platform.stat(source, member, from) < 0 || from.kind !== to.kind) return false;
    if (from.kind === Kind.file && from.sizeBytes !== to.sizeBytes) return false;
    return sameTime(from, to, { grainNsec });
  }

  #isSame(member: RawName): boolean {
    const { targetStat: to } = this.#pair.thread;
    if (to.kind !== Kind.file) return false;
    try {
      return sameContent(this.#pair, member, member, to, to);
    } catch (error) {
      // What cannot be read proves nothing.
      if (error instanceof Failure) return false;
      throw error;
    }
  }

  #isThere(name: RawName): boolean {
    const { thread, written } = this.#pair;
    return thread.platform.stat(written, name, thread.otherStat) >= 0;
  }

  /** Before anything is made: what is there then was there before. Throws Failure. */
  #list(): void {
    if (this.#isListed) return;
    const groups = new Map<string, Group>();
    for (const [name, group] of this.#groups) groups.set(keyOf(name), group);
    for (const { name } of listTarget(this.#pair, this.#pair.written))
      groups.get(keyOf(name))?.standing.add(name);
    this.#isListed = true;
  }
}

/** Equal for names that some file system takes for one. */
function keyOf(name: RawName): string {
  const text = textFromRaw(name);
  // Names that are no UTF-8 would all look alike as text.
  if (text.includes("\ufffd")) return name.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
  return text.normalize("NFC").toLowerCase();
}
