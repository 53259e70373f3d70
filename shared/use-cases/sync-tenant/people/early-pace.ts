import type { Clock } from '../../../ports/clock.js';

const AT_LEAST_MS = 10_000;
/** So much longer than it took: a first reading is slowed by a fifth of its time at most. */
const TIMES = 4;

/** When everybody is derived while a first round of groups goes on. */
export class EarlyPace {
  private nextAt: number;

  constructor(private readonly clock: Pick<Clock, 'monotonic'>) {
    this.nextAt = clock.monotonic() + AT_LEAST_MS;
  }

  async whenDue(work: () => Promise<void>): Promise<void> {
    const began = this.clock.monotonic();
    if (began < this.nextAt) return;
    await work();
    const ended = this.clock.monotonic();
    this.nextAt = ended + Math.max(AT_LEAST_MS, TIMES * (ended - began));
  }
}
