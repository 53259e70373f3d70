import type { QueueSettings } from '../options.js';
import type { MessageStore } from '../store/message-store.js';
import type { IncomingMessage, StoredMessage } from '../store/stored-message.js';
import { BrokerError } from './broker-error.js';

/** What a send comes to: a number for each message, and the messages that were not duplicates. */
export interface Intake {
  readonly sequenceNumbers: number[];
  readonly placed: StoredMessage[];
}

/**
 * Records all messages or, when one is refused, none. A duplicate is dropped and still gets a number, which
 * names no message: to its sender the send succeeds.
 */
export function takeIn(
  store: MessageStore,
  settings: QueueSettings,
  messages: readonly IncomingMessage[],
  now: number,
): Intake {
  if (settings.requiresSession && messages.some((message) => message.sessionId === null)) {
    throw new BrokerError(
      'amqp:not-allowed',
      `The entity '${store.name}' requires sessions: every message must have a session id.`,
    );
  }
  const intake: Intake = { sequenceNumbers: [], placed: [] };
  for (const incoming of messages) {
    const sequenceNumber = store.lastSequenceNumber + 1;
    intake.sequenceNumbers.push(sequenceNumber);
    if (isDuplicate(store, incoming.messageId, now)) {
      store.record({ kind: 'numbered', last: sequenceNumber });
      continue;
    }
    const message = storedMessage(incoming, sequenceNumber, settings, now);
    store.record({ kind: 'placed', message });
    intake.placed.push(message);
  }
  return intake;
}

function isDuplicate(store: MessageStore, messageId: string, now: number): boolean {
  if (!store.history.isKept) return false;
  if (store.history.has(messageId, now)) return true;
  store.record({ kind: 'seen', messageId, at: now });
  return false;
}

function storedMessage(
  incoming: IncomingMessage,
  sequenceNumber: number,
  settings: QueueSettings,
  now: number,
): StoredMessage {
  const isLater = incoming.scheduledFor !== null && incoming.scheduledFor > now;
  return {
    sequenceNumber,
    messageId: incoming.messageId,
    sessionId: incoming.sessionId,
    status: isLater ? 'scheduled' : 'active',
    enqueuedAt: isLater ? incoming.scheduledFor : now,
    timeToLiveMs: shorter(incoming.timeToLiveMs, settings.defaultMessageTtlMs),
    deliveryCount: 0,
    deadLetter: null,
    content: incoming.content,
  };
}

function shorter(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}
