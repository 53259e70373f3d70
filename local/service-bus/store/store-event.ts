import { z } from 'zod';

import type { StoredMessage } from './stored-message.js';

/** Everything that changes what a broker must still know after it was killed. */
export type StoreEvent =
  | { readonly kind: 'placed'; readonly message: StoredMessage }
  | { readonly kind: 'seen'; readonly messageId: string; readonly at: number }
  | { readonly kind: 'activated'; readonly from: number; readonly to: number }
  | {
      readonly kind: 'returned';
      readonly sequenceNumber: number;
      readonly deliveryCount: number;
      readonly content: Buffer | null;
    }
  | { readonly kind: 'deferred'; readonly sequenceNumber: number; readonly content: Buffer | null }
  | { readonly kind: 'removed'; readonly sequenceNumber: number }
  | { readonly kind: 'session-state'; readonly sessionId: string; readonly state: Buffer | null }
  | { readonly kind: 'numbered'; readonly last: number };

/** An event and the entity (queue or dead-letter subqueue) that it changed. */
export interface StoreRecord {
  readonly entity: string;
  readonly event: StoreEvent;
}

const bytes = z.string().transform((text) => Buffer.from(text, 'base64'));

const storedMessage = z.object({
  sequenceNumber: z.number(),
  messageId: z.string(),
  sessionId: z.string().nullable(),
  status: z.enum(['active', 'scheduled', 'deferred']),
  enqueuedAt: z.number(),
  timeToLiveMs: z.number().nullable(),
  deliveryCount: z.number(),
  deadLetter: z
    .object({ source: z.string(), reason: z.string().nullable(), description: z.string().nullable() })
    .nullable(),
  content: bytes,
});

const storeEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('placed'), message: storedMessage }),
  z.object({ kind: z.literal('seen'), messageId: z.string(), at: z.number() }),
  z.object({ kind: z.literal('activated'), from: z.number(), to: z.number() }),
  z.object({
    kind: z.literal('returned'),
    sequenceNumber: z.number(),
    deliveryCount: z.number(),
    content: bytes.nullable(),
  }),
  z.object({ kind: z.literal('deferred'), sequenceNumber: z.number(), content: bytes.nullable() }),
  z.object({ kind: z.literal('removed'), sequenceNumber: z.number() }),
  z.object({ kind: z.literal('session-state'), sessionId: z.string(), state: bytes.nullable() }),
  z.object({ kind: z.literal('numbered'), last: z.number() }),
]);

const storeRecord = z.object({ entity: z.string(), event: storeEvent });

/** The record as one line without its line end. */
export function recordToLine(record: StoreRecord): string {
  return JSON.stringify({ entity: record.entity, event: withTextForBytes(record.event) });
}

/** Reads a line back; throws when it is no record. */
export function recordFromLine(line: string): StoreRecord {
  return storeRecord.parse(JSON.parse(line));
}

function withTextForBytes(event: StoreEvent): object {
  switch (event.kind) {
    case 'placed':
      return { kind: event.kind, message: { ...event.message, content: base64(event.message.content) } };
    case 'returned':
    case 'deferred':
      return { ...event, content: base64(event.content) };
    case 'session-state':
      return { ...event, state: base64(event.state) };
    case 'seen':
    case 'activated':
    case 'removed':
    case 'numbered':
      return event;
  }
}

function base64(content: Buffer | null): string | null {
  return content === null ? null : content.toString('base64');
}
