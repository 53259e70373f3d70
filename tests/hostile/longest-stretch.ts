import type { Api } from '../functions/api/api-harness.js';
import { startWatch } from './busy-time.js';

/** What else the machine does meanwhile lengthens some attempts, and shortens none. */
const ATTEMPTS = 4;

/**
 * Milliseconds of the longest stretch for which answering a request keeps every other one waiting: between two turns of
 * the event loop. It is the least of some attempts, and no more are made than it takes to be within the limit.
 */
export async function longestStretch(api: Api, ask: () => Promise<unknown>, limit: number): Promise<number> {
  let least = Infinity;
  for (let attempt = 0; attempt < ATTEMPTS && least >= limit; attempt += 1) {
    let longest = 0;
    api.around = async (answering) => {
      const watch = new TurnWatch();
      try {
        return await answering();
      } finally {
        longest = Math.max(longest, watch.end());
      }
    };
    await ask();
    least = Math.min(least, longest);
  }
  return least;
}

/** Looks at each turn of the event loop how long the process was busy since the one before. */
export class TurnWatch {
  #longest = 0;
  #watch = startWatch();
  #immediate = setImmediate(() => this.#turn());

  /** The longest until now. */
  end(): number {
    clearImmediate(this.#immediate);
    return Math.max(this.#longest, this.#watch());
  }

  #turn(): void {
    this.#longest = Math.max(this.#longest, this.#watch());
    this.#watch = startWatch();
    this.#immediate = setImmediate(() => this.#turn());
  }
}
