// The fresh copy. Most directories that a run makes hold small files and other directories: such a one is filled and gets its
// own attributes at one go. What is made below it later changes nothing of them.

import type { Stat } from "#model/entry.ts";
import { compileMethodsOnce } from "#platform/compiler.ts";
import type { Dir } from "#platform/platform.ts";
import { TextNames } from "#platform/text_names.ts";
import { QuickCopy } from "./quick_copy.ts";
import type { Thread } from "./thread.ts";
import { WholeWay } from "./whole_way.ts";
import { hasNone } from "./xattrs.ts";

/** How a directory is made, before it gets its own mode. */
const MADE_MODE = 0o700;
/** Whoever has it may go through a directory to what is below it. */
const OWNER_SEARCHES = 0o100;

export class FreshCopy extends WholeWay {
  readonly fresh = true;
  readonly #copy = new QuickCopy(this);
  /** As the source's directory was found. */
  readonly #wanted = this.thread.platform.newStat();

  /** Undefined in a run that wants another look at every entry. */
  static of(thread: Thread): FreshCopy | undefined {
    const suits = WholeWay.suits(thread) && !thread.options.dryRun && QuickCopy.suits(thread);
    return suits ? new FreshCopy(thread) : undefined;
  }

  /** True where a directory that has just been made has all that its source has, but for what is in its `children`. */
  handles(source: Dir, target: Dir): boolean {
    const { thread } = this;
    const { platform, targetStat: made } = thread;
    const wanted = this.#wanted;
    if (platform.statDir(source, wanted) < 0 || platform.statDir(target, made) < 0) return false;
    const route = thread.route(source, wanted, target, made);
    if (route.foldsNames || !route.exactSizes || !this.isPlain(source, target, made)) return false;
    if (!this.enters(source, target)) return false;
    this.#copy.begin(route, made);
    const left = this.passAll(this.#copy);
    if (left === undefined && this.dresses(target)) return true;
    this.left = left ?? new TextNames();
    return false;
  }

  /** The directory has the owner that it needs, and nothing is inherited, by it or by what will be made in it. */
  private isPlain(source: Dir, target: Dir, made: Stat): boolean {
    const { platform, options } = this.thread;
    const { preserveOwner, preserveXattrs } = options.compare;
    const wanted = this.#wanted;
    return (
      made.mode === MADE_MODE &&
      (!preserveOwner || (made.uid === wanted.uid && made.gid === wanted.gid)) &&
      hasNone(platform.listDirXattrs(target)) &&
      (!preserveXattrs || hasNone(platform.listDirXattrs(source)))
    );
  }

  /** The mode and the time of a directory that is full. Not where that would keep this user from what is below it. */
  private dresses(target: Dir): boolean {
    const { platform, isPrivileged } = this.thread;
    const { mode, mtimeSec, mtimeNsec } = this.#wanted;
    const maySearch = isPrivileged || (mode & OWNER_SEARCHES) !== 0 || this.children.length === 0;
    return (
      maySearch &&
      (mode === MADE_MODE || platform.setDirMode(target, mode) === 0) &&
      platform.setDirTime(target, mtimeSec, mtimeNsec) === 0
    );
  }
}

compileMethodsOnce(FreshCopy);
