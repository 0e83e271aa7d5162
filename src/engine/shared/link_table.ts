// The inodes that have several names, in shared memory: a hash table of records, each with the place of one name. What the
// words of a record mean is for links.ts to say. Every call must hold the lock.

import type { Stat } from "#model/entry.ts";
import { ROOT_PATH } from "#model/name.ts";
import { allocate, release } from "./heap.ts";
import { HeapText } from "./heap_text.ts";
import { Control, type SharedMemory } from "./memory.ts";
import type { Place } from "./path_list.ts";

const BUCKETS = 1 << 16;

export enum Word {
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
  /** Names of the destination's inode that were not met yet. */
  unseen = 14,
  /** Names met beside the first as long as there are unseen ones: a list of paths. */
  met = 15,
  pathBytes = 16,
  path = 17,
}

/** The table holds inodes of both trees: those of the source, and those of the destination that are spoken for. */
export const Side = { source: 0, target: 1 } as const;

export type Link = number & { readonly link: true };

/** Of a record that is only known by its inode. */
export const NO_PLACE: Place = { root: 0, path: ROOT_PATH };

export class LinkTable {
  readonly #memory: SharedMemory;
  readonly #text: HeapText;

  constructor(memory: SharedMemory) {
    this.#memory = memory;
    this.#text = new HeapText(memory);
  }

  /** The first words of the chains, none where there is no table yet. */
  *chains(): Generator<number> {
    const table = this.#memory.control[Control.linkTable] as number;
    const end = table === 0 ? 0 : table + BUCKETS;
    for (let chain = table; chain < end; chain++) yield chain;
  }

  placeOf(record: number): Place {
    const { heap } = this.#memory;
    const lengthBytes = heap[record + Word.pathBytes] as number;
    return {
      root: heap[record + Word.root] as number,
      path: this.#text.read(record + Word.path, lengthBytes) as Place["path"],
    };
  }

  #chainOf(stat: Stat, side: number): number {
    const { control, heap } = this.#memory;
    let table = control[Control.linkTable] as number;
    if (table === 0) {
      table = control[Control.linkTable] = allocate(this.#memory, BUCKETS);
      heap.fill(0, table, table + BUCKETS);
    }
    return table + (Math.imul(stat.inodeLow + stat.deviceMinor * 31 + side, 0x9e3779b1) >>> 16);
  }

  /** 0 where there is none. */
  find(stat: Stat, side: number): number {
    const { heap } = this.#memory;
    let record = heap[this.#chainOf(stat, side)] as number;
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

  add(stat: Stat, side: number, { root, path }: Place): Link {
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
    const chain = this.#chainOf(stat, side);
    heap[record + Word.next] = heap[chain] as number;
    heap[chain] = record;
    return record as Link;
  }

  /** Another name becomes the first one: its path may be longer than the record. */
  move(record: number, place: Place): Link {
    const stat = this.#keyOf(record);
    this.remove(record);
    return this.add(stat, Side.source, place);
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

  remove(record: number): void {
    const { heap } = this.#memory;
    const chain = this.#chainOf(this.#keyOf(record), heap[record + Word.side] as number);
    let at = chain;
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
