// The inodes that have several names, in shared memory: a hash table of records, each with the place of one name. What the
// words of a record mean is for links.ts to say. Every call must hold the lock.

import type { Identity, Stat } from "#model/entry.ts";
import { ROOT_PATH } from "#model/name.ts";
import { allocate, release } from "./heap.ts";
import { HeapText, textWords } from "./heap_text.ts";
import { Control, type SharedMemory } from "./memory.ts";
import type { Place } from "./path_list.ts";

const BUCKETS = 1 << 16;

export enum Word {
  next = 0,
  /** The inode that the record is of: four words, as setIdentity() writes them. */
  inode = 1,
  side = 5,
  state = 6,
  /** Names of the inode not yet seen; at 0 the record is of no more use. */
  remaining = 7,
  root = 8,
  /** What has arrived of it, or stood there: four words, too. */
  target = 9,
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

/** Which of the inodes in a record is meant. */
type IdentityWord = Word.inode | Word.target;

/** The record of a first name, held by who copies it until it is settled or has failed. */
export type Link = number & { readonly link: true };

/** An inode, and how many names it has. */
type Linked = Identity & Pick<Stat, "nlink">;

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

  identity(record: number, word: IdentityWord): Identity {
    const { heap } = this.#memory;
    const at = record + word;
    return {
      inodeLow: (heap[at] as number) >>> 0,
      inodeHigh: (heap[at + 1] as number) >>> 0,
      deviceMajor: (heap[at + 2] as number) >>> 0,
      deviceMinor: (heap[at + 3] as number) >>> 0,
    };
  }

  setIdentity(record: number, word: IdentityWord, from: Identity): void {
    const { heap } = this.#memory;
    const at = record + word;
    heap[at] = from.inodeLow;
    heap[at + 1] = from.inodeHigh;
    heap[at + 2] = from.deviceMajor;
    heap[at + 3] = from.deviceMinor;
  }

  /** As sameInode(), of what is in the record. */
  hasIdentity(record: number, word: IdentityWord, other: Identity): boolean {
    const { heap } = this.#memory;
    const at = record + word;
    return (
      heap[at] === (other.inodeLow | 0) &&
      heap[at + 1] === (other.inodeHigh | 0) &&
      heap[at + 2] === (other.deviceMajor | 0) &&
      heap[at + 3] === (other.deviceMinor | 0)
    );
  }

  #chainOf(inode: Identity, side: number): number {
    const { control, heap } = this.#memory;
    let table = control[Control.linkTable] as number;
    if (table === 0) {
      table = control[Control.linkTable] = allocate(this.#memory, BUCKETS);
      heap.fill(0, table, table + BUCKETS);
    }
    return table + (Math.imul(inode.inodeLow + inode.deviceMinor * 31 + side, 0x9e3779b1) >>> 16);
  }

  /** 0 where there is none. */
  find(inode: Identity, side: number): number {
    const { heap } = this.#memory;
    let record = heap[this.#chainOf(inode, side)] as number;
    while (record !== 0 && !this.#isKey(record, inode, side))
      record = heap[record + Word.next] as number;
    return record;
  }

  #isKey(record: number, inode: Identity, side: number): boolean {
    return (
      this.hasIdentity(record, Word.inode, inode) && this.#memory.heap[record + Word.side] === side
    );
  }

  add(inode: Linked, side: number, { root, path }: Place): Link {
    const { heap } = this.#memory;
    const record = allocate(this.#memory, Word.path + textWords(path.length));
    heap.fill(0, record, record + Word.path);
    this.setIdentity(record, Word.inode, inode);
    heap[record + Word.side] = side;
    heap[record + Word.remaining] = inode.nlink - 1;
    heap[record + Word.root] = root;
    heap[record + Word.pathBytes] = path.length;
    this.#text.write(record + Word.path, path);
    const chain = this.#chainOf(inode, side);
    heap[record + Word.next] = heap[chain] as number;
    heap[chain] = record;
    return record as Link;
  }

  /** Another name becomes the first one: its path may be longer than the record. */
  move(record: number, place: Place): Link {
    const nlink = this.#memory.heap[record + Word.remaining] as number;
    const inode = this.identity(record, Word.inode);
    this.remove(record);
    return this.add({ ...inode, nlink }, Side.source, place);
  }

  remove(record: number): void {
    const { heap } = this.#memory;
    const inode = this.identity(record, Word.inode);
    let at = this.#chainOf(inode, heap[record + Word.side] as number);
    let next = heap[at] as number;
    while (next !== record) {
      at = next + Word.next;
      next = heap[at] as number;
    }
    heap[at] = heap[record + Word.next] as number;
    release(this.#memory, record, Word.path + textWords(heap[record + Word.pathBytes] as number));
  }
}
