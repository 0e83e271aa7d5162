// The sweep. Most directories of most runs hold nothing that has changed: such a one is recognised as a whole.

import { areAlike } from "#model/entry.ts";
import type { RawName } from "#model/name.ts";
import { compileMethodsOnce } from "#platform/compiler.ts";
import type { Dir } from "#platform/platform.ts";
import { TextNames } from "#platform/text_names.ts";
import { entryCount } from "./entry_count.ts";
import type { Place } from "./quick_way.ts";
import type { Task } from "./shared/task.ts";
import { Skim } from "./skim.ts";
import type { Thread } from "./thread.ts";
import { isUntouched, listsWhole, passAll, type WholeWay } from "./whole_way.ts";

export class Sweep implements Place, WholeWay {
  readonly fresh = false;
  readonly thread: Thread;
  readonly #skim = new Skim(this);
  source = -1 as Dir;
  target = -1 as Dir;

  left: TextNames | undefined;
  matched = 0;
  children: RawName[] = [];

  /** Undefined in a run that wants another look at every entry. */
  static of(thread: Thread): Sweep | undefined {
    const { verb, oneFileSystem } = thread.options;
    const isPlain = (verb === "copy" || verb === "mirror") && thread.filter === undefined;
    return isPlain && !oneFileSystem && thread.trustsLikeness ? new Sweep(thread) : undefined;
  }

  private constructor(thread: Thread) {
    this.thread = thread;
  }

  mayBegin(task: Task): boolean {
    return isUntouched(this.thread, task, false);
  }

  /** True where a directory is the same on both sides, but for what is in its `children`. */
  handles(source: Dir, target: Dir): boolean {
    const { thread } = this;
    const { platform, sourceStat, targetStat } = thread;
    if (platform.statDir(source, sourceStat) < 0 || platform.statDir(target, targetStat) < 0)
      return false;
    if (!areAlike(sourceStat, targetStat)) return false;
    const route = thread.route(source, sourceStat, target, targetStat);
    if (route.foldsNames) return false;
    if (!listsWhole(thread, source)) return false;
    this.source = source;
    this.target = target;
    const held = entryCount(platform, route, target, targetStat);
    this.matched = 0;
    this.children = [];
    this.#skim.begin();
    const left = passAll(thread, this.#skim);
    if (left === undefined && held === this.matched) return true;
    this.left = left ?? new TextNames();
    return false;
  }

  descend(name: RawName): void {
    this.children.push(name);
  }
}

compileMethodsOnce(Sweep);
