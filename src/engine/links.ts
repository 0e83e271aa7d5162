// Hard links across directories and workers. The first name of an inode is copied; every other becomes a link to it. One
// table in shared memory, keyed by the source's inode, tells who is first and where the copy stands.

import { type Identity, sameInode, type Stat } from "#model/entry.ts";
import type { RawPath } from "#model/name.ts";
import { allocate, release } from "./shared/heap.ts";
import { HeapText } from "./shared/heap_text.ts";
import { withLock } from "./shared/lock.ts";
import { Control, type SharedMemory } from "./shared/memory.ts";
import type { Tasks } from "./shared/tasks.ts";
import type { NewTask, Task } from "./shared/task.ts";

const BUCKETS = 1 << 16;

enum Word {
  next = 0,
  inodeLow = 1,
  inodeHigh = 2,
  deviceMajor = 3,
  deviceMinor = 4,
  side = 5,
  state = 6,
  /** Names of the inode not yet seen; at 0 the record is of no more use. */
  remaining = 7,
  root = 8,
  targetInodeLow = 9,
  targetInodeHigh = 10,
  targetDeviceMajor = 11,
  targetDeviceMinor = 12,
  waiting = 13,
  pathBytes = 14,
  path = 15,
}

const State = { copying: 0, arrived: 1, failed: 2 } as const;
/** The table holds inodes of both trees: those of the source, and those of the destination that are spoken for. */
const KeySide = { source: 0, target: 1 } as const;

/** The record of a first name, held by who copies it until settle() or fail(). */
export type Link = number & { readonly link: true };

export type Claim =
  /** Copy it, then settle or fail the link. */
  | { readonly role: "first"; readonly link: Link }
  /** It stands at this path of that root, as this inode: link to it. */
  | {
      readonly role: "follow";
      readonly root: number;
      readonly path: RawPath;
      readonly target: Identity;
    }
  /** Another thread is copying it: the task given is queued again when that is done. */
  | { readonly role: "wait" };

const WAIT: Claim = { role: "wait" };

export class Links {
  readonly #memory: SharedMemory;
  readonly #tasks: Tasks;
  readonly #text: HeapText;

  constructor(memory: SharedMemory, tasks: Tasks) {
    this.#memory = memory;
    this.#tasks = tasks;
    this.#text = new HeapText(memory);
  }

  /** Decides what one name of a source inode becomes. `later` is the task that tries again. */
  claim(stat: Stat, root: number, path: RawPath, later: NewTask): Claim {
    for (;;) {
      // The task is made before the lock is taken, and only where it seems to be needed: the lock is never nested.
      const known = this.#locked(() => this.#find(stat, KeySide.source));
      const isBusy = known !== 0 && this.#state(known) === State.copying;
      const waiting = isBusy ? this.#tasks.createWaiting(later) : undefined;
      const claim = this.#locked(() => this.#claim(stat, root, path, waiting));
      if (waiting !== undefined && claim !== WAIT) this.#tasks.abandon(waiting);
      if (claim !== undefined) return claim;
    }
  }

  /** Undefined where another thread came first between the two looks: look again. */
  #claim(stat: Stat, root: number, path: RawPath, waiting: Task | undefined): Claim | undefined {
    const heap = this.#memory.heap;
    const record = this.#find(stat, KeySide.source);
    if (record === 0) return { role: "first", link: this.#add(stat, KeySide.source, root, path) };
    const state = this.#state(record);
    if (state === State.arrived) return this.#follow(record);
    if (state === State.copying) {
      if (waiting === undefined) return undefined;
      this.#tasks.chain(waiting, heap[record + Word.waiting] as Task);
      heap[record + Word.waiting] = waiting;
      return WAIT;
    }
    // The first one failed: this name takes its place.
    heap[record + Word.state] = State.copying;
    return { role: "first", link: this.#move(record, root, path) };
  }

  #follow(record: number): Claim {
    const heap = this.#memory.heap;
    const claim: Claim = {
      role: "follow",
      root: heap[record + Word.root] as number,
      path: this.#text.read(record + Word.path, heap[record + Word.pathBytes] as number) as RawPath,
      target: this.#targetOf(record),
    };
    const remaining = (heap[record + Word.remaining] as number) - 1;
    heap[record + Word.remaining] = remaining;
    if (remaining === 0) this.#remove(record);
    return claim;
  }

  /** The first name has arrived as this inode: those that wait may follow. */
  settle(link: Link, target: Identity): void {
    const waiting = this.#locked(() => {
      this.#setTarget(link, target);
      return this.#finish(link, State.arrived);
    });
    this.#tasks.requeueChain(waiting);
  }

  /** The first name could not be copied: the next one tries. */
  fail(link: Link): void {
    this.#tasks.requeueChain(this.#locked(() => this.#finish(link, State.failed)));
  }

  /** Speaks for an inode of the destination; false where another source inode has done so already. */
  claimTarget(stat: Stat): boolean {
    return this.#locked(() => {
      if (this.#find(stat, KeySide.target) !== 0) return false;
      this.#add(stat, KeySide.target, 0, "" as RawPath);
      return true;
    });
  }

  /** Pairs the inodes that one name has on both sides; false where either is paired with another already. */
  pair(source: Stat, target: Stat): boolean {
    return this.#locked(() => {
      const known = this.#find(source, KeySide.source);
      if (known === 0) {
        if (this.#find(target, KeySide.target) !== 0) return false;
        this.#add(target, KeySide.target, 0, "" as RawPath);
        const added = this.#add(source, KeySide.source, 0, "" as RawPath);
        this.#setTarget(added, target);
        return true;
      }
      return sameInode(this.#targetOf(known), target);
    });
  }

  #locked<Result>(section: () => Result): Result {
    return withLock(this.#memory.control, Control.lock, section);
  }

  #setTarget(record: number, target: Identity): void {
    const { heap } = this.#memory;
    heap[record + Word.targetInodeLow] = target.inodeLow;
    heap[record + Word.targetInodeHigh] = target.inodeHigh;
    heap[record + Word.targetDeviceMajor] = target.deviceMajor;
    heap[record + Word.targetDeviceMinor] = target.deviceMinor;
  }

  #targetOf(record: number): Identity {
    const { heap } = this.#memory;
    const unsigned = (word: number) => (heap[record + word] as number) >>> 0;
    return {
      inodeLow: unsigned(Word.targetInodeLow),
      inodeHigh: unsigned(Word.targetInodeHigh),
      deviceMajor: unsigned(Word.targetDeviceMajor),
      deviceMinor: unsigned(Word.targetDeviceMinor),
    };
  }

  #state(record: number): number {
    return this.#memory.heap[record + Word.state] as number;
  }

  #finish(record: number, state: number): Task {
    const { heap } = this.#memory;
    heap[record + Word.state] = state;
    const waiting = heap[record + Word.waiting] as Task;
    heap[record + Word.waiting] = 0;
    return waiting;
  }

  #bucket(stat: Stat, side: number): number {
    const { control, heap } = this.#memory;
    let table = control[Control.linkTable] as number;
    if (table === 0) {
      table = control[Control.linkTable] = allocate(this.#memory, BUCKETS);
      heap.fill(0, table, table + BUCKETS);
    }
    return table + (Math.imul(stat.inodeLow + stat.deviceMinor * 31 + side, 0x9e3779b1) >>> 16);
  }

  #find(stat: Stat, side: number): number {
    const { heap } = this.#memory;
    let record = heap[this.#bucket(stat, side)] as number;
    while (record !== 0 && !this.#isKey(record, stat, side))
      record = heap[record + Word.next] as number;
    return record;
  }

  #isKey(record: number, stat: Stat, side: number): boolean {
    const { heap } = this.#memory;
    return (
      heap[record + Word.inodeLow] === (stat.inodeLow | 0) &&
      heap[record + Word.inodeHigh] === (stat.inodeHigh | 0) &&
      heap[record + Word.deviceMajor] === (stat.deviceMajor | 0) &&
      heap[record + Word.deviceMinor] === (stat.deviceMinor | 0) &&
      heap[record + Word.side] === side
    );
  }

  #add(stat: Stat, side: number, root: number, path: RawPath): Link {
    const { heap } = this.#memory;
    const record = allocate(this.#memory, Word.path + ((path.length + 3) >> 2));
    heap.fill(0, record, record + Word.path);
    heap[record + Word.inodeLow] = stat.inodeLow;
    heap[record + Word.inodeHigh] = stat.inodeHigh;
    heap[record + Word.deviceMajor] = stat.deviceMajor;
    heap[record + Word.deviceMinor] = stat.deviceMinor;
    heap[record + Word.side] = side;
    heap[record + Word.remaining] = stat.nlink - 1;
    heap[record + Word.root] = root;
    heap[record + Word.pathBytes] = path.length;
    this.#text.write(record + Word.path, path);
    const bucket = this.#bucket(stat, side);
    heap[record + Word.next] = heap[bucket] as number;
    heap[bucket] = record;
    return record as Link;
  }

  /** Another name becomes the first one: its path may be longer than the record. */
  #move(record: number, root: number, path: RawPath): Link {
    const stat = this.#keyOf(record);
    this.#remove(record);
    return this.#add(stat, KeySide.source, root, path);
  }

  #keyOf(record: number): Stat {
    const { heap } = this.#memory;
    const unsigned = (word: number) => (heap[record + word] as number) >>> 0;
    return {
      inodeLow: unsigned(Word.inodeLow),
      inodeHigh: unsigned(Word.inodeHigh),
      deviceMajor: unsigned(Word.deviceMajor),
      deviceMinor: unsigned(Word.deviceMinor),
      nlink: unsigned(Word.remaining),
    } as Stat;
  }

  #remove(record: number): void {
    const { heap } = this.#memory;
    const bucket = this.#bucket(this.#keyOf(record), heap[record + Word.side] as number);
    let at = bucket;
    let next = heap[at] as number;
    while (next !== record) {
      at = next + Word.next;
      next = heap[at] as number;
    }
    heap[at] = heap[record + Word.next] as number;
    release(
      this.#memory,
      record,
      Word.path + (((heap[record + Word.pathBytes] as number) + 3) >> 2),
    );
  }
}
