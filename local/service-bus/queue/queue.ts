import type { QueueSettings } from '../options.js';
import type { MessageStore } from '../store/message-store.js';
import {
  expiryOf,
  type DeadLetter,
  type IncomingMessage,
  type StoredMessage,
} from '../store/stored-message.js';
import type { Agenda } from './agenda.js';
import { BrokerError, messageLockLost, sessionLockLost } from './broker-error.js';
import { DeliveryOrder } from './delivery-order.js';
import { takeIn } from './intake.js';
import type { MessageLock, SessionLock } from './locks.js';
import { MessageLocks } from './message-locks.js';
import { SessionLocks, type SessionEnd } from './session-locks.js';
import type { Settlement } from './settlement.js';

/** Queues without sessions deliver all messages as one group. */
const wholeQueue = '';

/** How many messages a queue has in each state. */
export interface QueueCounts {
  readonly active: number;
  readonly scheduled: number;
  readonly locked: number;
  readonly deferred: number;
  readonly deadLettered: number;
}

/**
 * One queue or dead-letter subqueue: who gets which message when. It knows neither AMQP nor files; every
 * change that must survive goes through its store, committed before the method returns.
 */
export class Queue {
  readonly name: string;
  readonly settings: QueueSettings;
  readonly store: MessageStore;
  readonly sessions: SessionLocks;
  readonly deadLetters: Queue | null;
  readonly #agenda: Agenda;
  readonly #order: DeliveryOrder;
  readonly #locks: MessageLocks;
  readonly #receivers = new Set<() => void>();

  constructor(settings: QueueSettings, store: MessageStore, agenda: Agenda, deadLetters: Queue | null) {
    this.name = store.name;
    this.settings = settings;
    this.store = store;
    this.deadLetters = deadLetters;
    this.#agenda = agenda;
    this.#order = new DeliveryOrder((message) => this.#isDeliverable(message));
    this.#locks = new MessageLocks(agenda, settings.lockDurationMs, (lock) => {
      this.#giveBack(lock, lock.message.content, true);
      this.store.commit();
    });
    this.sessions = new SessionLocks(agenda, settings.lockDurationMs, this.#order, (lock, end) => {
      this.#endSession(lock, end);
    });
  }

  /** Takes up what the store was replayed to. Call once, before anything else. */
  restore(): void {
    for (const message of [...this.store.messages()]) this.#enter(message);
  }

  /** Places all messages or, when one is refused, none. Returns their sequence numbers; see {@link takeIn}. */
  send(messages: readonly IncomingMessage[]): number[] {
    const intake = takeIn(this.store, this.settings, messages, Date.now());
    this.store.commit();
    for (const message of intake.placed) this.#enter(message);
    return intake.sequenceNumbers;
  }

  /** Takes scheduled messages back; refuses all when one is not (or no longer) scheduled. */
  cancelScheduled(sequenceNumbers: readonly number[]): void {
    const strange = sequenceNumbers.find((number) => this.store.find(number)?.status !== 'scheduled');
    if (strange !== undefined) {
      throw new BrokerError('com.microsoft:message-not-found', `No scheduled message has number ${strange}.`);
    }
    for (const sequenceNumber of sequenceNumbers) this.store.record({ kind: 'removed', sequenceNumber });
    this.store.commit();
  }

  /** Calls `wake` whenever a message may be delivered. Call the result to stop. For queues without sessions. */
  listen(wake: () => void): () => void {
    this.#receivers.add(wake);
    return () => this.#receivers.delete(wake);
  }

  /** Locks the next message for a receiver, of its session when it has one. */
  receive(session: SessionLock | null): MessageLock | undefined {
    const message = this.#next(session);
    return message && this.#locks.take(message, session);
  }

  /** Takes the next message out for good. */
  receiveAndDelete(session: SessionLock | null): StoredMessage | undefined {
    const message = this.#next(session);
    if (message) this.#remove(message);
    return message;
  }

  /** Locks (or takes out) deferred messages, all or none. */
  receiveDeferred(
    sequenceNumbers: readonly number[],
    session: SessionLock | null,
    mode: 'lock' | 'delete',
  ): { readonly message: StoredMessage; readonly lock: MessageLock | null }[] {
    const messages = sequenceNumbers.map((sequenceNumber) => this.#deferred(sequenceNumber, session));
    return messages.map((message) => {
      if (mode === 'lock') return { message, lock: this.#locks.take(message, session) };
      this.#remove(message);
      return { message, lock: null };
    });
  }

  /** Up to `limit` messages in any state, by sequence number; expired ones are left out. */
  peek(from: number, limit: number, sessionId: string | null): StoredMessage[] {
    const now = Date.now();
    return [...this.store.messages()]
      .filter((message) => message.sequenceNumber >= from && expiryOf(message) > now)
      .filter((message) => sessionId === null || message.sessionId === sessionId)
      .sort((a, b) => a.sequenceNumber - b.sequenceNumber)
      .slice(0, limit);
  }

  /** Settles a locked message; throws when its lock, or its session's, is gone. */
  settle(token: string, settlement: Settlement): void {
    const lock = this.#lock(token);
    const { message } = lock;
    switch (settlement.kind) {
      case 'complete':
        this.#locks.drop(lock);
        this.#remove(message);
        return;
      case 'abandon': {
        const content = settlement.rewrite?.(message.content) ?? message.content;
        this.#locks.drop(lock);
        this.#giveBack(lock, content, true);
        break;
      }
      case 'defer': {
        const content = settlement.rewrite?.(message.content) ?? null;
        this.#locks.drop(lock);
        this.store.record({ kind: 'deferred', sequenceNumber: message.sequenceNumber, content });
        break;
      }
      case 'dead-letter': {
        if (!this.deadLetters) throw new BrokerError('amqp:not-allowed', 'This is a dead-letter queue.');
        const content = settlement.rewrite?.(message.content) ?? message.content;
        this.#locks.drop(lock);
        this.#moveToDeadLetters({ ...message, content }, settlement.reason, settlement.description);
        break;
      }
    }
    this.store.commit();
  }

  /** Returns the new end of the lock. */
  renewLock(token: string): number {
    return this.#locks.renew(this.#lock(token));
  }

  setSessionState(sessionId: string, state: Buffer | null): void {
    this.store.record({ kind: 'session-state', sessionId, state });
    this.store.commit();
  }

  /** Takes a message over from the main queue, with its sequence number and delivery count. */
  adopt(message: StoredMessage): void {
    this.store.record({ kind: 'placed', message });
    this.#enter(message);
  }

  counts(): QueueCounts {
    const ofStatus = { active: 0, scheduled: 0, deferred: 0 };
    for (const message of this.store.messages()) ofStatus[message.status] += 1;
    const locked = this.#locks.size;
    return {
      ...ofStatus,
      active: Math.max(0, ofStatus.active - locked),
      locked,
      deadLettered: this.deadLetters?.store.size ?? 0,
    };
  }

  /** Puts a message that the store has into delivery, now or when it is due. */
  #enter(message: StoredMessage): void {
    switch (message.status) {
      case 'scheduled':
        this.#agenda.at(message.enqueuedAt, () => {
          this.#activate(message);
        });
        return;
      case 'active':
        this.#agenda.at(expiryOf(message), () => {
          this.#expire(message.sequenceNumber);
        });
        this.#offer(message);
        return;
      case 'deferred':
        return;
    }
  }

  #activate(scheduled: StoredMessage): void {
    if (this.store.find(scheduled.sequenceNumber) !== scheduled) return;
    const to = this.store.lastSequenceNumber + 1;
    this.store.record({ kind: 'activated', from: scheduled.sequenceNumber, to });
    this.store.commit();
    const active = this.store.find(to);
    if (active) this.#enter(active);
  }

  /** Makes an active message deliverable and wakes who may take it. */
  #offer(message: StoredMessage): void {
    const group = this.settings.requiresSession ? (message.sessionId ?? wholeQueue) : wholeQueue;
    this.#order.add(group, message);
    if (this.settings.requiresSession) this.sessions.ready(group);
    else for (const wake of this.#receivers) wake();
  }

  #isDeliverable(message: StoredMessage): boolean {
    return this.store.find(message.sequenceNumber) === message && expiryOf(message) > Date.now();
  }

  #next(session: SessionLock | null): StoredMessage | undefined {
    if (session && !this.sessions.isCurrent(session)) return undefined;
    return this.#order.next(session?.sessionId ?? wholeQueue);
  }

  #deferred(sequenceNumber: number, session: SessionLock | null): StoredMessage {
    const message = this.store.find(sequenceNumber);
    const isMine = !this.settings.requiresSession || message?.sessionId === session?.sessionId;
    if (message?.status !== 'deferred' || !isMine || this.#locks.isLocked(message)) {
      throw new BrokerError(
        'com.microsoft:message-not-found',
        `No deferred message has number ${sequenceNumber}.`,
      );
    }
    return message;
  }

  #lock(token: string): MessageLock {
    const lock = this.#locks.find(token);
    if (!lock) throw messageLockLost();
    if (lock.session && !this.sessions.isCurrent(lock.session)) throw sessionLockLost(lock.session.sessionId);
    return lock;
  }

  #endSession(session: SessionLock, end: SessionEnd): void {
    for (const lock of [...session.messages]) {
      this.#locks.drop(lock);
      this.#giveBack(lock, lock.message.content, end === 'lost');
    }
    this.store.commit();
  }

  /** Returns a message whose lock was dropped to its place, or dead-letters it after too many failures. */
  #giveBack({ message }: MessageLock, content: Buffer, failed: boolean): void {
    const { sequenceNumber, status } = message;
    const deliveryCount = message.deliveryCount + (failed ? 1 : 0);
    if (failed && deliveryCount >= this.settings.maxDeliveryCount) {
      const description = `Message could not be consumed after ${deliveryCount} delivery attempts.`;
      const spent = { ...message, content, deliveryCount };
      this.#moveToDeadLetters(spent, 'MaxDeliveryCountExceeded', description);
      return;
    }
    if (failed) {
      const changed = content === message.content ? null : content;
      this.store.record({ kind: 'returned', sequenceNumber, deliveryCount, content: changed });
    }
    const returned = this.store.find(sequenceNumber);
    if (!returned || status === 'deferred') return;
    if (expiryOf(returned) <= Date.now()) this.#expire(sequenceNumber);
    else this.#offer(returned);
  }

  #expire(sequenceNumber: number): void {
    const message = this.store.find(sequenceNumber);
    if (message?.status !== 'active' || this.#locks.isLocked(message)) return;
    if (this.deadLetters && this.settings.deadLetterOnExpiry) {
      this.#moveToDeadLetters(message, 'TTLExpiredException', 'The message expired and was dead lettered.');
      this.store.commit();
    } else this.#remove(message);
  }

  #remove({ sequenceNumber }: StoredMessage): void {
    this.store.record({ kind: 'removed', sequenceNumber });
    this.store.commit();
  }

  /** Placed there before removed here: a kill in between doubles the message rather than losing it. */
  #moveToDeadLetters(message: StoredMessage, reason: string | null, description: string | null): void {
    const deadLetter: DeadLetter = { source: this.name, reason, description };
    this.deadLetters?.adopt({ ...message, status: 'active', timeToLiveMs: null, deadLetter });
    this.store.record({ kind: 'removed', sequenceNumber: message.sequenceNumber });
  }
}
