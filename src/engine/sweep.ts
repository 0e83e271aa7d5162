// The sweep. Most directories of most runs hold nothing that has changed: such a one is recognised as a whole.

import { areAlike, type Stat } from "#model/entry.ts";
import { Change, compareEntry } from "#planner/compare.ts";
import { compileMethodsOnce } from "#platform/compiler.ts";
import type { Dir } from "#platform/platform.ts";
import { entryCount } from "./entry_count.ts";
import { withinReach } from "./owner.ts";
import { Skim } from "./skim.ts";
import type { Thread } from "./thread.ts";
import { WholeWay } from "./whole_way.ts";

export class Sweep extends WholeWay {
  readonly fresh = false;
  readonly #skim = new Skim(this);
  /** The directory's owner is not that of its source, and out of this user's reach. */
  #isForeign = false;

  /** Undefined in a run that wants another look at every entry. */
  static of(thread: Thread): Sweep | undefined {
    const suits = WholeWay.suits(thread, "copy", "mirror") && thread.trustsLikeness;
    return suits ? new Sweep(thread) : undefined;
  }

  /** True where a directory is the same on both sides, but for what is in its `children`. */
  handles(source: Dir, target: Dir): boolean {
    const { thread } = this;
    const { platform, sourceStat, targetStat } = thread;
    if (platform.statDir(source, sourceStat) < 0 || platform.statDir(target, targetStat) < 0)
      return false;
    this.#isForeign = false;
    if (!areAlike(sourceStat, targetStat) && !this.isSame(sourceStat, targetStat)) return false;
    const route = thread.route(source, sourceStat, target, targetStat);
    if (route.foldsNames || !this.enters(source, target)) return false;
    const held = entryCount(platform, route, target, targetStat);
    this.#skim.begin();
    if (!this.passesAll(this.#skim, held)) return false;
    if (this.#isForeign) thread.note("notesNotPermitted");
    return true;
  }

  /** The planner's word on two directories that are not alike: coarse times, owners that do not count or are out of reach. */
  private isSame(source: Stat, target: Stat): boolean {
    const { thread } = this;
    const found = compareEntry(source, target, thread.options.compare, thread.timeLimits);
    const changes = withinReach(thread, found, source, target);
    this.#isForeign = changes !== found;
    return changes === Change.none;
  }
}

compileMethodsOnce(Sweep);
