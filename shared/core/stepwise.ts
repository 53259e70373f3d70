/** Long work in steps: whoever carries it out may let other work run between two of them. */
export type Stepwise<Result> = Generator<undefined, Result>;

/** Items that are handled in one step. */
const STEP = 500;

/** Counts items, and says after which of them a step ends. */
export class StepCounter {
  #items = 0;

  /** Called once for each item. */
  endsStep(): boolean {
    this.#items += 1;
    return this.#items % STEP === 0;
  }
}

/** Carries work out in one go. */
export function inOneGo<Result>(work: Stepwise<Result>): Result {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
  }
}
