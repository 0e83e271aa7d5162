// Hard links across directories and workers. The first name of an inode is copied; every other becomes a link to it. One
// table in shared memory, keyed by the source's inode, tells who is first and where the copy stands.
//
// Where the destination has the first name already, its inode may have names that this run knows nothing of, outside of the
// destination even. It is in doubt until as many names were met as it has; doubtful_links.ts decides what is left at the end.

import type { Identity, Stat } from "#model/entry.ts";
import { type Link, LinkTable, NO_PLACE, Side, Word } from "./shared/link_table.ts";
import { withLock } from "./shared/lock.ts";
import { Control, type SharedMemory } from "./shared/memory.ts";
import { PathLists, type Place } from "./shared/path_list.ts";
import type { Tasks } from "./shared/tasks.ts";
import type { NewTask, Task } from "./shared/task.ts";

const State = { copying: 0, arrived: 1, failed: 2 } as const;

export type Claim =
  /** Copy it, then settle or fail the link. */
  | { readonly role: "first"; readonly link: Link }
  /** It stands at this path of that root, as this inode: link to it. */
  | (Place & {
      readonly role: "follow";
      readonly target: Identity;
      /** With this name all names of the destination's inode are met: it may be mended in place. */
      readonly completes: boolean;
    })
  /** Another thread is copying it: the task given is queued again when that is done. */
  | { readonly role: "wait" };

const WAIT: Claim = { role: "wait" };

/** An inode of the destination that has names which were not met. */
export interface Doubt {
  readonly link: Link;
  readonly target: Identity;
  /** The names that were, and those that should have become links to it. */
  readonly met: readonly Place[];
}

export class Links {
  readonly #memory: SharedMemory;
  readonly #tasks: Tasks;
  readonly #table: LinkTable;
  readonly #paths: PathLists;

  constructor(memory: SharedMemory, tasks: Tasks) {
    this.#memory = memory;
    this.#tasks = tasks;
    this.#table = new LinkTable(memory);
    this.#paths = new PathLists(memory);
  }

  /**
   * Decides what one name of a source inode becomes; `target` is what the destination has at that place. `later` is the task
   * that tries again.
   */
  claim(stat: Stat, target: Stat | undefined, place: Place, later: NewTask): Claim {
    for (;;) {
      // The task is made before the lock is taken, and only where it seems to be needed: the lock is never nested.
      const known = this.#locked(() => this.#table.find(stat, Side.source));
      const isBusy = known !== 0 && this.#state(known) === State.copying;
      const waiting = isBusy ? this.#tasks.createWaiting(later) : undefined;
      const claim = this.#locked(() => this.#claim(stat, target, place, waiting));
      if (waiting !== undefined && claim !== WAIT) this.#tasks.abandon(waiting);
      if (claim !== undefined) return claim;
    }
  }

  /** Undefined where another thread came first between the two looks: look again. */
  #claim(
    stat: Stat,
    target: Stat | undefined,
    place: Place,
    waiting: Task | undefined,
  ): Claim | undefined {
    const heap = this.#memory.heap;
    const record = this.#table.find(stat, Side.source);
    if (record === 0) return { role: "first", link: this.#table.add(stat, Side.source, place) };
    const state = this.#state(record);
    if (state === State.arrived) return this.#follow(record, target, place);
    if (state === State.copying) {
      if (waiting === undefined) return undefined;
      this.#tasks.chain(waiting, heap[record + Word.waiting] as Task);
      heap[record + Word.waiting] = waiting;
      return WAIT;
    }
    // The first one failed: this name takes its place.
    heap[record + Word.state] = State.copying;
    return { role: "first", link: this.#table.move(record, place) };
  }

  #follow(record: number, target: Stat | undefined, place: Place): Claim {
    const heap = this.#memory.heap;
    const completes = this.#meet(record, target, place);
    const claim: Claim = {
      role: "follow",
      ...this.#table.placeOf(record),
      target: this.#table.identity(record, Word.target),
      completes,
    };
    const remaining = (heap[record + Word.remaining] as number) - 1;
    heap[record + Word.remaining] = remaining;
    if (remaining === 0 && heap[record + Word.unseen] === 0) this.#table.remove(record);
    return claim;
  }

  /** True where it is the last name of an inode in doubt. */
  #meet(record: number, target: Stat | undefined, place: Place): boolean {
    const { control, heap } = this.#memory;
    const unseen = heap[record + Word.unseen] as number;
    if (unseen === 0) return false;
    const isOneOfThem =
      target !== undefined && this.#table.hasIdentity(record, Word.target, target);
    if (isOneOfThem) heap[record + Word.unseen] = unseen - 1;
    if (isOneOfThem && unseen === 1) {
      (control[Control.linksInDoubt] as number)--;
      this.#takeMet(record);
      return true;
    }
    heap[record + Word.met] = this.#paths.add(heap[record + Word.met] as number, place);
    return false;
  }

  #takeMet(record: number): Place[] {
    const { heap } = this.#memory;
    const met = this.#paths.take(heap[record + Word.met] as number);
    heap[record + Word.met] = 0;
    return met;
  }

  /** The first name has arrived as this inode, of which so many names were not met: those that wait may follow. */
  settle(link: Link, target: Identity, unseen: number): void {
    const { control, heap } = this.#memory;
    const waiting = this.#locked(() => {
      this.#table.setIdentity(link, Word.target, target);
      heap[link + Word.unseen] = unseen;
      if (unseen > 0) (control[Control.linksInDoubt] as number)++;
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
      if (this.#table.find(stat, Side.target) !== 0) return false;
      this.#table.add(stat, Side.target, NO_PLACE);
      return true;
    });
  }

  /** Every inode that is still in doubt, one at a time: the lock is free while the caller decides. */
  *doubts(): Generator<Doubt> {
    this.#memory.control[Control.linksInDoubt] = 0;
    for (const chain of this.#table.chains()) yield* this.#locked(() => this.#takeDoubts(chain));
  }

  #takeDoubts(chain: number): Doubt[] {
    const { heap } = this.#memory;
    const doubts: Doubt[] = [];
    for (let at = heap[chain] as number; at !== 0; at = heap[at + Word.next] as number) {
      if (heap[at + Word.unseen] === 0) continue;
      doubts.push({
        link: at as Link,
        met: [this.#table.placeOf(at), ...this.#takeMet(at)],
        target: this.#table.identity(at, Word.target),
      });
    }
    return doubts;
  }

  /** So many names of a doubt will be claimed again. `target`, where it is given, is nobody's until then. */
  reopen({ link }: Doubt, names: number, target: Stat | undefined): void {
    const { heap } = this.#memory;
    this.#locked(() => {
      heap[link + Word.state] = State.failed;
      heap[link + Word.unseen] = 0;
      heap[link + Word.remaining] = names;
      const claimed = target === undefined ? 0 : this.#table.find(target, Side.target);
      if (claimed !== 0) this.#table.remove(claimed);
    });
  }

  /** Pairs the inodes that one name has on both sides; false where either is paired with another already. */
  pair(source: Stat, target: Stat): boolean {
    return this.#locked(() => {
      const known = this.#table.find(source, Side.source);
      if (known === 0) {
        if (this.#table.find(target, Side.target) !== 0) return false;
        this.#table.add(target, Side.target, NO_PLACE);
        const added = this.#table.add(source, Side.source, NO_PLACE);
        this.#table.setIdentity(added, Word.target, target);
        return true;
      }
      return this.#table.hasIdentity(known, Word.target, target);
    });
  }

  #locked<Result>(section: () => Result): Result {
    return withLock(this.#memory.control, Control.lock, section);
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
}
