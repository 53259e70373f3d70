import {
  ServiceBusClient,
  type ServiceBusReceivedMessage,
  type ServiceBusReceiver,
} from '@azure/service-bus';
import { onTestFinished } from 'vitest';

import { startBroker, type Broker } from '../../../local/service-bus/broker.js';
import type { BrokerOptions, QueueOptions } from '../../../local/service-bus/options.js';

export interface Bench {
  readonly broker: Broker;
  readonly client: ServiceBusClient;
}

/** A client as production makes it, but for less patience. */
export function clientOf(port: number, timeoutInMs = 15_000, maxRetries = 1): ServiceBusClient {
  const connection = `Endpoint=sb://localhost:${port};SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=any;UseDevelopmentEmulator=true;`;
  return new ServiceBusClient(connection, {
    retryOptions: { timeoutInMs, maxRetries, retryDelayInMs: 50 },
  });
}

/** A broker with one queue `jobs`, and a client; both end with the test. */
export async function benchWith(queue: QueueOptions, options: Partial<BrokerOptions> = {}): Promise<Bench> {
  const broker = await startBroker({ port: 0, queues: { jobs: queue }, ...options });
  const client = clientOf(broker.port);
  onTestFinished(async () => {
    await client.close();
    await broker.close();
  });
  return { broker, client };
}

/** Receives exactly one message, or fails. */
export async function receiveOne(
  receiver: ServiceBusReceiver,
  waitMs = 20_000,
): Promise<ServiceBusReceivedMessage> {
  const [message] = await receiver.receiveMessages(1, { maxWaitTimeInMs: waitMs });
  if (!message) throw new Error(`no message within ${waitMs} ms`);
  return message;
}

/** Receives and completes until nothing comes for a while; returns the bodies. */
export async function drainBodies(receiver: ServiceBusReceiver, quietMs = 1_000): Promise<unknown[]> {
  const bodies: unknown[] = [];
  for (;;) {
    const messages = await receiver.receiveMessages(100, { maxWaitTimeInMs: quietMs });
    if (messages.length === 0) return bodies;
    for (const message of messages) {
      bodies.push(message.body);
      await receiver.completeMessage(message);
    }
  }
}

/** Waits until the condition holds; fails after `deadlineMs`. */
export async function until(condition: () => boolean | Promise<boolean>, deadlineMs = 30_000): Promise<void> {
  const end = Date.now() + deadlineMs;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`not within ${deadlineMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** What a promise is rejected with; fails when it is not. */
export async function errorOf(
  promise: Promise<unknown>,
): Promise<{ readonly code: unknown; readonly message: string }> {
  try {
    await promise;
  } catch (error) {
    const { code, message } = error as { code?: unknown; message: string };
    return { code, message };
  }
  throw new Error('there was no error');
}

/** The bodies of messages, untyped no longer. */
export function bodiesOf(messages: readonly ServiceBusReceivedMessage[]): unknown[] {
  return messages.map((message) => message.body as unknown);
}
