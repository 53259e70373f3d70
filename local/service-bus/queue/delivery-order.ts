import type { StoredMessage } from '../store/stored-message.js';
import { PriorityQueue } from './priority-queue.js';

/**
 * The messages free to be delivered, by sequence number within each group (a session, or the whole queue).
 * A message that comes back stands in its old place. Messages that left the store are skipped when met.
 */
export class DeliveryOrder {
  readonly #groups = new Map<string, PriorityQueue<StoredMessage>>();
  readonly #isCurrent: (message: StoredMessage) => boolean;

  constructor(isCurrent: (message: StoredMessage) => boolean) {
    this.#isCurrent = isCurrent;
  }

  add(group: string, message: StoredMessage): void {
    let waiting = this.#groups.get(group);
    if (!waiting) this.#groups.set(group, (waiting = new PriorityQueue((item) => item.sequenceNumber)));
    waiting.push(message);
  }

  has(group: string): boolean {
    return this.#first(group) !== undefined;
  }

  /** Takes the first message of the group out. */
  next(group: string): StoredMessage | undefined {
    const first = this.#first(group);
    if (first) this.#groups.get(group)?.pop();
    return first;
  }

  #first(group: string): StoredMessage | undefined {
    const waiting = this.#groups.get(group);
    if (!waiting) return undefined;
    for (let first = waiting.peek(); first; first = waiting.peek()) {
      if (this.#isCurrent(first)) return first;
      waiting.pop();
    }
    this.#groups.delete(group);
    return undefined;
  }
}
