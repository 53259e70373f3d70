/** An instant by a clock that may be set back. */
export interface WindowInstant {
  /** Epoch milliseconds. */
  readonly at: number;
  /**
   * Tells the windows of a clock that was set back from those of the same name that it passed before, whose messages
   * are remembered as sent; empty while the clock was not set back.
   */
  readonly era: string;
}

/** Names the windows of one process so that none comes twice, whatever happens to its clock. */
export class Windows {
  #latest = Number.NEGATIVE_INFINITY;
  #reached = Number.NEGATIVE_INFINITY;
  #era = '';

  /**
   * @param skewMs by so much a clock may go back without being set back
   * @param newEra gives a name that no other process gives
   */
  constructor(
    private readonly skewMs: number,
    private readonly newEra: () => string,
  ) {}

  /** @param at epoch milliseconds, now */
  instant(at: number): WindowInstant {
    if (at < this.#reached - this.skewMs) {
      this.#era = `:${this.newEra()}`;
      this.#reached = at;
    }
    this.#reached = Math.max(this.#reached, at);
    if (at > this.#latest) {
      this.#latest = at;
      this.#era = '';
    }
    return { at, era: this.#era };
  }
}
