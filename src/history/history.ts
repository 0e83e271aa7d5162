// The history of runs on this machine, as a run that begins sees it. Opening it touches nothing; the first question
// reads the newest lines once, and the models are learned from them anew: there is no second file that could disagree
// with the records, or that two runs could overwrite for each other. It belongs to the main thread, never blocks on a
// file system that could hang (state_folder.ts), and never makes a run fail.

import type { Environment } from "#model/environment.ts";
import type { RawPath } from "#model/name.ts";
import type { FileSystemKind, Platform } from "#platform/platform.ts";
import { type Course, courseFromRow } from "./course.ts";
import type { LastTotals } from "./eta.ts";
import { copyingTimeMs, type PairModel, pairModelOf, workOf } from "./pair_model.ts";
import { MAX_LESSONS } from "./predictor.ts";
import { pairFragment, parseLine, type RunRecord } from "./record.ts";
import { Store } from "./store.ts";

/** The last 170 runs or so. */
const TAIL_BYTES = 64 * 1024;
/** Where one way of copying has many runs and the other few, the few are not searched for further back. */
const LINES_LOOKED_AT = 64;
const KEY_DIGITS = 16;
const WENT_TO_THE_END = ["done", "differences", "failed-entries", "refused"];
const NEWLINE = "\n";

export class History {
  readonly #store: Store;
  #tail: string | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Why no history is kept, in words for the user; undefined where it is, as far as is known yet. */
  get off(): string | undefined {
    return this.#store.off;
  }

  /** What is known about runs of this verb between these file systems: untrained models where nothing is. */
  modelFor(verb: string, source: FileSystemKind, destination: FileSystemKind): PairModel {
    const fragment = pairFragment(verb, source, destination);
    const left = { alone: MAX_LESSONS, workers: MAX_LESSONS };
    const lessons: RunRecord[] = [];
    let looked = 0;
    for (const line of linesWith(this.#newest(), fragment)) {
      if (++looked > LINES_LOOKED_AT) break;
      const way = line.includes('"fastPath":true') ? "alone" : "workers";
      if (left[way] === 0) continue;
      const record = parseLine(line);
      // A line may hold the torn beginning of another record before its own.
      if (record?.verb !== verb || record.source !== source) continue;
      if (record.destination !== destination) continue;
      lessons.push(record);
      left[way]--;
      if (left.alone + left.workers === 0) break;
    }
    return pairModelOf(lessons.toReversed());
  }

  /** What the last whole run of this verb between the same paths did. */
  lastTotals(verb: string, paths: string | undefined): LastTotals | undefined {
    return paths === undefined ? undefined : this.#lastTotals(verb, paths);
  }

  /** What the last whole run of this verb from the same sources did, wherever it took them. */
  lastTotalsFrom(verb: string, paths: string | undefined): LastTotals | undefined {
    return paths === undefined ? undefined : this.#lastTotals(verb, paths.slice(0, KEY_DIGITS));
  }

  #lastTotals(verb: string, key: string): LastTotals | undefined {
    for (const line of linesWith(this.#newest(), `"paths":"${key}`)) {
      const record = parseLine(line);
      if (record?.verb !== verb || record.paths?.startsWith(key) !== true) continue;
      if (!WENT_TO_THE_END.includes(record.outcome)) continue;
      const { totalMs, fastPath } = record;
      return { work: workOf(record), totalMs, wasAlone: fastPath, course: courseIn(record) };
    }
    return undefined;
  }

  /**
   * What stands for these absolute paths in a record, the sources first: hashes keyed with random bytes that never leave
   * this machine, so that a record shown to others tells nothing, not even to someone who guesses the paths. Makes the state
   * folder and the key at first use.
   */
  pathsKey(sources: readonly RawPath[], destination: RawPath): string | undefined {
    const key = this.off === undefined ? this.#store.key() : undefined;
    if (key === undefined) return undefined;
    const digits = (...paths: RawPath[]) => {
      const bytes = Buffer.from(paths.join("\0"), "latin1");
      return new Bun.CryptoHasher("sha256", key).update(bytes).digest("hex").slice(0, KEY_DIGITS);
    };
    return `${digits(...sources)}-${digits(...sources, "" as RawPath, destination)}`;
  }

  #newest(): string {
    this.#tail ??= this.off === undefined ? this.#store.readTail(TAIL_BYTES) : "";
    return this.#tail;
  }
}

function courseIn(record: RunRecord): Course | undefined {
  const { course } = record;
  return course && courseFromRow(course, workOf(record), copyingTimeMs(record));
}

/** Cheap: nothing is read before the first question. */
export function openHistory(platform: Platform, env: Environment): History {
  return new History(new Store(platform, env));
}

/** All records that are still kept, oldest first. */
export function allRecords(store: Store): RunRecord[] {
  const records: RunRecord[] = [];
  for (const line of store.readAll().split(NEWLINE)) {
    const record = parseLine(line);
    if (record !== undefined) records.push(record);
  }
  return records;
}

/** The lines that contain a fragment, newest first. A search by the engine's own code: the lines between cost nothing. */
function* linesWith(text: string, fragment: string): Generator<string> {
  let at = text.lastIndexOf(fragment);
  while (at >= 0) {
    const start = text.lastIndexOf(NEWLINE, at) + 1;
    const end = text.indexOf(NEWLINE, at);
    yield text.slice(start, end < 0 ? text.length : end);
    at = start === 0 ? -1 : text.lastIndexOf(fragment, start - 1);
  }
}
