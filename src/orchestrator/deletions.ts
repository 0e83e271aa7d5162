// Deletions come last, and only when everything before them worked: first counted where a limit, a question or a dry run
// needs to know, then done; then what stood in the way of other entries is replaced.

import { counted } from "#model/count_text.ts";
import type { EmitEvent } from "#model/event.ts";
import { joinRaw, type RawPath } from "#model/name.ts";
import type { RunOptions } from "#model/options.ts";
import { Count } from "#model/summary.ts";
import type { Root } from "#engine/job.ts";
import { decodeNames } from "#engine/name_list.ts";
import { sumCounters, Tally } from "#engine/shared/counters.ts";
import { Control, type SharedMemory, StopReason } from "#engine/shared/memory.ts";
import { type Tasks } from "#engine/shared/tasks.ts";
import { TaskFlag, TaskKind } from "#engine/shared/task.ts";
import { refuseDeletions } from "#planner/safety.ts";
import type { Crew } from "./crew.ts";
import type { RunState } from "./ending.ts";

/** none: the input ended, or the run was interrupted. */
export type Answer = "yes" | "no" | "none";

export interface DeletionPreview {
  /** With everything in the directories that go. */
  readonly count: number;
  readonly first: readonly RawPath[];
}

interface Hooks {
  readonly emit: EmitEvent;
  readonly confirmDeletions: ((preview: DeletionPreview) => Promise<Answer>) | undefined;
}

type State = Pick<RunState, "outcome" | "deletionsWithheld">;

const PREVIEW_PATHS = 5;

export async function deletePhase(
  crew: Crew,
  memory: SharedMemory,
  options: RunOptions,
  roots: readonly Root[],
  hooks: Hooks,
  state: State,
): Promise<void> {
  const { control } = memory;
  if (control[Control.doomedHead] === 0 || control[Control.stop] !== StopReason.none) return;
  state.deletionsWithheld = whyWithheld(crew, memory);
  const mustCount =
    options.dryRun || options.maxDelete !== undefined || hooks.confirmDeletions !== undefined;
  if (state.deletionsWithheld === undefined && mustCount)
    await askWhetherToDelete(crew, memory, options, hooks, state);
  if (state.deletionsWithheld !== undefined) {
    reportObstructed(crew.tasks, memory, roots, hooks.emit);
    return;
  }
  if (!options.dryRun) {
    hooks.emit({ type: "phase", phase: "deleting" });
    crew.tasks.release(Control.doomedHead);
    await crew.work();
  }
  crew.tasks.release(Control.revisitHead);
  await crew.work();
}

function whyWithheld({ deaths }: Crew, memory: SharedMemory): string | undefined {
  const failed = sumCounters(memory).problems - (memory.control[Control.restlessFiles] as number);
  if (failed > 0) return `${counted(failed, "entry", "entries")} failed before`;
  return deaths.length > 0 ? "a worker died before" : undefined;
}

/** Entries of the source that have no place as long as nothing is deleted. */
function reportObstructed(
  tasks: Tasks,
  memory: SharedMemory,
  roots: readonly Root[],
  emit: EmitEvent,
): void {
  const failed = { side: "destination", operation: "replace", code: "OBSTRUCTED" } as const;
  const tally = new Tally(memory, 0);
  for (const task of tasks.deferred(Control.revisitHead)) {
    const place = tasks.path(tasks.parent(task));
    const root = (roots[tasks.root(task)] as Root).destination;
    for (const name of decodeNames(tasks.text(task)).names) {
      tally.add(Count.problems, 1);
      const path = joinRaw(place, name);
      emit({ type: "problem", problem: { ...failed, path, severity: "failed" }, root });
    }
  }
}

/** Says in the state why not. */
async function askWhetherToDelete(
  crew: Crew,
  memory: SharedMemory,
  options: RunOptions,
  hooks: Hooks,
  state: State,
): Promise<void> {
  const { emit, confirmDeletions } = hooks;
  const { problems } = sumCounters(memory);
  pushCount(crew.tasks);
  await crew.work();
  // What could not be counted is beyond every limit, and nothing that anybody can say yes to.
  if (sumCounters(memory).problems > problems) {
    state.deletionsWithheld = "it could not be counted";
    return;
  }
  const count = memory.control[Control.countedEntries] as number;
  const refusal = refuseDeletions(count, options.maxDelete);
  if (refusal !== undefined) {
    emit({ type: "refused", message: refusal.message, hint: refusal.hint });
    state.outcome = refusal.outcome;
    state.deletionsWithheld = "--max-delete";
    return;
  }
  if (confirmDeletions === undefined || options.dryRun) return;
  emit({ type: "phase", phase: "confirming" });
  const answer = await confirmDeletions({ count, first: firstDoomed(crew.tasks) });
  if (answer === "yes") return;
  // What was asked for has not come about, and by no failure.
  state.outcome = "refused";
  state.deletionsWithheld = answer === "no" ? "you said no" : "nobody answered";
}

/** Queues the counting of every noted deletion, which itself stays noted. */
function pushCount(tasks: Tasks): void {
  tasks.push(
    tasks.deferred(Control.doomedHead).map((task) => ({
      kind: TaskKind.deletion,
      parent: tasks.parent(task),
      root: tasks.root(task),
      flags: TaskFlag.countOnly,
      text: tasks.text(task),
    })),
  );
}

function firstDoomed(tasks: Tasks): RawPath[] {
  const first: RawPath[] = [];
  for (const task of tasks.deferred(Control.doomedHead).toReversed()) {
    const place = tasks.path(tasks.parent(task));
    for (const name of decodeNames(tasks.text(task)).names) {
      if (first.length === PREVIEW_PATHS) return first;
      first.push(joinRaw(place, name));
    }
  }
  return first;
}
