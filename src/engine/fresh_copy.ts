// The fresh copy. Most directories that a run makes hold small files and other directories: such a one is filled and gets its
// own attributes at one go. What is made below it later changes nothing of them.

import type { Stat } from "#model/entry.ts";
import { compileMethodsOnce } from "#platform/compiler.ts";
import type { Dir } from "#platform/platform.ts";
import { TextNames } from "#platform/text_names.ts";
import { directoryXattrs } from "./metadata.ts";
import { givenUser, OwnerStep, ownerSteps } from "./owner.ts";
import { QuickCopy } from "./quick_copy.ts";
import type { Thread } from "./thread.ts";
import { WholeWay } from "./whole_way.ts";
import { hasNone, mayHoldAcl, NO_XATTRS, tryMendXattrs } from "./xattrs.ts";

/** How a directory is made, before it gets its own mode. */
const MADE_MODE = 0o700;
/** Whoever has it may go through a directory to what is below it. */
const OWNER_SEARCHES = 0o100;

export class FreshCopy extends WholeWay {
  readonly fresh = true;
  readonly #copy = new QuickCopy(this);
  /** As the source's directory was found. */
  readonly #wanted = this.thread.platform.newStat();
  #ownerSteps: number = OwnerStep.none;
  #inheritsXattrs = false;
  #needsXattrs = false;

  /** Undefined in a run that wants another look at every entry. */
  static of(thread: Thread): FreshCopy | undefined {
    const suits =
      WholeWay.suits(thread, "copy", "mirror") && !thread.options.dryRun && QuickCopy.suits(thread);
    return suits ? new FreshCopy(thread) : undefined;
  }

  /** True where a directory that has just been made has all that its source has, but for what is in its `children`. */
  handles(source: Dir, target: Dir): boolean {
    const { thread } = this;
    const { platform, targetStat: made } = thread;
    const wanted = this.#wanted;
    if (platform.statDir(source, wanted) < 0 || platform.statDir(target, made) < 0) return false;
    this.#ownerSteps = ownerSteps(thread, wanted, made);
    const route = thread.route(source, wanted, target, made);
    if (route.foldsNames || !route.exactSizes || !this.isPlain(source, target, made)) return false;
    if (!this.enters(source, target)) return false;
    this.#copy.begin(route, made, this.#inheritsXattrs);
    const left = this.passAll(this.#copy);
    if (left === undefined && this.dresses(source, target)) return true;
    this.left = left ?? new TextNames();
    return false;
  }

  /**
   * No mode is inherited, by the directory or by what will be made in it. It belongs to this user, who alone may then change
   * anything in it, though the one above may have been given away.
   */
  private isPlain(source: Dir, target: Dir, made: Stat): boolean {
    const { uid } = this.thread;
    return (
      made.mode === MADE_MODE &&
      (this.#ownerSteps === OwnerStep.none || made.uid === uid) &&
      this.looksAtXattrs(source, target)
    );
  }

  /** Of both sides. False where they cannot be read, or an ACL is inherited, which must go before anything is made. */
  private looksAtXattrs(source: Dir, target: Dir): boolean {
    const { platform, options } = this.thread;
    const wanted = options.compare.preserveXattrs ? platform.listDirXattrs(source) : NO_XATTRS;
    const held = platform.listDirXattrs(target);
    this.#inheritsXattrs = !hasNone(held);
    this.#needsXattrs =
      options.compare.preserveXattrs && (this.#inheritsXattrs || !hasNone(wanted));
    const isRead = typeof wanted !== "number" || hasNone(wanted);
    return isRead && !mayHoldAcl(held);
  }

  /** The owner, mode and time of a directory that is full. Not where that would keep this user from what is below it. */
  private dresses(source: Dir, target: Dir): boolean {
    const { thread } = this;
    const { platform, isPrivileged } = thread;
    const { mode, mtimeSec, mtimeNsec } = this.#wanted;
    const maySearch = isPrivileged || (mode & OWNER_SEARCHES) !== 0 || this.children.length === 0;
    const isDressed =
      maySearch &&
      this.isOwned(target) &&
      (!this.#needsXattrs ||
        tryMendXattrs(thread, directoryXattrs(thread, source), directoryXattrs(thread, target))) &&
      ((mode === MADE_MODE && !this.#needsXattrs) || platform.setDirMode(target, mode) === 0) &&
      platform.setDirTime(target, mtimeSec, mtimeNsec) === 0;
    if (isDressed && (this.#ownerSteps & OwnerStep.note) !== 0) thread.note("notesNotPermitted");
    return isDressed;
  }

  private isOwned(target: Dir): boolean {
    if ((this.#ownerSteps & OwnerStep.give) === 0) return true;
    const wanted = this.#wanted;
    const { platform } = this.thread;
    return platform.setDirOwner(target, givenUser(this.thread, wanted), wanted.gid) === 0;
  }
}

compileMethodsOnce(FreshCopy);
