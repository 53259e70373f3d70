import { BoundedMemory } from './bounded-memory.js';

interface Window {
  /** Epoch milliseconds. */
  readonly endsAt: number;
  readonly failed: number;
}

/** So many keys are remembered; those that were put in first go first. */
const MOST_KEYS = 10_000;

/**
 * How many tries may fail per key and window. Only failures count, so that whoever succeeds is never slowed by
 * it alone. In memory: each instance counts by itself.
 */
export class TryLimit {
  readonly #windows = new BoundedMemory<Window>(MOST_KEYS);

  constructor(
    private readonly mostFailed: number,
    private readonly windowMs: number,
  ) {}

  /**
   * Milliseconds until the key may try again; 0 where it may now.
   * @param now epoch milliseconds
   */
  waitFor(key: string, now: number): number {
    const window = this.#current(key, now);
    return window === null || window.failed < this.mostFailed ? 0 : window.endsAt - now;
  }

  /** @param now epoch milliseconds */
  failed(key: string, now: number): void {
    const window = this.#current(key, now) ?? { endsAt: now + this.windowMs, failed: 0 };
    this.#windows.set(key, { ...window, failed: window.failed + 1 });
  }

  #current(key: string, now: number): Window | null {
    const window = this.#windows.get(key);
    return window === undefined || window.endsAt <= now ? null : window;
  }
}
