// What is left when everything is in place: sources of a move go, once their copies are on stable storage.

import type { EmitEvent } from "#model/event.ts";
import type { RunOptions } from "#model/options.ts";
import { sumCounters } from "#engine/shared/counters.ts";
import { Control, type SharedMemory, StopReason } from "#engine/shared/memory.ts";
import { TaskKind } from "#engine/shared/task.ts";
import type { Crew } from "./crew.ts";

export async function finishPhase(
  crew: Crew,
  memory: SharedMemory,
  options: RunOptions,
  emit: EmitEvent,
): Promise<void> {
  if (memory.control[Control.stop] !== StopReason.none) return;
  emit({ type: "phase", phase: "finishing" });
  const { tasks } = crew;
  // Where something failed, names may have been missed: they are the next run's.
  if ((memory.control[Control.linksInDoubt] as number) > 0 && sumCounters(memory).problems === 0) {
    tasks.push([{ kind: TaskKind.doubtfulLinks }]);
    await crew.work();
    if (memory.control[Control.stop] !== StopReason.none) return;
  }
  const hasArrivals = memory.control[Control.arrivedHead] !== 0;
  if (options.durable || hasArrivals) {
    tasks.push([{ kind: TaskKind.sync }]);
    const { problems } = sumCounters(memory);
    await crew.work();
    // What may not be on stable storage is not the only copy yet.
    if (sumCounters(memory).problems > problems) return;
  }
  if (options.verb !== "move") return;
  tasks.release(Control.arrivedHead);
  await crew.work();
  if (memory.control[Control.departedHead] === 0) return;
  tasks.push([{ kind: TaskKind.departures }]);
  await crew.work();
}
