/** A pending callback; `cancel` is harmless after it ran. */
export interface Timer {
  cancel(): void;
}

/** Time as the emulator sees it: real, or moved by a test. Milliseconds since 1970. */
export interface Clock {
  now(): number;
  after(milliseconds: number, run: () => void): Timer;
}

/** Real time. Its timers do not keep a process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after: (milliseconds, run) => {
    const handle = setTimeout(run, milliseconds);
    handle.unref();
    return { cancel: () => clearTimeout(handle) };
  },
};

interface Pending {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** Time that stands still until `advance` is called; due callbacks run in order of their instant. */
export class VirtualClock implements Clock {
  #now: number;
  #order = 0;
  readonly #pending = new Set<Pending>();

  constructor(start = Date.UTC(2026, 0, 5, 8)) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, run: () => void): Timer {
    const pending = { at: this.#now + Math.max(0, milliseconds), order: this.#order++, run };
    this.#pending.add(pending);
    return { cancel: () => void this.#pending.delete(pending) };
  }

  /** Moves on and runs what falls due; promises that callbacks start are given a turn between them. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    for (let next = this.#nextDue(end); next !== undefined; next = this.#nextDue(end)) {
      this.#pending.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.run();
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#now = end;
  }

  #nextDue(end: number): Pending | undefined {
    let next: Pending | undefined;
    for (const each of this.#pending) {
      if (each.at > end) continue;
      if (next === undefined || each.at < next.at || (each.at === next.at && each.order < next.order))
        next = each;
    }
    return next;
  }
}
