// Keeps a crew as large as pays (scaling.ts decides), from what gets done between two looks: only while a phase runs, since
// a preparation that waits for the storage says nothing of workers.

import { isInMemory } from "#platform/file_system_kind.ts";
import type { EmitEvent } from "#model/event.ts";
import type { Counts } from "#model/summary.ts";
import type { Crew } from "./crew.ts";
import type { Ground } from "./ground.ts";
import type { Outlook } from "./outlook.ts";
import { initialScale, rescale, type Scale } from "./scaling.ts";

export interface ScaledCrew extends Pick<
  Crew,
  "isInPhase" | "started" | "size" | "most" | "resize"
> {
  readonly tasks: Pick<Crew["tasks"], "waitingThreads">;
}

export interface ScalerSubject {
  readonly crew: ScaledCrew;
  readonly ground: Pick<Ground, "sourceKind" | "destinationKind" | "foreign">;
  readonly outlook: Pick<Outlook, "firstWorkers">;
  readonly emit: EmitEvent;
  readonly most: number;
}

export class Scaler {
  readonly #subject: ScalerSubject;
  #scale: Scale | undefined;

  constructor(subject: ScalerSubject) {
    this.#subject = subject;
  }

  /** To be told often how far the run has come. */
  observe(counts: Counts, cpuMs: number, atMs: number): void {
    const { crew } = this.#subject;
    if (!crew.isInPhase || crew.started === 0 || this.#isNeverSlow()) return;
    const scale = this.#currentScale();
    const sample = { atMs, done: amountDone(counts), cpuMs, starving: crew.tasks.waitingThreads };
    const most = Math.min(this.#subject.most, crew.most);
    this.#scale = rescale(scale, sample, { cores: navigator.hardwareConcurrency, most });
    this.#apply(this.#scale, scale.workers);
  }

  /** Begun anew where the crew was given its size by somebody else: what was measured was another crew. */
  #currentScale(): Scale {
    if (this.#scale === undefined) return this.#firstScale();
    const { size } = this.#subject.crew;
    return this.#scale.workers === size ? this.#scale : initialScale(size);
  }

  #apply({ workers, trial }: Scale, before: number): void {
    if (workers === before) return;
    const { crew, emit } = this.#subject;
    crew.resize(workers);
    const why =
      trial === undefined
        ? "more got nothing more done"
        : "they wait for the storage most of the time";
    emit({ type: "detail", message: `${workers} workers instead of ${before}: ${why}` });
  }

  /** Memory makes nobody wait: threads that seem to sleep only want for a processor. */
  #isNeverSlow(): boolean {
    const { sourceKind, destinationKind } = this.#subject.ground;
    return isInMemory(sourceKind) && isInMemory(destinationKind);
  }

  /** What earlier runs found is taken up at once only where another machine may have to be waited for. */
  #firstScale(): Scale {
    const { crew, emit, ground, outlook, most } = this.#subject;
    const limit = ground.foreign === undefined ? crew.size : most;
    const workers = outlook.firstWorkers(crew.size, limit);
    if (workers > crew.size) {
      emit({ type: "detail", message: `${workers} workers: as many as paid in earlier runs` });
      crew.resize(workers);
    }
    return initialScale(crew.size);
  }
}

/** In entries looked at: a file made counts for three more, and so do 64 KiB for one. */
function amountDone(counts: Counts): number {
  const made = counts.filesCopied + counts.entriesDeleted + counts.entriesMoved;
  return counts.entriesScanned + 3 * made + counts.bytesCopied / 65536;
}
