// One run from its options to its summary: prepares, copies, deletes, finishes. Decides what the next phase is; the work
// itself is the engine's.

import type { EmitEvent } from "#model/event.ts";
import { rawFromText, type RawPath } from "#model/name.ts";
import type { RunOptions } from "#model/options.ts";
import type { Outcome, Summary } from "#model/summary.ts";
import { sumCounters, Tally } from "#engine/shared/counters.ts";
import {
  compileFilterFor,
  findUnusedExcludes,
  newUsedRules,
  type UsedRules,
} from "#engine/filter_for.ts";
import type { Job } from "#engine/job.ts";
import { prepare, type Prepared } from "#engine/prepare.ts";
import {
  Control,
  createSharedMemory,
  type SharedMemory,
  StopReason,
} from "#engine/shared/memory.ts";
import { NO_TASK, TaskFlag, TaskKind } from "#engine/shared/tasks.ts";
import { identifyProcess } from "#engine/temporary.ts";
import { type Refusal } from "#planner/destination.ts";
import type { Platform } from "#platform/platform.ts";
import { readOnly } from "#platform/read_only.ts";
import { selectPlatform } from "#platform/select.ts";
import { Crew } from "./crew.ts";
import { deletePhase, type DeletionPreview } from "./deletions.ts";
import { finishPhase } from "./finish.ts";
import { Heartbeat } from "./heartbeat.ts";
import { Signals } from "./signals.ts";

export interface RunHooks {
  readonly emit: EmitEvent;
  /** Asks before a mirror deletes; undefined goes ahead. */
  readonly confirmDeletions: ((preview: DeletionPreview) => Promise<boolean>) | undefined;
}

/** Runs to the end, whatever that is: the summary says it, and has been emitted as the last event. */
export async function run(options: RunOptions, hooks: RunHooks): Promise<Summary> {
  const started = performance.now();
  const memory = createSharedMemory();
  const { emit } = hooks;
  const state: RunState = {
    outcome: "done",
    workers: 0,
    deletionsWithheld: undefined,
    signal: undefined,
  };
  const real = await selectPlatform();
  const umask = real.clearUmask();
  const platform = options.dryRun ? readOnly(real) : real;
  emit({ type: "phase", phase: "preparing" });
  const prepared = prepare(
    platform,
    options,
    workingDirectory(),
    umask,
    await compileFilterFor(options),
  );
  if ("refusal" in prepared) refuse(prepared.refusal, state, emit);
  else await runPrepared(platform, options, hooks, memory, prepared, state);
  const summary: Summary = {
    verb: options.verb,
    dryRun: options.dryRun,
    counts: sumCounters(memory),
    elapsedMs: performance.now() - started,
    ...state,
  };
  emit({ type: "summary", summary });
  return summary;
}

/** What the summary says beside the counts. */
export interface RunState {
  outcome: Outcome;
  workers: number;
  deletionsWithheld: string | undefined;
  signal: Summary["signal"];
}

function refuse({ outcome, message, hint }: Refusal, state: RunState, emit: EmitEvent): void {
  emit({ type: "refused", message, hint });
  state.outcome = outcome;
}

async function runPrepared(
  platform: Platform,
  options: RunOptions,
  hooks: RunHooks,
  memory: SharedMemory,
  { mappings, roots, movedWhole }: Prepared,
  state: RunState,
): Promise<void> {
  const { emit } = hooks;
  emit({ type: "resolved", verb: options.verb, mappings });
  new Tally(memory, 0).add("entriesMoved", movedWhole);
  const usedRules = newUsedRules(options);
  const job: Omit<Job, "threadIndex"> = {
    options,
    roots,
    memory,
    usedRules,
    owner: identifyProcess(),
  };
  const mayWorkAlone = options.filter === undefined && options.workers === undefined;
  const crew = new Crew(job, workerCount(options), mayWorkAlone ? platform : undefined, emit);
  const signals = new Signals(() => crew.stop());
  const heartbeat = new Heartbeat(memory, emit);
  try {
    emit({ type: "phase", phase: "copying" });
    crew.tasks.push(
      roots.map(({ fresh }, root) => {
        return {
          kind: TaskKind.directory,
          parent: NO_TASK,
          root,
          flags: fresh ? TaskFlag.fresh : 0,
          text: "",
        };
      }),
    );
    await crew.work();
    heartbeat.totalsAreFinal();
    await deletePhase(crew, memory, options, hooks, state);
    await finishPhase(crew, memory, options, emit);
  } finally {
    heartbeat.end();
    signals.end();
  }
  state.workers = crew.size;
  state.signal = signals.received;
  if (crew.death !== undefined) emit({ type: "note", message: `A worker died: ${crew.death}` });
  if (memory.control[Control.stop] === StopReason.none) await sayUnused(options, usedRules, emit);
  state.outcome = outcomeOf(state, crew, memory);
}

/** An exclude that matched nothing is probably misspelt. */
async function sayUnused(
  { filter }: RunOptions,
  usedRules: UsedRules,
  emit: EmitEvent,
): Promise<void> {
  if (filter === undefined || filter.rules.length === 0) return;
  for (const { origin, pattern } of await findUnusedExcludes(filter, usedRules))
    emit({ type: "detail", message: `${origin} '${pattern}' matched nothing` });
}

function outcomeOf(state: RunState, crew: Crew, memory: SharedMemory): Outcome {
  if (state.signal !== undefined) return "interrupted";
  const isIncomplete =
    sumCounters(memory).problems > 0 || memory.control[Control.stop] !== StopReason.none;
  if (isIncomplete || crew.death !== undefined) return "failed-entries";
  if (sumCounters(memory).entriesDiffering > 0) return "differences";
  return state.outcome;
}

/** More threads than cores pay only where storage is slow to answer. */
const MOST_WORKERS = 16;

function workerCount({ workers }: RunOptions): number {
  return workers ?? Math.min(MOST_WORKERS, navigator.hardwareConcurrency);
}

function workingDirectory(): RawPath | undefined {
  try {
    return rawFromText(process.cwd());
  } catch {
    return undefined;
  }
}
