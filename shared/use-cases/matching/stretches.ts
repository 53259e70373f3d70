import type { Stepwise } from '../../core/stepwise.js';
import type { Clock } from '../../ports/clock.js';

/** Milliseconds of work in one stretch: whatever else the process does waits for so long. */
const STRETCH_MS = 20;

/** For work that is long and waits for nothing: between its steps it gives way to whatever else is ready. */
export class Stretches {
  #since: number;

  constructor(private readonly clock: Pick<Clock, 'monotonic' | 'wait'>) {
    this.#since = clock.monotonic();
  }

  /** Resolves immediately if the stretch has not lasted long. */
  async giveWay(): Promise<void> {
    if (this.clock.monotonic() - this.#since < STRETCH_MS) return;
    await this.clock.wait(0);
    this.#since = this.clock.monotonic();
  }

  /** Carries work out, and gives way between its steps. */
  async through<Result>(work: Stepwise<Result>): Promise<Result> {
    for (;;) {
      const { done, value } = work.next();
      if (done === true) return value;
      await this.giveWay();
    }
  }

  /** Gives way between items. */
  async *over<Item>(items: Iterable<Item>): AsyncIterable<Item> {
    for (const item of items) {
      yield item;
      await this.giveWay();
    }
  }
}
