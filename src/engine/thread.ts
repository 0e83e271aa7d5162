// Everything one thread needs to work on tasks: its platform, scratch memory, handles of the roots and counters.

import { compileMethodsOnce } from "#platform/compiler.ts";
import type { EntryAction } from "#model/event.ts";
import { deviceOf, type Identity, identityOf, sameDevice, type Stat } from "#model/entry.ts";
import type { RawName, RawPath } from "#model/name.ts";
import type { RunOptions } from "#model/options.ts";
import type { Problem, Side } from "#model/problem.ts";
import { Count, type Counter } from "#model/summary.ts";
import type { Filter } from "#planner/filter.ts";
import { makeTemporaryName, type ProcessIdentity } from "#planner/temporary_name.ts";
import type { TimeLimits } from "#planner/compare.ts";
import type {
  Alike,
  Dir,
  FileSystemKind,
  IoBuffer,
  Listing,
  Platform,
  StatSlot,
} from "#platform/platform.ts";
import { isLocal } from "#platform/file_system_kind.ts";
import { noteUsedRules } from "./filter_for.ts";
import { Failure, must } from "./failure.ts";
import type { Job, Root } from "./job.ts";
import { Links } from "./links.ts";
import { type Route, routeBetween } from "./route.ts";
import type { Reporter } from "./reporter.ts";
import { Activity } from "./shared/activity.ts";
import { Tally } from "./shared/counters.ts";
import { Control, type SharedMemory, StopReason } from "./shared/memory.ts";
import { Tasks } from "./shared/tasks.ts";
import { type Task } from "./shared/task.ts";

/** Small files pass through this in one read; large ones by so many bytes at a time. */
const IO_BYTES = 1024 * 1024;
/** More threads on one file do not make memory faster. */
const MAX_HELPERS = 3;

interface RootHandles {
  readonly source: Dir;
  /** Undefined in a dry run whose destination does not exist. */
  readonly destination: Dir | undefined;
  readonly single: Root["single"];
}

/** A file that is written and dressed, but has neither its time nor, where it replaces another, its name. */
export interface Unstamped {
  /** The directory task, held until the file has its name. */
  readonly task: Task;
  /** One for each file system of the destination. */
  readonly route: Route;
  readonly made: RawName;
  readonly name: RawName;
  readonly mtimeSec: number;
  readonly mtimeNsec: number;
}

/** So many entries are handled between two looks at what other threads want; fewer are not worth sharing. */
export const AT_A_TIME = 16;

export class Thread {
  readonly platform: Platform;
  readonly options: RunOptions;
  readonly filter: Filter | undefined;
  readonly memory: SharedMemory;
  readonly tasks: Tasks;
  readonly tally: Tally;
  readonly activity: Activity;
  readonly links: Links;
  /** Under --durable: files that get their time and name after the next sync (commits.ts). */
  readonly unstamped: Unstamped[] = [];
  /** The source's directory at hand; and what follows, to see whether it is all. */
  readonly listing: Listing;
  readonly nextListing: Listing;
  /** One a level, for a deletion on its way down. */
  readonly levelListings: Listing[] = [];
  /** The entry at hand, on each side; and one for whatever else must be looked at meanwhile. */
  readonly sourceStat: StatSlot;
  readonly targetStat: StatSlot;
  readonly otherStat: StatSlot;
  readonly alike: Alike;
  readonly isPrivileged: boolean;
  readonly uid = process.geteuid?.();
  #ownGroups: ReadonlySet<number> | undefined;
  /** Of two entries that are alike (areAlike() in model/entry.ts) nothing is to be copied, save a symlink's target. */
  readonly trustsLikeness: boolean;
  /**
   * New files, too, get their name only when complete: these policies trust a name that is there, and would take what an
   * interrupted run left for the whole.
   */
  readonly usesTemporaryNames: boolean;
  readonly #job: Job;
  readonly #reporter: Reporter;
  #lastRoute: { source: Identity; target: Identity; route: Route } | undefined;
  readonly #routes = new Map<string, Route>();
  /** Nobody rings it: waiting on it is a pause. */
  readonly #bell = new Int32Array(new SharedArrayBuffer(4));
  #io: IoBuffer | undefined;
  #otherIo: IoBuffer | undefined;
  #targetListing: Listing | undefined;
  /** By the root's number: opened on first use, and kept as long as the thread works. */
  readonly openRoots: (RootHandles | undefined)[] = [];
  readonly #mounts: (number | undefined)[] = [];

  constructor(platform: Platform, job: Job, filter: Filter | undefined, reporter: Reporter) {
    this.filter = filter;
    this.platform = platform;
    this.options = job.options;
    this.memory = job.memory;
    this.tasks = new Tasks(job.memory);
    this.tally = new Tally(job.memory, job.threadIndex);
    this.activity = new Activity(job.memory, job.threadIndex);
    this.links = new Links(job.memory, this.tasks);
    this.listing = platform.newListing();
    this.nextListing = platform.newListing();
    this.sourceStat = platform.newStat();
    this.targetStat = platform.newStat();
    this.otherStat = platform.newStat();
    this.alike = platform.newAlike();
    this.alike.begun = job.begun;
    const { ignoreExisting, update, sizeOnly, checksum, ignoreTimes } = job.options.compare;
    this.trustsLikeness = !checksum && !ignoreTimes;
    this.usesTemporaryNames = ignoreExisting || update || sizeOnly;
    this.isPrivileged = platform.isPrivileged();
    const { control } = job.memory;
    this.timeLimits = {
      get grainNsec() {
        return (control[Control.timeGrainNsec] as number) || 1;
      },
      settableNsec: platform.timeGrainNsec,
      mayBeUnsigned: false,
      begun: job.begun,
    };
    this.#job = job;
    this.#reporter = reporter;
  }

  /** Who writes this run's temporary files. */
  get owner(): ProcessIdentity {
    return this.#job.owner;
  }

  /** More threads than pay are asked to rest: they hold nothing between two tasks. */
  get mayRest(): boolean {
    return this.#job.threadIndex > (this.memory.control[Control.activeWorkers] as number);
  }

  /** When this thread must be free again (performance.now()); it gives away what it can from then on. */
  dueMs = Number.POSITIVE_INFINITY;

  get isDue(): boolean {
    return performance.now() > this.dueMs;
  }

  /** Others should take a part of what this thread has in hand. Cheap, but not for every entry. */
  get shouldShare(): boolean {
    return this.tasks.isHungry || (this.dueMs !== Number.POSITIVE_INFINITY && this.isDue);
  }

  /** Every AT_A_TIME entries: so many that are left in hand are not to be handled now, or not by this thread alone. */
  shouldPause(left: number): boolean {
    return this.tasks.stopped || (left >= AT_A_TIME && this.shouldShare);
  }

  get rootCount(): number {
    return this.#job.roots.length;
  }

  root(index: number): Root {
    return this.#job.roots[index] as Root;
  }

  /** The handles of a root. Throws Failure where they cannot be opened. */
  handles(index: number): RootHandles {
    return (this.openRoots[index] ??= this.#openRoot(this.root(index)));
  }

  #openRoot(root: Root): RootHandles {
    const source = this.platform.openRoot(root.source);
    if (source < 0) throw new Failure("source", "open", source);
    const { single } = root;
    if (this.options.dryRun && root.fresh)
      return { source: source as Dir, destination: undefined, single };
    const destination = this.platform.openRoot(root.destination);
    if (destination >= 0) {
      if (!isLocal(this.#fileSystemKind(destination as Dir))) this.timeLimits.mayBeUnsigned = true;
      return { source: source as Dir, destination: destination as Dir, single };
    }
    this.platform.closeDir(source as Dir);
    throw new Failure("destination", "open", destination);
  }

  /** Who finds no route in it, as for a deletion, has not met the file systems that others have. */
  beginPhase(): void {
    if (this.memory.control[Control.setsAccessTimes] === 1) this.platform.setAccessTimesToo();
  }

  /** The mount that a destination root is on. Throws Failure. */
  destinationMount(index: number): number {
    const known = this.#mounts[index];
    if (known !== undefined) return known;
    const { destination } = this.handles(index);
    const seen = this.platform.newStat();
    must(this.platform.statDir(destination as Dir, seen), "destination", "look at");
    return (this.#mounts[index] = seen.mountId);
  }

  /** The groups that this user belongs to. */
  get ownGroups(): ReadonlySet<number> {
    return (this.#ownGroups ??= new Set([
      ...(process.getgroups?.() ?? []),
      ...(process.getegid === undefined ? [] : [process.getegid()]),
    ]));
  }

  /** What times the destination can hold, as far as this run has learned. */
  readonly timeLimits: TimeLimits & { mayBeUnsigned: boolean };

  /** How many other workers could take a share of a large file. */
  get helperCount(): number {
    return Math.min(MAX_HELPERS, (this.memory.control[Control.activeWorkers] as number) - 1);
  }

  /** The route between two file systems; remembered by device, so that it is looked up once. */
  route(source: Dir, sourceStat: Stat, target: Dir, targetStat: Stat): Route {
    const last = this.#lastRoute;
    return last !== undefined &&
      last.source.deviceMinor === sourceStat.deviceMinor &&
      last.target.deviceMinor === targetStat.deviceMinor &&
      last.source.deviceMajor === sourceStat.deviceMajor &&
      last.target.deviceMajor === targetStat.deviceMajor
      ? last.route
      : this.#findRoute(source, sourceStat, target, targetStat);
  }

  #findRoute(source: Dir, sourceStat: Stat, target: Dir, targetStat: Stat): Route {
    const key = `${deviceOf(sourceStat)} ${deviceOf(targetStat)}`;
    let route = this.#routes.get(key);
    if (route === undefined) {
      const kinds = [this.#fileSystemKind(source), this.#fileSystemKind(target)] as const;
      route = routeBetween(...kinds, sameDevice(sourceStat, targetStat));
      this.#routes.set(key, route);
      // A move gives the directories that it takes entries out of their time again.
      const [from, to] = kinds;
      if (to === "fuse" || (from === "fuse" && this.options.verb === "move")) {
        Atomics.store(this.memory.control, Control.setsAccessTimes, 1);
        this.beginPhase();
      }
    }
    this.#lastRoute = { source: identityOf(sourceStat), target: identityOf(targetStat), route };
    return route;
  }

  #fileSystemKind(dir: Dir): FileSystemKind {
    const info = this.platform.fileSystem(dir);
    return typeof info === "number" ? "other" : info.kind;
  }

  /** Lets other threads run for a while. */
  pause(milliseconds: number): void {
    Atomics.wait(this.#bell, 0, 0, milliseconds);
  }

  /** What is read and written passes through here. Made when it is needed: to zero it takes some time. */
  get io(): IoBuffer {
    return (this.#io ??= this.platform.newIoBuffer(IO_BYTES));
  }

  /** A second buffer, for comparing. */
  get otherIo(): IoBuffer {
    return (this.#otherIo ??= this.platform.newIoBuffer(IO_BYTES));
  }

  /** For looking through the destination's directory. */
  get targetListing(): Listing {
    return (this.#targetListing ??= this.platform.newListing());
  }

  /** A name for a new file that will be renamed into place: unique among all runs, recognised by the next. */
  temporaryName(): RawName {
    const sequence = Atomics.add(this.memory.control, Control.temporarySequence, 1);
    return makeTemporaryName(this.#job.owner, sequence);
  }

  countDirectory(): void {
    this.tally.add(Count.entriesScanned);
    this.tally.add(Count.directoriesScanned);
  }

  note(counter: Extract<Counter, `notes${string}`>): void {
    this.tally.add(Count[counter]);
  }

  /** Records that an entry failed; where the destination can take nothing more, the run stops. */
  problem(
    task: Task,
    path: RawPath,
    side: Side,
    operation: string,
    code: string,
    fatal = false,
  ): void {
    this.tally.add(Count.problems);
    const root = this.root(this.tasks.root(task));
    const problem: Problem = { side, path, operation, code, severity: fatal ? "fatal" : "failed" };
    this.#reporter.report({
      type: "problem",
      problem,
      root: side === "source" ? root.source : root.destination,
    });
    this.#reporter.flush();
    if (fatal) {
      Atomics.compareExchange(this.memory.control, Control.stop, StopReason.none, StopReason.fatal);
    }
  }

  /** Reports what became of an entry, where anyone wants to know. */
  entry(action: EntryAction, path: () => RawPath, reason: string, stat?: Stat): void {
    if (!this.options.reportEntries) return;
    this.#reporter.report({
      type: "entry",
      action,
      path: path(),
      sizeBytes: stat?.sizeBytes ?? 0,
      reason,
    });
  }

  /** verify: an entry that is not the same on both sides. */
  difference(path: RawPath, what: readonly string[]): void {
    this.tally.add(Count.entriesDiffering);
    this.#reporter.report({ type: "difference", path, what });
  }

  /** Tells the other threads which rules of the filter have decided something here. */
  noteUsedRules(): void {
    noteUsedRules(this.filter, this.#job.usedRules);
  }

  flushReports(): void {
    this.#reporter.flush();
  }
}

compileMethodsOnce(Thread);
