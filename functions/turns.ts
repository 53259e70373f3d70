import { setImmediate } from 'node:timers/promises';

/** Milliseconds of work in one stretch: other requests wait for so long. */
const STRETCH_MS = 20;

/** For work that is long and waits for nothing: it asks between its steps whether others should have a turn. */
export class Turns {
  #since = performance.now();

  /** Resolves at once, or after everything else that is ready has had its turn. */
  async giveWay(): Promise<void> {
    if (performance.now() - this.#since < STRETCH_MS) return;
    await setImmediate();
    this.#since = performance.now();
  }
}
