// The sweep. Most directories of most runs hold nothing that has changed: such a one is recognised as a whole.

import { areAlike } from "#model/entry.ts";
import { compileMethodsOnce } from "#platform/compiler.ts";
import type { Dir } from "#platform/platform.ts";
import { TextNames } from "#platform/text_names.ts";
import { entryCount } from "./entry_count.ts";
import { Skim } from "./skim.ts";
import type { Thread } from "./thread.ts";
import { WholeWay } from "./whole_way.ts";

export class Sweep extends WholeWay {
  readonly fresh = false;
  readonly #skim = new Skim(this);

  /** Undefined in a run that wants another look at every entry. */
  static of(thread: Thread): Sweep | undefined {
    return WholeWay.suits(thread) && thread.trustsLikeness ? new Sweep(thread) : undefined;
  }

  /** True where a directory is the same on both sides, but for what is in its `children`. */
  handles(source: Dir, target: Dir): boolean {
    const { thread } = this;
    const { platform, sourceStat, targetStat } = thread;
    if (platform.statDir(source, sourceStat) < 0 || platform.statDir(target, targetStat) < 0)
      return false;
    if (!areAlike(sourceStat, targetStat)) return false;
    const route = thread.route(source, sourceStat, target, targetStat);
    if (route.foldsNames || !this.enters(source, target)) return false;
    const held = entryCount(platform, route, target, targetStat);
    this.#skim.begin();
    const left = this.passAll(this.#skim);
    if (left === undefined && held === this.matched) return true;
    this.left = left ?? new TextNames();
    return false;
  }
}

compileMethodsOnce(Sweep);
