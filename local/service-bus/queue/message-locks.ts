import { randomBytes } from 'node:crypto';

import type { StoredMessage } from '../store/stored-message.js';
import type { Agenda } from './agenda.js';
import type { MessageLock, SessionLock } from './locks.js';

/** The peek-lock locks of one entity; each ends when it is dropped, or by itself when its time has passed. */
export class MessageLocks {
  readonly #agenda: Agenda;
  readonly #durationMs: number;
  readonly #expired: (lock: MessageLock) => void;
  readonly #held = new Map<string, MessageLock>();
  readonly #lockedNumbers = new Set<number>();

  constructor(agenda: Agenda, durationMs: number, expired: (lock: MessageLock) => void) {
    this.#agenda = agenda;
    this.#durationMs = durationMs;
    this.#expired = expired;
  }

  get size(): number {
    return this.#held.size;
  }

  take(message: StoredMessage, session: SessionLock | null): MessageLock {
    const lock: MessageLock = {
      token: randomBytes(16).toString('hex'),
      message,
      session,
      until: Date.now() + this.#durationMs,
    };
    this.#held.set(lock.token, lock);
    this.#lockedNumbers.add(message.sequenceNumber);
    if (session) session.messages.add(lock);
    else this.#watch(lock);
    return lock;
  }

  find(token: string): MessageLock | undefined {
    const lock = this.#held.get(token);
    const until = lock?.session?.until ?? lock?.until ?? 0;
    return until > Date.now() ? lock : undefined;
  }

  renew(lock: MessageLock): number {
    lock.until = Date.now() + this.#durationMs;
    return lock.until;
  }

  isLocked(message: StoredMessage): boolean {
    return this.#lockedNumbers.has(message.sequenceNumber);
  }

  drop(lock: MessageLock): void {
    this.#held.delete(lock.token);
    this.#lockedNumbers.delete(lock.message.sequenceNumber);
    lock.session?.messages.delete(lock);
  }

  #watch(lock: MessageLock): void {
    this.#agenda.at(lock.until, () => {
      if (!this.#held.has(lock.token)) return;
      if (lock.until > Date.now()) {
        this.#watch(lock);
        return;
      }
      this.drop(lock);
      this.#expired(lock);
    });
  }
}
