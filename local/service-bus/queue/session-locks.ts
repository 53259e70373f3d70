import type { Agenda } from './agenda.js';
import type { DeliveryOrder } from './delivery-order.js';
import type { MessageLock, SessionHolder, SessionLock } from './locks.js';

/** A receiver waiting for whichever session has messages next. */
export interface SessionWaiter {
  readonly holder: SessionHolder;
  granted(lock: SessionLock): void;
}

/**
 * `closed`: the receiver let go by itself. `lost`: it expired or was broken; only this counts as a failed
 * delivery. A receiver that vanishes without closing keeps its session until the lock expires.
 * https://learn.microsoft.com/azure/service-bus-messaging/message-sessions#impact-of-delivery-count
 */
export type SessionEnd = 'closed' | 'lost';

/** Which session belongs to which receiver, and who waits for one. */
export class SessionLocks {
  readonly #agenda: Agenda;
  readonly #durationMs: number;
  readonly #order: DeliveryOrder;
  readonly #ended: (lock: SessionLock, end: SessionEnd) => void;
  readonly #held = new Map<string, SessionLock>();
  readonly #waiters = new Set<SessionWaiter>();
  /** Free sessions that may have messages; the one free for longest stands first. */
  readonly #available = new Set<string>();

  constructor(
    agenda: Agenda,
    durationMs: number,
    order: DeliveryOrder,
    ended: (lock: SessionLock, end: SessionEnd) => void,
  ) {
    this.#agenda = agenda;
    this.#durationMs = durationMs;
    this.#order = order;
    this.#ended = ended;
  }

  /** The lock, or undefined while another receiver holds the session. */
  accept(sessionId: string, holder: SessionHolder): SessionLock | undefined {
    if (this.find(sessionId)) return undefined;
    const lock = {
      sessionId,
      holder,
      messages: new Set<MessageLock>(),
      until: Date.now() + this.#durationMs,
    };
    this.#held.set(sessionId, lock);
    this.#available.delete(sessionId);
    this.#watch(lock);
    return lock;
  }

  /** Grants the next free session with messages, now or later. Call the result to stop waiting. */
  acceptNext(waiter: SessionWaiter): () => void {
    this.#waiters.add(waiter);
    this.#grant();
    return () => this.#waiters.delete(waiter);
  }

  find(sessionId: string): SessionLock | undefined {
    return this.#held.get(sessionId);
  }

  isCurrent(lock: SessionLock): boolean {
    return this.#held.get(lock.sessionId) === lock && lock.until > Date.now();
  }

  renew(lock: SessionLock): number {
    lock.until = Date.now() + this.#durationMs;
    return lock.until;
  }

  /** Ends the lock; its messages go back to the queue. Does nothing when it has ended already. */
  end(lock: SessionLock, end: SessionEnd): void {
    if (this.#held.get(lock.sessionId) !== lock) return;
    this.#held.delete(lock.sessionId);
    this.#ended(lock, end);
    if (end === 'lost') lock.holder.lost(lock.sessionId);
    if (this.#order.has(lock.sessionId)) this.ready(lock.sessionId);
  }

  /** A message of this session can be delivered. */
  ready(sessionId: string): void {
    const lock = this.#held.get(sessionId);
    if (lock) {
      lock.holder.wake();
      return;
    }
    this.#available.add(sessionId);
    this.#grant();
  }

  #grant(): void {
    for (const waiter of this.#waiters) {
      const sessionId = this.#nextAvailable();
      if (sessionId === undefined) return;
      const lock = this.accept(sessionId, waiter.holder);
      if (!lock) return;
      this.#waiters.delete(waiter);
      waiter.granted(lock);
    }
  }

  #nextAvailable(): string | undefined {
    for (const sessionId of this.#available) {
      if (this.#order.has(sessionId)) return sessionId;
      this.#available.delete(sessionId);
    }
    return undefined;
  }

  #watch(lock: SessionLock): void {
    this.#agenda.at(lock.until, () => {
      if (this.#held.get(lock.sessionId) !== lock) return;
      if (lock.until > Date.now()) this.#watch(lock);
      else this.end(lock, 'lost');
    });
  }
}
