// What the history of this pair of file systems lets expect: for how long the main thread should work alone, how many workers
// to begin with, and how much time is left. The history is read at the first question, which costs a millisecond or two.

import type { RunOptions } from "#model/options.ts";
import type { Counts } from "#model/summary.ts";
import { expectedTotals, type LastTotals, remainingMs } from "#history/eta.ts";
import { type History, openHistory } from "#history/history.ts";
import { aloneMs, expectedMs, firstWorkers, modelOf, type PairModel } from "#history/pair_model.ts";
import { adapt, type Lesson, type Model, type Work } from "#history/predictor.ts";
import { Stretches } from "#history/stretches.ts";
import type { Platform } from "#platform/platform.ts";
import type { Ground } from "./ground.ts";

export interface OutlookSubject {
  readonly verb: RunOptions["verb"];
  readonly ground: Ground;
}

interface Known {
  readonly pair: PairModel;
  readonly last: LastTotals | undefined;
  /** A copy that has its own destination each time finds out here how large its sources are. */
  readonly lastAnywhere: LastTotals | undefined;
  readonly pathsKey: string | undefined;
}

export class Outlook {
  readonly history: History;
  readonly #subject: OutlookSubject;
  readonly #stretches = new Stretches();
  #current: { readonly stretches: readonly Lesson[]; readonly model: Model } | undefined;
  #known: Known | undefined;

  constructor(platform: Platform, subject: OutlookSubject) {
    this.history = openHistory(platform, process.env);
    this.#subject = subject;
  }

  /** What has been read already; undefined before the first question. */
  get pathsKey(): string | undefined {
    const { sources, destination } = this.#subject.ground;
    return this.#known === undefined
      ? this.history.pathsKey(sources, destination)
      : this.#known.pathsKey;
  }

  /** For how long the main thread should work by itself. */
  aloneMs(): number {
    const { pair, last } = this.#ask();
    return aloneMs(pair, last);
  }

  firstWorkers(defaultCount: number, maximum: number): number {
    return firstWorkers(this.#ask().pair, defaultCount, maximum);
  }

  /** How far the run has come: to be told often, for the time that is left. */
  observe(counts: Counts, elapsedMs: number): void {
    this.#stretches.observe(workOf(counts), elapsedMs);
  }

  remainingMs(counts: Counts, totalsFinal: boolean, elapsedMs: number): number | undefined {
    const { pair, lastAnywhere } = this.#ask();
    const done = workOf(counts);
    const planned = { files: counts.filesPlanned, bytes: counts.bytesPlanned };
    const total = expectedTotals(lastAnywhere, { done, planned, totalsFinal });
    return total && remainingMs(this.#adapted(modelOf(pair, false)), done, total, elapsedMs);
  }

  /** What the history says, and this run so far. */
  #adapted(model: Model): Model {
    const { all } = this.#stretches;
    if (this.#current?.stretches !== all)
      this.#current = { stretches: all, model: adapt(model, all) };
    return this.#current.model;
  }

  /** What was expected of the work that was then done; null where nobody has asked, or nothing is known. */
  expectedMs(counts: Counts, fastPath: boolean): number | null {
    if (this.#known === undefined) return null;
    return expectedMs(this.#known.pair, workOf(counts), fastPath) ?? null;
  }

  #ask(): Known {
    const { verb, ground } = this.#subject;
    if (this.#known === undefined) {
      const pathsKey = this.history.pathsKey(ground.sources, ground.destination);
      const last = this.history.lastTotals(verb, pathsKey);
      this.#known = {
        pair: this.history.modelFor(verb, ground.sourceKind, ground.destinationKind),
        last,
        lastAnywhere: last ?? this.history.lastTotalsFrom(verb, pathsKey),
        pathsKey,
      };
    }
    return this.#known;
  }
}

function workOf(counts: Counts): Work {
  return {
    entries: counts.entriesScanned,
    files: counts.filesCopied,
    bytes: counts.bytesCopied,
  };
}
