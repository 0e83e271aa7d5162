// What a new entry of the quick copy needs beside its content and its time: an owner, attributes, a mode. Mostly nothing. Of
// one entry at a time, and like the quick copy it reports nothing: what fails is done again by entry.ts.

import { Kind, type Stat } from "#model/entry.ts";
import type { RawName } from "#model/name.ts";
import { compileMethodsOnce } from "#platform/compiler.ts";
import type { Dir, File } from "#platform/platform.ts";
import { entryXattrs, fileXattrs, mayWrite } from "./metadata.ts";
import { givenUser, guardedMode, type Owned, OwnerStep, ownerSteps } from "./owner.ts";
import type { Route } from "./route.ts";
import type { Thread } from "./thread.ts";
import { hasNone, isAcl, NO_XATTRS, tryMendXattrs, type XattrHolder } from "./xattrs.ts";

export class QuickDress {
  readonly #thread: Thread;
  readonly #keepsXattrs: boolean;
  #route: Route | undefined;
  /** What a new entry gets by itself; a source that has the same needs no chown. */
  #made: Owned = { uid: 0, gid: 0 };
  #inheritsXattrs = false;
  #ownerSteps: number = OwnerStep.none;
  #needsXattrs = false;
  /** Of the source. */
  #xattrs = NO_XATTRS;

  constructor(thread: Thread) {
    this.#thread = thread;
    this.#keepsXattrs = thread.options.compare.preserveXattrs;
  }

  /** What is made from now on is made elsewhere: where attributes may be inherited, but no ACL, so that modes are as asked. */
  begin(route: Route, { uid, gid }: Owned, inheritsXattrs: boolean): void {
    this.#route = route;
    this.#made = { uid, gid };
    this.#inheritsXattrs = inheritsXattrs;
  }

  /** Nothing is needed. */
  get isNone(): boolean {
    return (this.#ownerSteps & OwnerStep.give) === 0 && !this.#needsXattrs;
  }

  /** Looks at the file's attributes; false where they cannot be read, or not all be set in this way. */
  suitsFile(file: File, stat: Stat): boolean {
    return this.suits(
      this.#keepsXattrs ? this.#thread.platform.listFileXattrs(file) : NO_XATTRS,
      stat,
    );
  }

  suitsSymlink(dir: Dir, name: RawName, stat: Stat): boolean {
    return this.suits(
      this.#keepsXattrs ? this.#thread.platform.listXattrs(dir, name) : NO_XATTRS,
      stat,
    );
  }

  private suits(xattrs: readonly string[] | number, stat: Stat): boolean {
    this.#ownerSteps = ownerSteps(this.#thread, stat, this.#made);
    const isGiven = (this.#ownerSteps & OwnerStep.give) !== 0;
    if (isGiven && !(this.#route as Route).tryOwner) return false;
    const isEmpty = hasNone(xattrs);
    if (typeof xattrs === "number" && !isEmpty) return false;
    this.#needsXattrs = this.#keepsXattrs && (this.#inheritsXattrs || !isEmpty);
    if (!this.#needsXattrs) return true;
    this.#xattrs = typeof xattrs === "number" ? NO_XATTRS : xattrs;
    return stat.kind === Kind.symlink || mayWrite(this.#thread, stat.mode);
  }

  /** To make the file with: nobody but this user may open it before it has another owner, or an ACL. */
  modeOf({ mode }: Stat): number {
    if (this.#needsXattrs && this.#xattrs.some(isAcl)) return mode & 0o700;
    return (this.#ownerSteps & OwnerStep.give) === 0 ? mode : guardedMode(mode);
  }

  /** False where it failed. */
  dressesFile(from: File, to: File, stat: Stat): boolean {
    const thread = this.#thread;
    const { platform } = thread;
    return (
      this.isOwned((uid) => platform.setFileOwner(to, uid, stat.gid), stat) &&
      this.hasXattrs(fileXattrs(thread, from), fileXattrs(thread, to)) &&
      (this.modeOf(stat) === stat.mode || platform.setFileMode(to, stat.mode) === 0)
    );
  }

  dressesSymlink(source: Dir, target: Dir, name: RawName, stat: Stat): boolean {
    const thread = this.#thread;
    return (
      this.isOwned((uid) => thread.platform.setOwner(target, name, uid, stat.gid), stat) &&
      this.hasXattrs(
        entryXattrs(thread, { dir: source, name }),
        entryXattrs(thread, { dir: target, name }),
      )
    );
  }

  /** What is known of both lists is not asked again. */
  private hasXattrs(from: XattrHolder, to: XattrHolder): boolean {
    if (!this.#needsXattrs) return true;
    const held = this.#inheritsXattrs ? to : { ...to, list: () => NO_XATTRS };
    return tryMendXattrs(this.#thread, { ...from, list: () => this.#xattrs }, held);
  }

  /** Where the file system refuses one owner, it will refuse the next. */
  private isOwned(set: (uid: number) => number, stat: Stat): boolean {
    if ((this.#ownerSteps & OwnerStep.give) === 0) return true;
    if (set(givenUser(this.#thread, stat)) === 0) return true;
    (this.#route as Route).tryOwner = false;
    return false;
  }

  /** Of an entry that is done. */
  noteOwner(): void {
    if ((this.#ownerSteps & OwnerStep.note) !== 0) this.#thread.note("notesNotPermitted");
  }
}

compileMethodsOnce(QuickDress);
