// What the history of this pair of file systems lets expect: for how long the main thread should work alone, how many workers
// to begin with, and how much time is left. The history is read at the first question, which costs a millisecond or two.

import type { RunOptions } from "#model/options.ts";
import type { Counts } from "#model/summary.ts";
import { type Course, courseOf } from "#history/course.ts";
import { expectedTotals, type LastTotals, remainingMs, remainingOnCourseMs } from "#history/eta.ts";
import { type History, openHistory } from "#history/history.ts";
import {
  aloneMs,
  expectedMs,
  firstWorkers,
  isLong,
  modelOf,
  type PairModel,
} from "#history/pair_model.ts";
import { adapt, type Lesson, type Model, type Work } from "#history/predictor.ts";
import { Stretches } from "#history/stretches.ts";
import type { Platform } from "#platform/platform.ts";
import type { Ground } from "./ground.ts";

export interface OutlookSubject {
  readonly verb: RunOptions["verb"];
  readonly ground: Ground;
}

interface LastRun {
  readonly pathsKey: string | undefined;
  readonly totals: LastTotals | undefined;
  /** A copy that has its own destination each time finds out here how large its sources are. */
  readonly totalsAnywhere: LastTotals | undefined;
}

export class Outlook {
  readonly #history: History;
  readonly #subject: OutlookSubject;
  readonly #stretches = new Stretches();
  #current: { readonly stretches: readonly Lesson[]; readonly model: Model } | undefined;
  #lastRun: LastRun | undefined;
  #knownPair: PairModel | undefined;

  constructor(platform: Platform, subject: OutlookSubject) {
    this.#history = openHistory(platform, process.env);
    this.#subject = subject;
  }

  get pathsKey(): string | undefined {
    return this.#last.pathsKey;
  }

  /** For how long the main thread should work by itself; 0 where the last run alone says that workers are needed. */
  aloneMs(): number {
    const { totals } = this.#last;
    return isLong(totals) ? 0 : aloneMs(this.#pair, totals);
  }

  /** Reads what there is, so that later answers take no time. */
  learn(): void {
    void this.#last;
    void this.#pair;
  }

  firstWorkers(defaultCount: number, maximum: number): number {
    return firstWorkers(this.#pair, defaultCount, maximum);
  }

  /** How far the run has come: to be told often, for the time that is left. */
  observe(counts: Counts, elapsedMs: number): void {
    this.#stretches.observe(workOf(counts), elapsedMs);
  }

  remainingMs(counts: Counts, totalsFinal: boolean, elapsedMs: number): number | undefined {
    const done = workOf(counts);
    const { filesPlanned, bytesPlanned, bytesSparse, bytesCompared } = counts;
    // A hole that was met needs no copying after all.
    const planned = { files: filesPlanned, bytes: bytesPlanned - bytesSparse + bytesCompared };
    const last = this.#last.totalsAnywhere;
    const total = expectedTotals(last, { done, planned, totalsFinal });
    if (total === undefined) return undefined;
    const model = this.#adapted(modelOf(this.#pair, false));
    const leftMs = remainingMs(model, done, total, elapsedMs);
    if (leftMs === undefined || last?.course === undefined) return leftMs;
    return remainingOnCourseMs(last.course, done, elapsedMs, leftMs);
  }

  /** The course of this run, which has ended. */
  course(counts: Counts, tookMs: number): Course | undefined {
    return courseOf(this.#stretches.all, workOf(counts), tookMs);
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
    if (this.#lastRun === undefined) return null;
    return expectedMs(this.#pair, workOf(counts), fastPath) ?? null;
  }

  get #last(): LastRun {
    const { verb, ground } = this.#subject;
    if (this.#lastRun === undefined) {
      const pathsKey = this.#history.pathsKey(ground.sources, ground.destination);
      const totals = this.#history.lastTotals(verb, pathsKey);
      const totalsAnywhere = totals ?? this.#history.lastTotalsFrom(verb, pathsKey);
      this.#lastRun = { pathsKey, totals, totalsAnywhere };
    }
    return this.#lastRun;
  }

  /** To learn from all records of a pair takes longer than to find the last one. */
  get #pair(): PairModel {
    const { verb, ground } = this.#subject;
    const { sourceKind, destinationKind } = ground;
    return (this.#knownPair ??= this.#history.modelFor(verb, sourceKind, destinationKind));
  }
}

function workOf(counts: Counts): Work {
  return {
    entries: counts.entriesScanned,
    files: counts.filesCopied,
    bytes: counts.bytesCopied + counts.bytesCompared,
  };
}
