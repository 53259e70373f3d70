import { randomUUID } from 'node:crypto';

import { BrokerError } from '../queue/broker-error.js';
import type { IncomingMessage, MessageStatus, StoredMessage } from '../store/stored-message.js';
import { decode, encode, types, type AmqpMessage } from './rhea.js';

/** A batch: each data section of its body is an encoded message. */
const batchFormat = 0x80013700;

const scheduledTime = 'x-opt-scheduled-enqueue-time';

/** `x-opt-message-state` as peeked. */
const stateNumbers: Readonly<Record<MessageStatus, number>> = { active: 0, deferred: 1, scheduled: 2 };

/** Reads what a sender put on its link: one message, or a batch of them. */
export function incomingMessages(content: AmqpMessage | Buffer, format: number): IncomingMessage[] {
  if (!Buffer.isBuffer(content)) return [incomingMessage(content, encode(content))];
  if (format !== batchFormat) {
    throw new BrokerError('amqp:not-implemented', `Message format ${format} is not known.`);
  }
  return dataSections(decode(content)).map((section) => incomingMessage(decode(section), section));
}

/** Reads one message; one without a message id gets a random one. */
export function incomingMessage(message: AmqpMessage, content: Buffer): IncomingMessage {
  if (message.message_id === undefined) {
    const named = { ...message, message_id: randomUUID() };
    return incomingMessage(named, encode(named));
  }
  return {
    messageId: messageIdKey(message.message_id),
    sessionId: message.group_id ?? null,
    scheduledFor: instant(message.message_annotations?.[scheduledTime]),
    timeToLiveMs: message.ttl ?? null,
    content,
  };
}

/** The message as a receiver reads it; `lockedUntil` is null when it is not locked. */
export function outgoingContent(message: StoredMessage, lockedUntil: number | null): Buffer {
  return encode(
    outgoingMessage(message, lockedUntil === null ? {} : { 'x-opt-locked-until': new Date(lockedUntil) }),
  );
}

/** The message as `peek` shows it. */
export function peekedContent(message: StoredMessage): Buffer {
  return encode(
    outgoingMessage(message, { 'x-opt-message-state': types.wrap_int(stateNumbers[message.status]) }),
  );
}

/** The content with some application properties set: what a receiver changes when it settles. */
export function withProperties(content: Buffer, properties: Readonly<Record<string, unknown>>): Buffer {
  const message = decode(content);
  return encode({ ...message, application_properties: { ...message.application_properties, ...properties } });
}

function outgoingMessage(
  message: StoredMessage,
  annotations: Readonly<Record<string, unknown>>,
): AmqpMessage {
  const sent = decode(message.content);
  const { deadLetter } = message;
  return {
    ...sent,
    delivery_count: message.deliveryCount,
    message_annotations: {
      ...sent.message_annotations,
      'x-opt-sequence-number': types.wrap_long(message.sequenceNumber),
      'x-opt-enqueued-time': new Date(message.enqueuedAt),
      ...(deadLetter && { 'x-opt-deadletter-source': deadLetter.source }),
      ...annotations,
    },
    ...(deadLetter && {
      application_properties: {
        ...sent.application_properties,
        ...(deadLetter.reason !== null && { DeadLetterReason: deadLetter.reason }),
        ...(deadLetter.description !== null && { DeadLetterErrorDescription: deadLetter.description }),
      },
    }),
  };
}

function dataSections(batch: AmqpMessage): Buffer[] {
  const { content } = (batch.body ?? {}) as { readonly content?: Buffer | readonly Buffer[] };
  if (content === undefined) throw new BrokerError('com.microsoft:argument-error', 'The batch is empty.');
  return Buffer.isBuffer(content) ? [content] : [...content];
}

/** A message id may be a string, a number, a UUID or binary: equal texts for equal ids only. */
function messageIdKey(id: unknown): string {
  if (Buffer.isBuffer(id)) return `binary:${id.toString('hex')}`;
  return typeof id === 'string' ? `string:${id}` : `number:${String(id)}`;
}

function instant(value: unknown): number | null {
  if (value instanceof Date) return value.getTime();
  return typeof value === 'number' ? value : null;
}
