// The one timer of a run. It ticks often, for the live line and for scaling; a beat, which looks whether anything still
// moves, comes each second, and twice a second while workers starve.

const TICK_MS = 100;
const BEAT_MS = 1000;
const STARVING_BEAT_MS = 500;

export interface HeartbeatHooks {
  readonly onTick: (nowMs: number) => void;
  readonly onBeat: (nowMs: number) => void;
  readonly isStarving: () => boolean;
}

export class Heartbeat {
  readonly #hooks: HeartbeatHooks;
  readonly #timer: ReturnType<typeof setInterval>;
  #lastBeatMs = performance.now();

  constructor(hooks: HeartbeatHooks) {
    this.#hooks = hooks;
    this.#timer = setInterval(() => this.#tick(performance.now()), TICK_MS);
  }

  end(): void {
    clearInterval(this.#timer);
  }

  #tick(nowMs: number): void {
    this.#hooks.onTick(nowMs);
    // Half a tick early is early enough: the timer is no metronome.
    const beatMs = (this.#hooks.isStarving() ? STARVING_BEAT_MS : BEAT_MS) - TICK_MS / 2;
    if (nowMs - this.#lastBeatMs < beatMs) return;
    this.#lastBeatMs = nowMs;
    this.#hooks.onBeat(nowMs);
  }
}
