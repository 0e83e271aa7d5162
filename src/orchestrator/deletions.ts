// Deletions come last, and only when everything before them worked: first counted where a limit, a question or a dry run
// needs to know, then done; then what stood in the way of other entries is replaced.

import type { EmitEvent } from "#model/event.ts";
import type { RawPath } from "#model/name.ts";
import { joinRaw } from "#model/name.ts";
import type { RunOptions } from "#model/options.ts";
import type { Outcome } from "#model/summary.ts";
import { decodeNames } from "#engine/name_list.ts";
import { sumCounters } from "#engine/shared/counters.ts";
import { Control, type SharedMemory, StopReason } from "#engine/shared/memory.ts";
import { type Tasks } from "#engine/shared/tasks.ts";
import { TaskFlag, TaskKind } from "#engine/shared/task.ts";
import { refuseDeletions } from "#planner/safety.ts";
import type { Crew } from "./crew.ts";

export interface DeletionPreview {
  /** With everything in the directories that go. */
  readonly count: number;
  readonly first: readonly RawPath[];
}

interface Hooks {
  readonly emit: EmitEvent;
  readonly confirmDeletions: ((preview: DeletionPreview) => Promise<boolean>) | undefined;
}

interface State {
  outcome: Outcome;
  deletionsWithheld: string | undefined;
}

const PREVIEW_PATHS = 5;

export async function deletePhase(
  crew: Crew,
  memory: SharedMemory,
  options: RunOptions,
  hooks: Hooks,
  state: State,
): Promise<void> {
  const { control } = memory;
  if (control[Control.doomedHead] === 0 || control[Control.stop] !== StopReason.none) return;
  const problems = sumCounters(memory).problems;
  if (problems > 0) {
    state.deletionsWithheld = `${problems} ${problems === 1 ? "entry" : "entries"} failed before`;
    return;
  }
  if (crew.deaths.length > 0) {
    state.deletionsWithheld = "a worker died before";
    return;
  }
  const mustCount =
    options.dryRun || options.maxDelete !== undefined || hooks.confirmDeletions !== undefined;
  if (mustCount && !(await mayDelete(crew, memory, options, hooks, state))) return;
  if (options.dryRun) return;
  hooks.emit({ type: "phase", phase: "deleting" });
  crew.tasks.release(Control.doomedHead);
  await crew.work();
  crew.tasks.release(Control.revisitHead);
  await crew.work();
}

async function mayDelete(
  crew: Crew,
  memory: SharedMemory,
  options: RunOptions,
  hooks: Hooks,
  state: State,
): Promise<boolean> {
  const { emit, confirmDeletions } = hooks;
  pushCount(crew.tasks);
  await crew.work();
  const count = memory.control[Control.countedEntries] as number;
  const refusal = refuseDeletions(count, options.maxDelete);
  if (refusal !== undefined) {
    emit({ type: "refused", message: refusal.message, hint: refusal.hint });
    state.outcome = refusal.outcome;
    state.deletionsWithheld = "--max-delete";
    return false;
  }
  if (confirmDeletions === undefined || options.dryRun) return true;
  emit({ type: "phase", phase: "confirming" });
  if (await confirmDeletions({ count, first: firstDoomed(crew.tasks) })) return true;
  state.deletionsWithheld = "you said no";
  return false;
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
  for (const task of [...tasks.deferred(Control.doomedHead)].reverse()) {
    const place = tasks.path(tasks.parent(task));
    for (const name of decodeNames(tasks.text(task)).names) {
      if (first.length === PREVIEW_PATHS) return first;
      first.push(joinRaw(place, name));
    }
  }
  return first;
}
