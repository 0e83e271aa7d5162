// A crew kept as large as pays: not while a run is prepared, and anew when its size was set by somebody else.

import { describe, expect, test } from "bun:test";
import { Scaler } from "#orchestrator/scaler.ts";
import { counts } from "#test/golden/events.ts";

const MOST = 63;

/** A crew that sleeps all the time and gets more done with each worker. */
class SlowCrew {
  isInPhase = true;
  started = 1;
  size = 2;
  most = MOST;
  readonly tasks = { waitingThreads: 0 };
  done = 0;
  atMs = 0;
  resize = (size: number): void => {
    this.size = size;
  };
}

function scalerOf(crew: SlowCrew, most = MOST): Scaler {
  return new Scaler({
    crew,
    ground: { sourceKind: "nfs", destinationKind: "ext4", foreign: "a server" },
    outlook: { firstWorkers: (size) => size },
    emit: () => {},
    most,
  });
}

function tick(scaler: Scaler, crew: SlowCrew, ticks: number): void {
  for (let i = 0; i < ticks; i++) {
    crew.atMs += 100;
    crew.done += crew.isInPhase ? 30 * crew.size : 0;
    scaler.observe(counts({ entriesScanned: crew.done }), 0, crew.atMs);
  }
}

describe("a scaler", () => {
  test("leaves the crew alone while the run is prepared, however long, and scales afterwards", () => {
    const crew = new SlowCrew();
    crew.isInPhase = false;
    const scaler = scalerOf(crew);
    tick(scaler, crew, 100);
    expect(crew.size).toBe(2);
    crew.isInPhase = true;
    tick(scaler, crew, 30);
    expect(crew.size).toBe(MOST);
  });

  test("begins anew with the size that the crew was given", () => {
    const crew = new SlowCrew();
    const scaler = scalerOf(crew);
    tick(scaler, crew, 30);
    expect(crew.size).toBe(MOST);
    crew.resize(2);
    tick(scaler, crew, 30);
    expect(crew.size).toBe(MOST);
  });

  test("goes no further than it may", () => {
    const crew = new SlowCrew();
    tick(scalerOf(crew, 5), crew, 30);
    expect(crew.size).toBe(5);
    const limited = new SlowCrew();
    limited.most = 3;
    tick(scalerOf(limited), limited, 30);
    expect(limited.size).toBe(3);
  });
});
