import { Unavailable } from '../../shared/core/failures.js';
import type { SyncJob } from '../../shared/core/job.js';
import type { JobQueue, QueuedJob } from '../../shared/ports/job-queue.js';

export interface MemoryQueueOptions {
  /** Epoch milliseconds, usually of a virtual clock. */
  readonly now: () => number;
  /** How long a message id is remembered from when it was first sent. Default 10 minutes. */
  readonly duplicateWindowMs?: number;
  /** Failed deliveries after which a message is dead-lettered. Default 10. */
  readonly maxDeliveryCount?: number;
}

/** A message in the hands of a receiver; its session is locked until it is settled. */
export interface MemoryDelivery {
  readonly messageId: string;
  readonly sessionId: string;
  readonly body: unknown;
  /** 1 at the first delivery. */
  readonly deliveryCount: number;
  /** Answers false where the lock was lost meanwhile: the message is then served again. */
  complete(): boolean;
  /** Served again at the next receive. */
  abandon(): boolean;
}

interface StoredMessage {
  readonly messageId: string;
  readonly sessionId: string;
  readonly body: unknown;
  readonly dueAt: number;
  /** Order within the session: a scheduled message gets its number when it becomes active. */
  order: number | null;
  deliveryCount: number;
}

/**
 * The broker in memory: sessions that one receiver holds at a time, duplicate detection at send by message id
 * (scheduled messages included, outliving receipt), scheduling, and deliveries that are lost as locks are.
 */
export class MemoryQueue implements JobQueue {
  readonly deadLetters: { readonly messageId: string; readonly body: unknown }[] = [];
  #messages: StoredMessage[] = [];
  readonly #sentAt = new Map<string, number>();
  readonly #locks = new Map<string, object>();
  #nextOrder = 1;
  #sendFault: 'before' | 'after' | null = null;

  constructor(private readonly options: MemoryQueueOptions) {}

  async send(jobs: readonly QueuedJob[]): Promise<void> {
    const fault = this.#sendFault;
    this.#sendFault = null;
    if (fault === 'before') throw new Unavailable('The broker cannot be reached');
    for (const { messageId, job, dueAt } of jobs) {
      this.put(messageId, job.tenantId, structuredClone<SyncJob>(job), dueAt);
    }
    if (fault === 'after') throw new Unavailable('The broker did not confirm');
  }

  /** Stores any body as it is, as somebody else's program could. */
  put(messageId: string, sessionId: string, body: unknown, dueAt: number | null = null): void {
    const now = this.options.now();
    const sent = this.#sentAt.get(messageId);
    if (sent !== undefined && now - sent < (this.options.duplicateWindowMs ?? 600_000)) return;
    this.#sentAt.set(messageId, now);
    const message = { messageId, sessionId, body, dueAt: dueAt ?? now, order: null, deliveryCount: 0 };
    this.#messages.push(message);
    this.#activate();
  }

  /** The next send fails: before the broker has the messages, or after, so that only the answer is lost. */
  failNextSend(when: 'before' | 'after'): void {
    this.#sendFault = when;
  }

  /** The oldest message that is due, of a session nobody holds; null where there is none. */
  receive(): MemoryDelivery | null {
    this.#activate();
    const [message] = this.#messages
      .filter(({ order, sessionId }) => order !== null && !this.#locks.has(sessionId))
      .sort((a, b) => (a.order ?? 0) - (b.order ?? 0));
    return message === undefined ? null : this.#deliver(message);
  }

  /**
   * The session's lock is lost, or its receiver died: whoever holds a message of it can no longer settle it, and it
   * is served again.
   */
  loseLock(sessionId: string): void {
    this.#locks.delete(sessionId);
    this.#setAsideExhausted();
  }

  loseAllLocks(): void {
    this.#locks.clear();
    this.#setAsideExhausted();
  }

  /** Whatever is not in a receiver's hands is gone, as when the broker is made again from nothing. */
  loseEverything(): void {
    this.#messages = this.#messages.filter(({ sessionId }) => this.#locks.has(sessionId));
  }

  /** When the next scheduled message becomes due, epoch milliseconds; null where none is scheduled. */
  nextDueAt(): number | null {
    const now = this.options.now();
    const due = this.#messages.filter(({ dueAt }) => dueAt > now).map(({ dueAt }) => dueAt);
    return due.length === 0 ? null : Math.min(...due);
  }

  /** Messages not completed yet, scheduled ones included. */
  get size(): number {
    return this.#messages.length;
  }

  #activate(): void {
    const now = this.options.now();
    const ripe = this.#messages.filter(({ order, dueAt }) => order === null && dueAt <= now);
    for (const message of ripe.sort((a, b) => a.dueAt - b.dueAt)) message.order = this.#nextOrder++;
  }

  #deliver(message: StoredMessage): MemoryDelivery {
    const lock = {};
    this.#locks.set(message.sessionId, lock);
    message.deliveryCount += 1;
    const settle = (finish: () => void) => (): boolean => {
      if (this.#locks.get(message.sessionId) !== lock) return false;
      this.#locks.delete(message.sessionId);
      finish();
      return true;
    };
    return {
      messageId: message.messageId,
      sessionId: message.sessionId,
      body: structuredClone(message.body),
      deliveryCount: message.deliveryCount,
      complete: settle(() => this.#drop(message)),
      abandon: settle(() => this.#setAsideExhausted()),
    };
  }

  #drop(message: StoredMessage): void {
    this.#messages = this.#messages.filter((kept) => kept !== message);
  }

  #setAsideExhausted(): void {
    const most = this.options.maxDeliveryCount ?? 10;
    for (const message of this.#messages) {
      if (message.deliveryCount < most || this.#locks.has(message.sessionId)) continue;
      this.#drop(message);
      this.deadLetters.push({ messageId: message.messageId, body: message.body });
    }
  }
}
