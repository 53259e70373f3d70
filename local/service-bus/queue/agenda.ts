import { PriorityQueue } from './priority-queue.js';

/** One timer never sleeps longer than this, so that a changed wall clock is noticed. */
const longestSleepMs = 60_000;

interface Entry {
  readonly at: number;
  readonly action: () => void;
}

/**
 * Runs actions at wall-clock instants, on one timer set to the nearest of them rather than by polling.
 * An entry cannot be taken back: its action checks whether it is still wanted.
 */
export class Agenda {
  readonly #entries = new PriorityQueue<Entry>((entry) => entry.at);
  #timer: NodeJS.Timeout | null = null;
  #wakesAt = Number.POSITIVE_INFINITY;
  #closed = false;

  /** Runs the action at `instant` (milliseconds since 1970), or as soon as possible when it has passed. */
  at(instant: number, action: () => void): void {
    if (this.#closed || instant === Number.POSITIVE_INFINITY) return;
    this.#entries.push({ at: instant, action });
    if (instant < this.#wakesAt) this.#sleep();
  }

  close(): void {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
  }

  #sleep(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const next = this.#entries.peek();
    if (!next || this.#closed) {
      this.#wakesAt = Number.POSITIVE_INFINITY;
      return;
    }
    const now = Date.now();
    this.#wakesAt = Math.min(next.at, now + longestSleepMs);
    this.#timer = setTimeout(
      () => {
        this.#wake();
      },
      Math.max(0, this.#wakesAt - now),
    );
  }

  #wake(): void {
    // Timers may fire a millisecond early: an entry that is not due yet is slept for again.
    const now = Date.now();
    for (let next = this.#entries.peek(); next && next.at <= now; next = this.#entries.peek()) {
      this.#entries.pop();
      next.action();
    }
    this.#wakesAt = Number.POSITIVE_INFINITY;
    this.#sleep();
  }
}
