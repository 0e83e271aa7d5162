// A source directory and its destination, both open: where entries are compared and copied. Owns both handles.

import { Count } from "#model/summary.ts";
import { compileMethodsOnce } from "#platform/compiler.ts";
import { areAlike, type Stat } from "#model/entry.ts";
import { joinRaw, type RawName, type RawPath } from "#model/name.ts";
import { learnTimeGrain, looksCut } from "./time_grain.ts";
import { Change, compareEntry } from "#planner/compare.ts";
import { Errno } from "#platform/errno.ts";
import type { Dir } from "#platform/platform.ts";
import { Failure, must } from "./failure.ts";
import { withoutForgotten } from "./forgetful.ts";
import type { Root } from "./job.ts";
import { openSource, openTarget } from "./open_directory.ts";
import { withinReach } from "./owner.ts";
import type { Route } from "./route.ts";
import {
  type DirectoryAttributes,
  type NewTask,
  type Task,
  TaskFlag,
  TaskKind,
} from "./shared/task.ts";
import type { Thread } from "./thread.ts";
import { noteWritten } from "./written.ts";

/** What a new file gets by itself in this directory: a set-group-id bit, a default ACL or a mount option may decide. */
export interface CreatedDefaults {
  readonly uid: number;
  readonly gid: number;
  /** The mode asked for is the mode given. */
  readonly modeExact: boolean;
  readonly inheritsXattrs: boolean;
}

/** Names of the source of which the destination may hold only one (case_twins.ts). */
export interface Twins {
  has(name: RawName): boolean;
  /** False where verify has said that the destination lacks it. Throws Failure where another name is there already. */
  admits(name: RawName): boolean;
}

export class DirectoryPair {
  readonly thread: Thread;
  /** The directory task that both belong to. */
  readonly task: Task;
  readonly path: RawPath;
  readonly source: Dir;
  /** Undefined in a dry run, where the directory would have been made. */
  readonly target: Dir | undefined;
  /** Made in this run: its entries need no look. */
  readonly fresh: boolean;
  readonly route: Route;
  /** The one entry that this is about, where the source is not a directory. */
  readonly single: Root["single"];
  #isTouched = false;
  /** What the source's directory gets back: renames out of it change its time. */
  #sourceTime: DirectoryAttributes | undefined;
  defaults: CreatedDefaults | undefined;
  /** Subdirectories and large files, queued together when the entries are through. */
  readonly children: NewTask[] = [];
  /** Source entries of a move that arrived: name and version in turn (versionOf() in move.ts). */
  readonly arrived: string[] = [];
  /** Directories in the place of entries of another kind, which go at the end (obstacle.ts). */
  readonly obstacles: RawName[] = [];
  /** This user may make entries in the destination as it is. */
  #isWritable = true;
  /** Names of the destination that the source accounts for. */
  matched = 0;
  /** Undefined in nearly all directories. */
  twins: Twins | undefined;

  /** Looks at both. Throws Failure. */
  private constructor(
    thread: Thread,
    task: Task,
    path: RawPath,
    source: Dir,
    target: Dir | undefined,
    flags: number,
    single: Root["single"],
  ) {
    this.thread = thread;
    this.task = task;
    this.path = path;
    this.source = source;
    this.target = target;
    this.fresh = (flags & TaskFlag.fresh) !== 0;
    this.single = single;
    const { platform, tasks, sourceStat, targetStat } = thread;
    must(platform.statDir(source, sourceStat), "source", "look at");
    // A move takes entries out of the source, which changes its time: what counts is how it was found.
    if ((flags & TaskFlag.seen) === 0) tasks.setAttributes(task, sourceStat);
    if (target === undefined) {
      this.route = thread.route(source, sourceStat, source, sourceStat);
      return;
    }
    must(platform.statDir(target, targetStat), "destination", "look at");
    this.route = thread.route(source, sourceStat, target, targetStat);
    noteWritten(thread, task, this.route, targetStat);
    // The directory around a single entry is not this run's to open up.
    this.#isWritable =
      thread.isPrivileged || single !== undefined || (targetStat.mode & 0o300) === 0o300;
    if (!this.#isWritable && (targetStat.mode & 0o100) === 0) this.letIn();
    if (this.fresh) this.lookAtFresh(target, targetStat);
    else if (!thread.trustsLikeness || !areAlike(sourceStat, targetStat))
      this.lookAtChanged(target);
    tasks.setFlag(task, TaskFlag.seen);
  }

  /** Opens both directories of a task, beneath their roots. Throws Failure. */
  static open(thread: Thread, task: Task): DirectoryPair {
    const { tasks, platform } = thread;
    const path = tasks.path(task);
    thread.activity.enter(path);
    const handles = thread.handles(tasks.root(task));
    const flags = tasks.flags(task);
    const isMissing = (flags & TaskFlag.fresh) !== 0 && thread.options.dryRun;
    const opened = platform.openBeneath(handles.source, path);
    const source = (opened >= 0 ? opened : openSource(thread, handles.source, path)) as Dir;
    let target: Dir | undefined;
    try {
      if (handles.destination !== undefined && !isMissing) {
        const reopened = platform.openBeneath(handles.destination, path) as Dir;
        target = reopened >= 0 ? reopened : openTarget(thread, handles.destination, path);
      }
      return new DirectoryPair(thread, task, path, source, target, flags, handles.single);
    } catch (error) {
      platform.closeDir(source);
      if (target !== undefined) platform.closeDir(target);
      throw error;
    }
  }

  close(): void {
    const { platform } = this.thread;
    const time = this.#sourceTime;
    if (time !== undefined) platform.setDirTime(this.source, time.mtimeSec, time.mtimeNsec);
    platform.closeDir(this.source);
    if (this.target !== undefined) platform.closeDir(this.target);
  }

  /** The destination, where the caller has made sure that this is no dry run into nothing. */
  get written(): Dir {
    if (this.target === undefined) throw new Error(`No destination for ${this.path}`);
    return this.target;
  }

  pathOf(name: RawName): RawPath {
    return joinRaw(this.path, name);
  }

  /** The name that an entry of the source gets at the destination. */
  targetName(name: RawName): RawName {
    return this.single === undefined ? name : this.single.destination;
  }

  /** Queues a subdirectory, when the entries are through. */
  descend(name: RawName, fresh: boolean): void {
    const { task } = this;
    const root = this.thread.tasks.root(task);
    const flags = fresh ? TaskFlag.fresh : 0;
    this.children.push({ kind: TaskKind.directory, parent: task, root, flags, text: name });
  }

  /** What brings an entry when this task does not. */
  taskOf(name: RawName, kind: NewTask["kind"], sizeBytes = 0): NewTask {
    return {
      kind,
      parent: this.task,
      root: this.thread.tasks.root(this.task),
      flags: this.twins?.has(name) === true ? TaskFlag.twin : 0,
      text: name,
      payload: Math.ceil(sizeBytes / 1048576),
    };
  }

  /** The destination has one more name that the source accounts for; in a dry run it has not. */
  gained(): void {
    if (!this.thread.options.dryRun) this.matched++;
  }

  /**
   * The name was free, and making it finds it taken: where names are folded and nobody else makes any here, by another name of
   * the source. Then that one stays. Throws Failure.
   */
  refuseTaken(targetName: RawName): void {
    if ((this.fresh && this.route.foldsNames) || this.twins?.has(targetName) === true)
      throw new Failure("destination", "create", -Errno.EEXIST);
  }

  /** The same before a rename, which would replace what has taken the name. Throws Failure. */
  refuseUnlessFree(targetName: RawName): void {
    const { platform, otherStat } = this.thread;
    if (this.fresh && platform.stat(this.written, targetName, otherStat) >= 0)
      this.refuseTaken(targetName);
  }

  /** Before anything is changed in it: it will be given its own time and mode again at the end. */
  touch(): void {
    if (this.#isTouched) return;
    this.#isTouched = true;
    const { tasks, platform } = this.thread;
    tasks.setFlag(this.task, TaskFlag.dirty);
    if (this.#isWritable) return;
    this.#isWritable = true;
    platform.setDirMode(this.written, 0o700);
  }

  /** One of the user's own may be read and not entered: without that nothing in it can be looked at. */
  private letIn(): void {
    const { verb, dryRun } = this.thread.options;
    if (verb !== "verify" && !dryRun) this.touch();
  }

  /**
   * Before anything is taken out of the source by rename. Where something stays, the next run compares the directory with one
   * that has its time already. What a single entry is in is no part of the source.
   */
  keepSourceTime(): void {
    if (this.single === undefined) this.#sourceTime ??= this.thread.tasks.attributes(this.task);
  }

  private lookAtFresh(target: Dir, stat: Stat): void {
    const { platform, tasks } = this.thread;
    tasks.setFlag(this.task, TaskFlag.dirty);
    let inheritsXattrs = false;
    const inherited = platform.listDirXattrs(target);
    if (typeof inherited !== "number" && inherited.length > 0) {
      // A default ACL of the parent: the entries to come must not inherit it in turn.
      for (const xattr of inherited)
        if (xattr.startsWith("system.posix_acl_")) platform.removeDirXattr(target, xattr);
      tasks.setFlag(this.task, TaskFlag.xattrs);
      inheritsXattrs = hasXattrs(platform.listDirXattrs(target));
    }
    if (hasXattrs(platform.listDirXattrs(this.source))) tasks.setFlag(this.task, TaskFlag.xattrs);
    const modeExact = (stat.mode & 0o777) === 0o700;
    this.defaults = { uid: stat.uid, gid: stat.gid, modeExact, inheritsXattrs };
  }

  /** What of it can be changed; the rest is noted. */
  private withinReach(target: Dir, found: number): number {
    const { thread, route } = this;
    const { platform, sourceStat, targetStat, otherStat } = thread;
    const changes = withinReach(thread, found, sourceStat, targetStat);
    if (changes !== found) thread.note("notesNotPermitted");
    return withoutForgotten(thread, route, changes, sourceStat, targetStat, {
      setMode: (mode) => platform.setDirMode(target, mode),
      setOwner: (uid, gid) => platform.setDirOwner(target, uid, gid),
      look: () => platform.statDir(target, otherStat),
    });
  }

  private lookAtChanged(target: Dir): void {
    const { tasks, options, sourceStat, targetStat, timeLimits } = this.thread;
    // The directory around a single entry is not this run's to change.
    if (this.single !== undefined) return;
    const isFirst = options.verb !== "verify" && !tasks.hasFlag(this.task, TaskFlag.seen);
    const compareNow = () => compareEntry(sourceStat, targetStat, options.compare, timeLimits);
    let found = compareNow();
    const mayBeCut = isFirst && (found & Change.time) !== 0 && looksCut(sourceStat, targetStat);
    if (mayBeCut && learnTimeGrain(this)) found = compareNow();
    const changes = isFirst ? this.withinReach(target, found) : found;
    if (changes !== Change.none) tasks.setFlag(this.task, TaskFlag.dirty);
    if (isFirst && (changes & ~Change.xattrs) !== 0) {
      this.thread.tally.add(Count.entriesMended);
      this.thread.entry("mend", () => this.path, "directory");
    }
    if ((changes & Change.xattrs) !== 0) tasks.setFlag(this.task, TaskFlag.xattrs);
  }
}

function hasXattrs(names: readonly string[] | number): boolean {
  return typeof names !== "number" && names.length > 0;
}

compileMethodsOnce(DirectoryPair);
