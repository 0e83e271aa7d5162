// Tasks as they lie in the shared heap: a block of words each, whose last ones hold its text.

import { compileMethodsOnce } from "#platform/compiler.ts";
import { joinRaw, type RawName, type RawPath } from "#model/name.ts";
import { HeapText } from "./heap_text.ts";
import type { SharedMemory } from "./memory.ts";
import { type DirectoryAttributes, NO_TASK, type Task, type TaskKind } from "./task.ts";

export enum Word {
  next = 0,
  kind = 1,
  parent = 2,
  pending = 3,
  root = 4,
  flags = 5,
  mode = 6,
  uid = 7,
  gid = 8,
  mtimeLow = 9,
  mtimeHigh = 10,
  mtimeNsec = 11,
  matched = 12,
  /** What its kind needs; of a directory, its follow-up. */
  payload = 13,
  textBytes = 14,
  text = 15,
}

const TWO_TO_32 = 4294967296;

export class TaskRecords {
  protected readonly heap: Int32Array;
  protected readonly heapText: HeapText;

  constructor(memory: SharedMemory) {
    this.heap = memory.heap;
    this.heapText = new HeapText(memory);
  }

  kind(task: Task): TaskKind {
    return this.heap[task + Word.kind] as TaskKind;
  }
  parent(task: Task): Task {
    return this.heap[task + Word.parent] as Task;
  }
  root(task: Task): number {
    return this.heap[task + Word.root] as number;
  }
  payload(task: Task): number {
    return this.heap[task + Word.payload] as number;
  }
  flags(task: Task): number {
    return Atomics.load(this.heap, task + Word.flags);
  }
  hasFlag(task: Task, flag: number): boolean {
    return (Atomics.load(this.heap, task + Word.flags) & flag) !== 0;
  }
  setFlag(task: Task, flag: number): void {
    Atomics.or(this.heap, task + Word.flags, flag);
  }
  clearFlag(task: Task, flag: number): void {
    Atomics.and(this.heap, task + Word.flags, ~flag);
  }
  addMatched(task: Task, count: number): void {
    Atomics.add(this.heap, task + Word.matched, count);
  }
  matched(task: Task): number {
    return Atomics.load(this.heap, task + Word.matched);
  }
  text(task: Task): string {
    return this.heapText.read(task + Word.text, this.heap[task + Word.textBytes] as number);
  }

  setAttributes(task: Task, from: DirectoryAttributes): void {
    const heap = this.heap;
    heap[task + Word.mode] = from.mode;
    heap[task + Word.uid] = from.uid;
    heap[task + Word.gid] = from.gid;
    heap[task + Word.mtimeLow] = from.mtimeSec >>> 0;
    heap[task + Word.mtimeHigh] = Math.floor(from.mtimeSec / TWO_TO_32);
    heap[task + Word.mtimeNsec] = from.mtimeNsec;
  }
  attributes(task: Task): DirectoryAttributes {
    const word = (index: number) => this.heap[task + index] as number;
    return {
      mode: word(Word.mode),
      uid: word(Word.uid) >>> 0,
      gid: word(Word.gid) >>> 0,
      mtimeSec: (word(Word.mtimeLow) >>> 0) + word(Word.mtimeHigh) * TWO_TO_32,
      mtimeNsec: word(Word.mtimeNsec),
    };
  }

  /** The path of a directory task below its root. */
  path(task: Task): RawPath {
    const heap = this.heap;
    let path = this.text(task);
    for (let at = heap[task + Word.parent] as Task; at !== NO_TASK;) {
      const above = this.text(at);
      if (above !== "") path = `${above}/${path}`;
      at = heap[at + Word.parent] as Task;
    }
    return path as RawPath;
  }
  /** The path of an entry of a directory task. */
  pathOf(task: Task, name: RawName): RawPath {
    return joinRaw(this.path(task), name);
  }
}

compileMethodsOnce(TaskRecords);
