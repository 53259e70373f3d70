import type { PersonSyncStep } from '../../../core/person-sync.js';
import type { Clock } from '../../../ports/clock.js';

/** What a step says of itself when it is over. */
export type Told = Pick<PersonSyncStep, 'outcome' | 'detail'> &
  Partial<Pick<PersonSyncStep, 'read' | 'changed' | 'setupId'>>;

/** Gathers the steps of one sync, each with the time that it took. */
export class Trace {
  readonly steps: PersonSyncStep[] = [];

  constructor(
    private readonly clock: Pick<Clock, 'monotonic'>,
    private readonly secondLook: boolean,
  ) {}

  /** A failure is a step as well, and thrown on. */
  async during<Result>(
    step: PersonSyncStep['step'],
    work: () => Promise<readonly [told: Told, result: Result]>,
  ): Promise<Result> {
    const from = this.clock.monotonic();
    try {
      const [told, result] = await work();
      this.add(step, told, this.clock.monotonic() - from);
      return result;
    } catch (failure) {
      const detail = failure instanceof Error ? failure.message : String(failure);
      this.add(step, { outcome: 'failed', detail }, this.clock.monotonic() - from);
      throw failure;
    }
  }

  add(step: PersonSyncStep['step'], told: Told, milliseconds = 0): void {
    const { secondLook } = this;
    const common = { setupId: null, read: [], changed: [], secondLook };
    this.steps.push({ step, ...common, ...told, milliseconds: Math.round(milliseconds) });
  }
}
