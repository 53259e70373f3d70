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

export interface SessionSlotOptions {
  readonly client: ServiceBusClient;
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
 */
export async function runSessionSlot(options: SessionSlotOptions): Promise<void> {
  let backoffMs = firstBackoffMs;
  while (!options.stop.aborted) {
    const accepted = await acceptSession(options);
    switch (accepted.kind) {
      case 'session':
        backoffMs = firstBackoffMs;
        await workThrough(options, accepted.receiver);
        break;
      case 'noneFree':
        backoffMs = firstBackoffMs;
        break;
      case 'unreachable':
        await wait(backoffMs, undefined, { signal: options.stop }).catch(() => undefined);
        backoffMs = Math.min(backoffMs * 2, longestBackoffMs);
        break;
    }
  }
}

type Accepted =
  | { readonly kind: 'session'; readonly receiver: ServiceBusSessionReceiver }
  | { readonly kind: 'noneFree' | 'unreachable' };

async function acceptSession(options: SessionSlotOptions): Promise<Accepted> {
  try {
    const receiver = await options.client.acceptNextSession(options.queueName, {
      maxAutoLockRenewalDurationInMs: options.settings.maxAutoLockRenewalDurationMs,
      skipParsingBodyAsJson: true,
      abortSignal: options.stop,
    });
    options.onReachable();
    return { kind: 'session', receiver };
  } catch (error) {
    if (options.stop.aborted) return { kind: 'noneFree' };
    if (
      isServiceBusError(error) &&
      (error.code === 'ServiceTimeout' || error.code === 'SessionCannotBeLocked')
    ) {
      options.onReachable();
      return { kind: 'noneFree' };
    }
    options.onUnreachable(error);
    return { kind: 'unreachable' };
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
