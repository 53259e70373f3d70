/** Why a message stands in a dead-letter queue, as the receiver reads it from its application properties. */
export interface DeadLetter {
  readonly source: string;
  readonly reason: string | null;
  readonly description: string | null;
}

/** Locks are not part of it: they live in memory only and end with the broker. */
export type MessageStatus = 'active' | 'scheduled' | 'deferred';

/** One message of one entity. Instants are milliseconds since 1970. Never changed in place. */
export interface StoredMessage {
  readonly sequenceNumber: number;
  /** A text that is equal for equal message ids; see `messageIdKey`. */
  readonly messageId: string;
  readonly sessionId: string | null;
  readonly status: MessageStatus;
  /** When it became active, or will; its time to live counts from here. */
  readonly enqueuedAt: number;
  readonly timeToLiveMs: number | null;
  readonly deliveryCount: number;
  readonly deadLetter: DeadLetter | null;
  /** The AMQP message as it was sent. */
  readonly content: Buffer;
}

/** A message on its way in: the part that the sender decides. */
export interface IncomingMessage {
  readonly messageId: string;
  readonly sessionId: string | null;
  /** Null: at once. */
  readonly scheduledFor: number | null;
  readonly timeToLiveMs: number | null;
  readonly content: Buffer;
}

/** When the message expires, or never. */
export function expiryOf(message: StoredMessage): number {
  return message.timeToLiveMs === null ? Number.POSITIVE_INFINITY : message.enqueuedAt + message.timeToLiveMs;
}
