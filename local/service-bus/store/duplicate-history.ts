/**
 * The message ids sent within a window. It knows ids alone, so it outlives receipt, and a dropped duplicate
 * does not lengthen the window of the message that stayed.
 * https://learn.microsoft.com/azure/service-bus-messaging/duplicate-detection
 */
export class DuplicateHistory {
  readonly #windowMs: number;
  /** In the order of sending, so that the oldest stands first. */
  readonly #sentAt = new Map<string, number>();

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  /** False when duplicate detection is off. */
  get isKept(): boolean {
    return this.#windowMs > 0;
  }

  has(messageId: string, now: number): boolean {
    this.#forget(now);
    return this.#sentAt.has(messageId);
  }

  add(messageId: string, at: number): void {
    this.#sentAt.delete(messageId);
    this.#sentAt.set(messageId, at);
  }

  entries(now: number): [messageId: string, at: number][] {
    this.#forget(now);
    return [...this.#sentAt];
  }

  #forget(now: number): void {
    for (const [messageId, at] of this.#sentAt) {
      if (at + this.#windowMs > now) return;
      this.#sentAt.delete(messageId);
    }
  }
}
