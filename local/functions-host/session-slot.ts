import {
  isServiceBusError,
  type ServiceBusClient,
  type ServiceBusReceivedMessage,
  type ServiceBusSessionReceiver,
} from '@azure/service-bus';
import { setTimeout as wait } from 'node:timers/promises';
import type { ServiceBusSettings } from './host-json.js';
import { sessionPollMs } from './service-bus-connection.js';

const firstBackoffMs = 50;
const longestBackoffMs = 1_000;
const closeLimitMs = 1_000;
/** Beyond the broker's own answer that no session is free, with time to connect and sign in. */
const acceptLimitMs = 2 * sessionPollMs;

export interface SessionSlotOptions {
  readonly createClient: () => ServiceBusClient;
  readonly queueName: string;
  readonly settings: ServiceBusSettings;
  readonly autoComplete: boolean;
  /** Runs the function on one message; a rejection abandons the message. */
  readonly handle: (message: ServiceBusReceivedMessage) => Promise<void>;
  /** The broker could not be asked for a session. */
  readonly onUnreachable: (error: unknown) => void;
  /** The broker answered. */
  readonly onReachable: () => void;
  /** A message's outcome could not be told to the broker, as after the session's lock was lost. */
  readonly onSettleFailure: (message: ServiceBusReceivedMessage, error: unknown) => void;
  readonly stop: AbortSignal;
}

/**
 * One of the trigger's `maxConcurrentSessions` slots: accepts the next free session, works through its messages one
 * at a time until none has come for `sessionIdleTimeout`, and takes another. The lock is renewed for
 * `maxAutoLockRenewalDuration` counted from when the session was accepted, however many messages it brings; a function
 * running when the lock is lost is not told, its message is merely not settled any more.
 *
 * A slot has a connection of its own and takes a new one after a failure, so that nothing depends on the state that a
 * cut connection leaves its client in, and the sessions of other slots are not touched.
 */
export async function runSessionSlot(options: SessionSlotOptions): Promise<void> {
  let client = options.createClient();
  let backoffMs = firstBackoffMs;
  while (!options.stop.aborted) {
    const accepted = await acceptSession(client, options);
    switch (accepted.kind) {
      case 'session':
        backoffMs = firstBackoffMs;
        await workThrough(options, accepted.receiver);
        break;
      case 'noneFree':
        backoffMs = firstBackoffMs;
        break;
      case 'unreachable':
        leave(client);
        await wait(backoffMs, undefined, { signal: options.stop }).catch(() => undefined);
        backoffMs = Math.min(backoffMs * 2, longestBackoffMs);
        client = options.createClient();
        break;
    }
  }
  await Promise.race([client.close().catch(() => undefined), wait(closeLimitMs, undefined, { ref: false })]);
}

/** Closing a broken connection may take the client a minute, for which nothing here has to wait. */
function leave(client: ServiceBusClient): void {
  client.close().catch(() => undefined);
}

type Accepted =
  | { readonly kind: 'session'; readonly receiver: ServiceBusSessionReceiver }
  | { readonly kind: 'noneFree' | 'unreachable' };

async function acceptSession(client: ServiceBusClient, options: SessionSlotOptions): Promise<Accepted> {
  const accepting = client.acceptNextSession(options.queueName, {
    maxAutoLockRenewalDurationInMs: options.settings.maxAutoLockRenewalDurationMs,
    skipParsingBodyAsJson: true,
  });
  try {
    const receiver = await unlessGivenUp(accepting, options.stop, acceptLimitMs);
    if (receiver === 'stopped' || receiver === 'late') {
      // The client cannot be called off while it waits. A session that still comes is given back.
      accepting.then((unwanted) => unwanted.close()).catch(() => undefined);
      if (receiver === 'stopped') return { kind: 'noneFree' };
      throw new Error('there was no answer.');
    }
    options.onReachable();
    return { kind: 'session', receiver };
  } catch (error) {
    if (options.stop.aborted) return { kind: 'noneFree' };
    if (!isNoSessionFree(error)) {
      options.onUnreachable(error);
      return { kind: 'unreachable' };
    }
    options.onReachable();
    return { kind: 'noneFree' };
  }
}

function isNoSessionFree(error: unknown): boolean {
  return (
    isServiceBusError(error) && (error.code === 'ServiceTimeout' || error.code === 'SessionCannotBeLocked')
  );
}

/** What the work comes to, unless the signal is given or the time is over before. */
async function unlessGivenUp<T>(
  work: Promise<T>,
  signal: AbortSignal,
  limitMs: number,
): Promise<T | 'stopped' | 'late'> {
  const waiting = new AbortController();
  const giveUp = (): void => waiting.abort();
  signal.addEventListener('abort', giveUp);
  if (signal.aborted) giveUp();
  const patience = wait(limitMs, 'late' as const, { signal: waiting.signal }).catch(() => 'stopped' as const);
  try {
    return await Promise.race([work, patience]);
  } finally {
    signal.removeEventListener('abort', giveUp);
    giveUp();
  }
}

async function workThrough(options: SessionSlotOptions, receiver: ServiceBusSessionReceiver): Promise<void> {
  try {
    while (!options.stop.aborted && !receiver.isClosed) {
      const [message] = await receiver.receiveMessages(1, {
        maxWaitTimeInMs: options.settings.sessionIdleTimeoutMs,
        abortSignal: options.stop,
      });
      if (message === undefined) break;
      await workOn(options, receiver, message);
    }
  } catch {
    // The session was lost or the stop came while waiting: either way nothing was in hand.
  } finally {
    await receiver.close().catch(() => undefined);
  }
}

async function workOn(
  options: SessionSlotOptions,
  receiver: ServiceBusSessionReceiver,
  message: ServiceBusReceivedMessage,
): Promise<void> {
  const succeeded = await options.handle(message).then(
    () => true,
    () => false,
  );
  try {
    if (!succeeded) await receiver.abandonMessage(message);
    else if (options.autoComplete) await receiver.completeMessage(message);
  } catch (error) {
    options.onSettleFailure(message, error);
  }
}
