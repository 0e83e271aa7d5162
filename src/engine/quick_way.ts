// The tight loops for what most entries of most runs are. Each handles an entry whole, or leaves it alone for entry.ts.

import { Kind } from "#model/entry.ts";
import type { RawName } from "#model/name.ts";
import { compileMethodsOnce, compileOnce } from "#platform/compiler.ts";
import type { Dir, EntryName, Names, Platform } from "#platform/platform.ts";
import type { Thread } from "./thread.ts";

export interface QuickWay {
  /**
   * Handles entries from names[start] on. Returns the index of the first that it leaves alone, or `end`. Reports and throws
   * nothing. Blocks.
   */
  pass(names: Names, start: number, end: number): number;
}

/** One that takes each entry by itself. Files that it no longer needs are closed at the end of a pass, many at a time. */
export abstract class EntryByEntry implements QuickWay {
  readonly #platform: Platform;

  constructor({ platform }: Thread) {
    this.#platform = platform;
  }

  pass(names: Names, start: number, end: number): number {
    let index = start;
    while (index < end && this.handles(names, index)) index++;
    this.#platform.closeWaitingFiles();
    return index;
  }

  /** True where nothing is left to do for the entry. */
  protected abstract handles(names: Names, index: number): boolean;
}

/** A directory, open on both sides, whose entries are handled. */
export interface Place {
  readonly thread: Thread;
  readonly source: Dir;
  readonly target: Dir | undefined;
  /** Names of the destination that the source accounts for. */
  matched: number;
  /** Queues a subdirectory, when the entries are through. */
  descend(name: RawName, fresh: boolean): void;
}

/** True where the destination has that subdirectory too: it is queued. */
export function hasDirectory(place: Place, target: Dir, names: Names, index: number): boolean {
  const { platform, targetStat } = place.thread;
  const found = platform.stat(target, names.names[index] as EntryName, targetStat);
  if (found < 0 || targetStat.kind !== Kind.directory) return false;
  place.matched++;
  place.descend(names.text(index), false);
  return true;
}

compileOnce(hasDirectory);
compileMethodsOnce(EntryByEntry);
