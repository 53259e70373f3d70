import { z } from 'zod';

import type { MessageSource } from '../entity-directory.js';
import { BrokerError, sessionLockLost } from '../queue/broker-error.js';
import type { SessionLock } from '../queue/locks.js';
import type { Settlement } from '../queue/settlement.js';
import { outgoingContent, peekedContent } from './message-content.js';
import { setting, textOrNull } from './receiver-outcome.js';
import type { NodeReply, NodeRequest } from './request-reply.js';
import { types } from './rhea.js';

type Body = Readonly<Record<string, unknown>>;

/** Numbers that do not fit a double come as 8 bytes; sequence numbers here always fit. */
const long = z.union([z.number(), z.instanceof(Buffer).transform((bytes) => Number(bytes.readBigInt64BE()))]);
const longs = z.union([z.array(long), long.transform((one) => [one])]);
const token = z.instanceof(Buffer).transform((bytes) => bytes.toString('hex'));
const tokens = z.union([z.array(token), token.transform((one) => [one])]);

/** The sequence numbers of a request about scheduled or deferred messages. */
export function sequenceNumbersOf(request: NodeRequest): number[] {
  return field(request, 'sequence-numbers', longs);
}

/**
 * Answers one request to a receiving entity's `$management` node.
 * https://learn.microsoft.com/azure/service-bus-messaging/service-bus-amqp-request-response
 */
export function manageSource(source: MessageSource, request: NodeRequest): NodeReply {
  switch (request.operation) {
    case 'com.microsoft:renew-lock': {
      const ends = field(request, 'lock-tokens', tokens).map((one) => source.renewLock(one));
      return { status: 200, body: { expirations: ends.map((end) => new Date(end)) } };
    }
    case 'com.microsoft:peek-message':
      return peek(source, request);
    case 'com.microsoft:receive-by-sequence-number':
      return receiveDeferred(source, request);
    case 'com.microsoft:update-disposition':
      for (const one of field(request, 'lock-tokens', tokens)) source.settle(one, settlement(request));
      return { status: 200 };
    case 'com.microsoft:renew-session-lock': {
      const end = source.sessions.renew(heldSession(source, request));
      return { status: 200, body: { expiration: new Date(end) } };
    }
    case 'com.microsoft:get-session-state': {
      const state = source.store.sessionState(heldSession(source, request).sessionId);
      return { status: 200, body: { 'session-state': state && types.wrap_binary(state) } };
    }
    case 'com.microsoft:set-session-state': {
      const state = field(request, 'session-state', z.instanceof(Buffer).nullish());
      source.setSessionState(heldSession(source, request).sessionId, state ?? null);
      return { status: 200 };
    }
    default:
      throw new BrokerError('amqp:not-implemented', `The operation '${request.operation}' is not known.`);
  }
}

function peek(source: MessageSource, request: NodeRequest): NodeReply {
  const from = field(request, 'from-sequence-number', long);
  const limit = field(request, 'message-count', long);
  const sessionId = field(request, 'session-id', z.string().nullish()) ?? null;
  const messages = source.peek(from, limit, sessionId);
  if (messages.length === 0) return { status: 204, body: { messages: [] } };
  return {
    status: 200,
    body: { messages: messages.map((message) => ({ message: types.wrap_binary(peekedContent(message)) })) },
  };
}

function receiveDeferred(source: MessageSource, request: NodeRequest): NodeReply {
  const mode = field(request, 'receiver-settle-mode', long.nullish()) === 0 ? 'delete' : 'lock';
  const session = source.settings.requiresSession ? heldSession(source, request) : null;
  const received = source.receiveDeferred(sequenceNumbersOf(request), session, mode);
  const messages = received.map(({ message, lock }) => ({
    message: types.wrap_binary(outgoingContent(message, lock && (lock.session?.until ?? lock.until))),
    ...(lock && { 'lock-token': types.wrap_uuid(Buffer.from(lock.token, 'hex')) }),
  }));
  return { status: 200, body: { messages } };
}

function settlement(request: NodeRequest): Settlement {
  const properties =
    field(request, 'properties-to-modify', z.record(z.string(), z.unknown()).nullish()) ?? {};
  const rewrite = setting(properties);
  const { 'deadletter-reason': reason, 'deadletter-description': description } = bodyOf(request);
  switch (field(request, 'disposition-status', z.enum(['completed', 'abandoned', 'defered', 'suspended']))) {
    case 'completed':
      return { kind: 'complete' };
    case 'abandoned':
      return { kind: 'abandon', rewrite };
    case 'defered':
      return { kind: 'defer', rewrite };
    case 'suspended':
      return {
        kind: 'dead-letter',
        rewrite,
        reason: textOrNull(reason),
        description: textOrNull(description),
      };
  }
}

/** The session's lock, when it is still the asking receiver's. */
function heldSession(source: MessageSource, request: NodeRequest): SessionLock {
  const sessionId = field(request, 'session-id', z.string());
  const asking = request.properties['associated-link-name'];
  const lock = source.sessions.find(sessionId);
  const isMine = lock && (typeof asking !== 'string' || lock.holder.name === asking);
  if (!isMine || !source.sessions.isCurrent(lock)) throw sessionLockLost(sessionId);
  return lock;
}

function bodyOf(request: NodeRequest): Body {
  return typeof request.body === 'object' && request.body !== null ? (request.body as Body) : {};
}

function field<T>(request: NodeRequest, name: string, schema: z.ZodType<T>): T {
  const read = schema.safeParse(bodyOf(request)[name]);
  if (read.success) return read.data;
  throw new BrokerError('com.microsoft:argument-error', `'${name}' is missing or malformed.`);
}
