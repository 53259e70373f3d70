import { ServiceBusClient, type ServiceBusSessionReceiver } from '@azure/service-bus';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { startBroker } from '../../local/service-bus/broker.js';
import { createJobQueue, REFUSAL_COUNTS_MS } from '../../shared/adapters/bus/job-queue.js';
import { Unavailable } from '../../shared/core/failures.js';
import { trustedTls } from './trusted-authority.js';
import { jobQueueContract, type QueueBench, type ReceivedJob } from './job-queue.contract.js';

const PATIENCE_MS = 15_000;
const QUIET_MS = 80;

async function open(): Promise<QueueBench> {
  const broker = await startBroker({
    port: 0,
    queues: { 'sync-jobs': { requiresSession: true, duplicateDetectionWindowMs: 600_000 } },
  });
  const connectionString =
    `Endpoint=sb://localhost:${broker.port};SharedAccessKeyName=RootManageSharedAccessKey;` +
    'SharedAccessKey=any;UseDevelopmentEmulator=true;';
  const queue = createJobQueue({
    address: { kind: 'connectionString', connectionString },
    sendTimeoutMs: 5_000,
  });
  const receiving = openReceiving(connectionString);
  return {
    queue,
    now: () => Date.now(),
    passUntil: async (epochMs) => {
      while (Date.now() < epochMs) await new Promise((resolve) => setTimeout(resolve, 10));
    },
    receive: receiving.receive,
    isEmpty: receiving.isEmpty,
    setReachable: (isReachable) => {
      broker.setReachable(isReachable);
      if (!isReachable) broker.cutConnections();
    },
    close: async () => {
      await queue.close();
      await receiving.close();
      await broker.close();
    },
  };
}

/** The other end: one session after the other, as the trigger does. */
function openReceiving(connectionString: string) {
  const client = new ServiceBusClient(connectionString, {
    retryOptions: { timeoutInMs: 500, maxRetries: 0 },
  });

  async function nextSession(): Promise<ServiceBusSessionReceiver | null> {
    try {
      return await client.acceptNextSession('sync-jobs');
    } catch {
      return null;
    }
  }

  async function takeFrom(session: ServiceBusSessionReceiver, atMost: number): Promise<ReceivedJob[]> {
    const taken: ReceivedJob[] = [];
    while (taken.length < atMost) {
      const messages = await session.receiveMessages(atMost - taken.length, { maxWaitTimeInMs: QUIET_MS });
      if (messages.length === 0) break;
      for (const message of messages) {
        await session.completeMessage(message);
        taken.push({
          messageId: String(message.messageId),
          sessionId: session.sessionId,
          body: message.body as unknown,
        });
      }
    }
    return taken;
  }

  return {
    receive: async (count: number): Promise<ReceivedJob[]> => {
      const deadline = Date.now() + PATIENCE_MS;
      const received: ReceivedJob[] = [];
      while (received.length < count) {
        if (Date.now() > deadline) throw new Error(`only ${received.length} of ${count} messages came`);
        const session = await nextSession();
        if (session === null) continue;
        received.push(...(await takeFrom(session, count - received.length)));
        await session.close();
      }
      return received;
    },
    isEmpty: async (): Promise<boolean> => {
      const session = await nextSession();
      await session?.close();
      return session === null;
    },
    close: () => client.close(),
  };
}

jobQueueContract('the queue on Service Bus', open);

it('the queue takes jobs over TLS from the identity of the application', async () => {
  const tls = await trustedTls();
  const queues = { 'sync-jobs': { requiresSession: true } };
  const tokens: string[] = [];
  const broker = await startBroker({
    port: 0,
    tls,
    queues,
    acceptToken: (token) => tokens.push(token) > 0 && token === 'token-of-the-application',
  });
  const scopes: unknown[] = [];
  const queue = createJobQueue({
    address: {
      kind: 'identity',
      fullyQualifiedNamespace: `localhost:${broker.port}`,
      credential: {
        getToken: async (scope) => {
          scopes.push(scope);
          return { token: 'token-of-the-application', expiresOnTimestamp: Date.now() + 3_600_000 };
        },
      },
    },
  });
  const job = { version: 1, kind: 'subscriptions', tenantId: 't', attempt: 0 } as const;
  await queue.send([{ messageId: 'm', job, dueAt: null }]);
  expect(broker.counts()['sync-jobs']).toMatchObject({ active: 1 });
  expect(tokens).toContain('token-of-the-application');
  expect(String(scopes[0])).toContain('servicebus.azure.net');
  await queue.close();
  await broker.close();
});

describe('whether a message could be sent', () => {
  const job = { version: 1, kind: 'subscriptions', tenantId: 't', attempt: 0 } as const;
  let broker: Awaited<ReturnType<typeof startBroker>>;
  let queue: ReturnType<typeof createJobQueue>;
  let now: number;
  beforeEach(async () => {
    now = 0;
    broker = await startBroker({ port: 0, queues: { 'sync-jobs': { requiresSession: true } } });
    const connectionString =
      `Endpoint=sb://localhost:${broker.port};SharedAccessKeyName=RootManageSharedAccessKey;` +
      'SharedAccessKey=any;UseDevelopmentEmulator=true;';
    const address = { kind: 'connectionString', connectionString } as const;
    queue = createJobQueue({ address, sendTimeoutMs: 3_000, monotonic: () => now });
  });
  afterEach(async () => {
    await queue.close();
    await broker.close();
  });

  it('shows without leaving a message', async () => {
    await queue.check();
    await queue.check();
    expect(broker.counts()['sync-jobs']).toMatchObject({ active: 0, scheduled: 0, deadLettered: 0 });
  });

  it('is denied while the broker is down, although a link was open, and shown again afterwards', async () => {
    await queue.check();
    broker.setReachable(false);
    await expect(queue.check()).rejects.toBeInstanceOf(Unavailable);
    broker.setReachable(true);
    await expect(queue.check()).resolves.toBeUndefined();
  });

  it('is denied once the broker refused a send, until it takes one or a minute has passed', async () => {
    broker.setSendFault({ kind: 'denied' });
    const send = () => queue.send([{ messageId: `m${now}`, job, dueAt: null }]);
    await expect(send()).rejects.toBeInstanceOf(Unavailable);
    await expect(queue.check()).rejects.toThrow('did not take the last jobs');
    now = REFUSAL_COUNTS_MS - 1;
    await expect(queue.check()).rejects.toThrow('did not take the last jobs');
    now = REFUSAL_COUNTS_MS;
    await queue.check();
    await expect(send()).rejects.toBeInstanceOf(Unavailable);
    broker.setSendFault({ kind: 'none' });
    await send();
    await queue.check();
  });
});
