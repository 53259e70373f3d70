import {
  isServiceBusError,
  type ServiceBusClient,
  type ServiceBusReceivedMessage,
  type ServiceBusSessionReceiver,
} from '@azure/service-bus';
import { setTimeout as wait } from 'node:timers/promises';
import type { ServiceBusSettings } from './host-json.js';

const firstBackoffMs = 50;
const longestBackoffMs = 1_000;
const closeLimitMs = 1_000;

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
 * A slot has a connection of its own and begins anew with another after a failure: the client does not always recover
 * from a connection that was cut while it waited for a session.
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
    const receiver = await orAborted(accepting, options.stop);
    if (receiver === undefined) {
      // The client cannot be called off while it waits. A session that still comes is given back.
      accepting.then((late) => late.close()).catch(() => undefined);
      return { kind: 'noneFree' };
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

/** What the work comes to, or undefined once the signal is given. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  const { promise, settle } = deferred();
  signal.addEventListener('abort', settle);
  try {
    if (signal.aborted) settle();
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', settle);
  }
}

function deferred(): { promise: Promise<undefined>; settle: () => void } {
  let settle = (): void => undefined;
  const promise = new Promise<undefined>((resolve) => {
    settle = () => resolve(undefined);
  });
  return { promise, settle };
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
