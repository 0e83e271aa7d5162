// One run from its options to its summary: prepares, copies, deletes, finishes. Decides what the next phase is; the work
// itself is the engine's.

import type { Moment } from "#model/entry.ts";
import type { EmitEvent, RunEvent } from "#model/event.ts";
import { rawFromText, type RawPath, ROOT_PATH } from "#model/name.ts";
import type { RunOptions } from "#model/options.ts";
import { Count, type Summary } from "#model/summary.ts";
import {
  compileFilterFor,
  newUsedRules,
  unusedExcludes,
  type UsedRules,
} from "#engine/filter_for.ts";
import type { Root } from "#engine/job.ts";
import { prepare, type Prepared } from "#engine/prepare.ts";
import { sumCounters, Tally } from "#engine/shared/counters.ts";
import {
  Control,
  createSharedMemory,
  type SharedMemory,
  StopReason,
} from "#engine/shared/memory.ts";
import { TaskFlag, TaskKind } from "#engine/shared/task.ts";
import { identifyProcess } from "#engine/temporary.ts";
import type { Refusal } from "#planner/destination.ts";
import type { Platform } from "#platform/platform.ts";
import { readOnly } from "#platform/read_only.ts";
import { readLinkIn, readText } from "#platform/read_text.ts";
import { selectPlatform } from "#platform/select.ts";
import { Abandoned, Crew, NoWorker } from "./crew.ts";
import { type Answer, deletePhase, type DeletionPreview } from "./deletions.ts";
import { type RunState, summaryOf } from "./ending.ts";
import { finishPhase } from "./finish.ts";
import { type Ground, surveyGround } from "./ground.ts";
import { Lookout } from "./lookout.ts";
import type { Outlook } from "./outlook.ts";
import { ignoredSignals, Signals } from "./signals.ts";
import { planStart, type Start } from "./start.ts";
import { Stopwatch } from "./stopwatch.ts";

export interface RunHooks {
  readonly emit: EmitEvent;
  /** Asks before a mirror deletes, until the interruption at the latest; undefined goes ahead. */
  readonly confirmDeletions:
    ((preview: DeletionPreview, interruption: Promise<void>) => Promise<Answer>) | undefined;
  /** Progress is shown as it happens: ten times a second instead of once. */
  readonly isWatched: boolean;
}

/** What all parts of a run share. */
interface Run {
  readonly options: RunOptions;
  readonly ask: ((preview: DeletionPreview) => Promise<Answer>) | undefined;
  readonly emit: EmitEvent;
  readonly memory: SharedMemory;
  readonly platform: Platform;
  readonly cwd: RawPath | undefined;
  readonly umask: number;
  readonly ground: Ground;
  readonly start: Start;
  readonly crew: Crew;
  readonly state: RunState;
}

/** Runs to the end, whatever that is: the summary says it, and has been emitted as the last event. */
export async function run(options: RunOptions, hooks: RunHooks): Promise<Summary> {
  const stopwatch = new Stopwatch();
  const emit: EmitEvent = (event) => {
    if (event.type === "phase") stopwatch.enter(event.phase);
    hooks.emit(event);
  };
  const memory = createSharedMemory();
  const real = await selectPlatform();
  const platform = options.dryRun ? readOnly(real) : real;
  const cwd = workingDirectory(real);
  const { sources, destination } = options;
  const ground = surveyGround(real, sources, destination, cwd);
  const crew = new Crew(memory, emit);
  const start = await planStart(options, ground, real);
  const state: RunState = { outcome: "done", deletionsWithheld: undefined, signal: undefined };
  const umask = real.clearUmask();
  const signals = new Signals(
    () => crew.stop(),
    ignoredSignals(readText(real, "/proc/self", "status")),
  );
  const { isWatched } = hooks;
  const ask = questionOf(hooks, signals);
  const watched = { options, memory, crew, ground, stopwatch, emit, isWatched };
  const lookout = new Lookout({ ...watched, platform: real, outlook: start.outlook });
  const parts = { options, ask, emit, memory, platform, cwd, umask, ground, start, crew, state };
  try {
    await runPhases(parts);
  } catch (error) {
    giveUp(error, crew, memory, state, emit);
  } finally {
    lookout.end();
    signals.end();
  }
  state.signal = signals.received;
  stopwatch.end();
  const summary = summaryOf(options, state, crew, memory, stopwatch);
  tellExpectation(lookout.outlook, summary, stopwatch, emit);
  emit({ type: "summary", summary });
  if (isWorthKeeping(options, summary)) {
    const { keepRecord } = await import("./chronicle.ts");
    keepRecord(real, ground, lookout.outlook, summary, memory, stopwatch);
  }
  return summary;
}

/** The run ends here, in order, unless it was a mistake of blit's own. */
function giveUp(
  error: unknown,
  crew: Crew,
  memory: SharedMemory,
  state: RunState,
  emit: EmitEvent,
) {
  if (error instanceof Abandoned) {
    state.outcome = "stalled";
  } else if (error instanceof NoWorker) {
    refuse(NO_WORKER, state, emit);
    // The main thread alone has begun.
    if (sumCounters(memory).entriesScanned > 0) crew.stop();
  } else throw error;
}

const NO_WORKER: Refusal = {
  outcome: "could-not-run",
  message: "the system starts no worker thread",
  hint: "the limit of processes is reached (ulimit -u, or that of a container): raise it",
};

/** Of what is predicted: deletions are not. */
function tellExpectation(
  outlook: Outlook | undefined,
  { counts, workers, elapsedMs }: Summary,
  stopwatch: Stopwatch,
  emit: EmitEvent,
): void {
  const expectedMs = outlook?.expectedMs(counts, workers === 0) ?? null;
  if (expectedMs === null) return;
  const tookMs = elapsedMs - stopwatch.of("deleting");
  const message = `expected ${Math.round(expectedMs)} ms, took ${Math.round(tookMs)} ms`;
  emit({ type: "detail", message });
}

/** Runs made to be slow and those that only listed what they would do teach nothing, nor do those over before they began. */
function isWorthKeeping({ workers }: RunOptions, { outcome, dryRun, counts }: Summary): boolean {
  // Where only the deletions were refused, everything before them was done.
  const isRefused = outcome === "refused" && counts.entriesScanned === 0;
  const isOverEarly = isRefused || outcome === "usage" || outcome === "could-not-run";
  return !dryRun && workers === undefined && !isOverEarly;
}

async function runPhases(run: Run): Promise<void> {
  const { options, ask, emit, memory, platform, cwd, umask, ground, crew, state } = run;
  emit({ type: "phase", phase: "preparing" });
  const request = { options, cwd, umask, mounts: ground.mounts };
  const prepared =
    ground.foreign === undefined
      ? prepare(platform, request, await compileFilterFor(options))
      : await crew.prepare(request);
  if ("refusal" in prepared) {
    refuse(prepared.refusal, state, emit);
    return;
  }
  emit({ type: "resolved", verb: options.verb, mappings: prepared.mappings });
  const usedRules = newUsedRules(options);
  beginWork(run, prepared, usedRules);
  emit({ type: "phase", phase: "copying" });
  crew.tasks.push(prepared.roots.map(rootTask));
  await crew.work();
  const deletionHooks = { emit, confirmDeletions: ask };
  await deletePhase(crew, memory, options, prepared.roots, deletionHooks, state);
  await finishPhase(crew, memory, options, emit);
  if (memory.control[Control.stop] === StopReason.none) sayUnused(options, usedRules, emit);
}

/** Undefined where nobody is asked. */
function questionOf({ confirmDeletions }: RunHooks, signals: Signals) {
  if (confirmDeletions === undefined) return undefined;
  return (preview: DeletionPreview) => confirmDeletions(preview, signals.interruption);
}

/** An exclude that matched nothing is probably misspelt. */
function sayUnused({ filter }: RunOptions, usedRules: UsedRules, emit: EmitEvent): void {
  if (filter === undefined || filter.rules.length === 0) return;
  for (const rule of unusedExcludes(filter, usedRules)) {
    const isLast = rule === filter.rules.at(-1);
    const nothing = isLast ? "matched nothing" : "matched nothing, or later patterns overrode it";
    emit({ type: "detail", message: `${rule.origin} '${rule.pattern}' ${nothing}` });
  }
}

function beginWork(run: Run, prepared: Prepared, usedRules: UsedRules): void {
  const { options, memory, crew, ground, start, platform, emit } = run;
  const { roots, movedWhole, missing } = prepared;
  const tally = new Tally(memory, 0);
  tally.add(Count.entriesMoved, movedWhole.length);
  if (options.reportEntries) movedWhole.forEach(() => emit(MOVED_WHOLE));
  tally.add(Count.directoriesMade, roots.filter(isNewDirectory).length);
  tally.add(Count.problems, missing.length);
  for (const each of missing) emit({ type: "problem", ...each });
  const { sourceKind, destinationKind } = ground;
  emit({ type: "detail", message: `${sourceKind} to ${destinationKind}: ${start.reason}` });
  const job = { options, roots, usedRules, owner: identifyProcess(platform), begun: beginning() };
  const { aloneMs } = start;
  crew.begin(job, firstSize(options), aloneMs > 0 ? { platform, aloneMs } : undefined);
}

/** The kernel stamps entries with a clock that goes in steps, of ten milliseconds at most. */
const CLOCK_STEP_MS = 10;

function beginning(): Moment {
  const atMs = Date.now() - CLOCK_STEP_MS;
  return { sec: Math.floor(atMs / 1000), nsec: (atMs % 1000) * 1e6 };
}

/** Of a source that is its destination now. */
const MOVED_WHOLE: RunEvent = {
  type: "entry",
  action: "rename",
  path: ROOT_PATH,
  sizeBytes: 0,
  reason: "moved whole",
};

/** The walk meets it as one that is there. */
function isNewDirectory({ fresh, single }: Root): boolean {
  return fresh && single === undefined;
}

function rootTask({ fresh }: Root, root: number) {
  const flags = fresh ? TaskFlag.fresh : 0;
  return { kind: TaskKind.directory, root, flags };
}

function refuse({ outcome, message, hint }: Refusal, state: RunState, emit: EmitEvent): void {
  emit({ type: "refused", message, hint });
  state.outcome = outcome;
}

/** Before anything is known: where storage is slow to answer, more are added within moments. */
const MOST_AT_FIRST = 8;

function firstSize({ workers = MOST_AT_FIRST }: RunOptions): number {
  return Math.min(workers, MOST_AT_FIRST, navigator.hardwareConcurrency);
}

/** Undefined where it is gone. */
export function workingDirectory(platform: Platform): RawPath | undefined {
  try {
    const text = process.cwd();
    if (!text.includes("\uFFFD")) return rawFromText(text);
    // Its name is not UTF-8: the kernel has the bytes.
    return readLinkIn(platform, "/proc/self", "cwd") as RawPath | undefined;
  } catch {
    return undefined;
  }
}
