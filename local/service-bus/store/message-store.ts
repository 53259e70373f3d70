import { DuplicateHistory } from './duplicate-history.js';
import type { StoreEvent } from './store-event.js';
import type { StoredMessage } from './stored-message.js';

/** Where events go to outlive the process. */
export interface EventSink {
  append(entity: string, event: StoreEvent): void;
  /** Hands everything appended to the operating system; a process killed afterwards loses none of it. */
  flush(): void;
}

/** The durable part of one entity: changed by events only, the same way live and when replayed. */
export class MessageStore {
  readonly name: string;
  readonly history: DuplicateHistory;
  readonly #sink: EventSink;
  readonly #messages = new Map<number, StoredMessage>();
  readonly #sessionStates = new Map<string, Buffer>();
  #lastSequenceNumber = 0;

  constructor(name: string, duplicateWindowMs: number, sink: EventSink) {
    this.name = name;
    this.history = new DuplicateHistory(duplicateWindowMs);
    this.#sink = sink;
  }

  get lastSequenceNumber(): number {
    return this.#lastSequenceNumber;
  }

  get size(): number {
    return this.#messages.size;
  }

  find(sequenceNumber: number): StoredMessage | undefined {
    return this.#messages.get(sequenceNumber);
  }

  messages(): IterableIterator<StoredMessage> {
    return this.#messages.values();
  }

  sessionState(sessionId: string): Buffer | null {
    return this.#sessionStates.get(sessionId) ?? null;
  }

  /** Applies the event and passes it on; it is durable after the next {@link commit}. */
  record(event: StoreEvent): void {
    this.apply(event);
    this.#sink.append(this.name, event);
  }

  commit(): void {
    this.#sink.flush();
  }

  /** Applies an event without passing it on: for replay. */
  apply(event: StoreEvent): void {
    switch (event.kind) {
      case 'placed':
        this.#raise(event.message.sequenceNumber);
        this.#messages.set(event.message.sequenceNumber, event.message);
        return;
      case 'seen':
        this.history.add(event.messageId, event.at);
        return;
      case 'activated':
        this.#activate(event.from, event.to);
        return;
      case 'returned':
        this.#change(event.sequenceNumber, event.content, { deliveryCount: event.deliveryCount });
        return;
      case 'deferred':
        this.#change(event.sequenceNumber, event.content, { status: 'deferred' });
        return;
      case 'removed':
        this.#messages.delete(event.sequenceNumber);
        return;
      case 'session-state':
        if (event.state === null) this.#sessionStates.delete(event.sessionId);
        else this.#sessionStates.set(event.sessionId, event.state);
        return;
      case 'numbered':
        this.#raise(event.last);
        return;
    }
  }

  /** The fewest events that rebuild this store. */
  *snapshot(now: number): Generator<StoreEvent> {
    yield { kind: 'numbered', last: this.#lastSequenceNumber };
    for (const [messageId, at] of this.history.entries(now)) yield { kind: 'seen', messageId, at };
    for (const [sessionId, state] of this.#sessionStates) yield { kind: 'session-state', sessionId, state };
    for (const message of this.#messages.values()) yield { kind: 'placed', message };
  }

  #raise(sequenceNumber: number): void {
    this.#lastSequenceNumber = Math.max(this.#lastSequenceNumber, sequenceNumber);
  }

  #activate(from: number, to: number): void {
    const scheduled = this.#messages.get(from);
    if (!scheduled) return;
    this.#raise(to);
    this.#messages.delete(from);
    this.#messages.set(to, { ...scheduled, sequenceNumber: to, status: 'active' });
  }

  #change(
    sequenceNumber: number,
    content: Buffer | null,
    change: Partial<Pick<StoredMessage, 'status' | 'deliveryCount'>>,
  ): void {
    const message = this.#messages.get(sequenceNumber);
    if (!message) return;
    this.#messages.set(sequenceNumber, { ...message, ...change, content: content ?? message.content });
  }
}
