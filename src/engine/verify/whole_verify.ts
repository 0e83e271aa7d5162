// The whole verify. Most directories are the same on both sides, with all the small files in them: such a one is recognised
// as a whole. Like the quick verify it reports nothing, and leaves the rest to comparison.ts.

import { compileMethodsOnce } from "#platform/compiler.ts";
import type { Dir } from "#platform/platform.ts";
import { entryCount } from "../entry_count.ts";
import { directoryXattrs } from "../metadata.ts";
import type { Thread } from "../thread.ts";
import { WholeWay } from "../whole_way.ts";
import { trySameXattrs } from "../xattrs.ts";
import { haveSameStats, QuickVerify } from "./quick_verify.ts";

export class WholeVerify extends WholeWay {
  readonly fresh = false;
  readonly #quick = new QuickVerify(this);

  /** Undefined in a run that compares something else than all there is. */
  static of(thread: Thread): WholeVerify | undefined {
    const suits = WholeWay.suits(thread, "verify") && QuickVerify.suits(thread);
    return suits ? new WholeVerify(thread) : undefined;
  }

  /** True where a directory is the same on both sides, but for what is in its `children`. */
  handles(source: Dir, target: Dir): boolean {
    const { thread } = this;
    const { platform, sourceStat, targetStat } = thread;
    if (platform.statDir(source, sourceStat) < 0 || platform.statDir(target, targetStat) < 0)
      return false;
    if (!haveSameStats(thread)) return false;
    const route = thread.route(source, sourceStat, target, targetStat);
    if (!QuickVerify.trusts(route) || route.foldsNames) return false;
    const [from, to] = [directoryXattrs(thread, source), directoryXattrs(thread, target)];
    if (!trySameXattrs(from, to) || !this.enters(source, target)) return false;
    return this.passesAll(this.#quick, entryCount(platform, route, target, targetStat));
  }
}

compileMethodsOnce(WholeVerify);
