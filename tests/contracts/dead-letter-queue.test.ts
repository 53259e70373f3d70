import { ServiceBusClient } from '@azure/service-bus';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startBroker, type Broker } from '../../local/service-bus/broker.js';
import { createDeadLetterQueue } from '../../shared/adapters/bus/dead-letter-queue.js';
import { parseJob } from '../../shared/adapters/bus/job-message.js';
import { createJobQueue } from '../../shared/adapters/bus/job-queue.js';
import { createTableStores } from '../../shared/adapters/tables/table-stores.js';
import { createCollectDeadLetters } from '../../shared/use-cases/collect-dead-letters.js';
import { createMemoryTables } from '../fakes/memory-tables.js';

const TENANT = '11111111-aaaa-4bbb-8ccc-000000000001';
let broker: Broker;
let connectionString: string;

beforeAll(async () => {
  const queues = { 'sync-jobs': { requiresSession: true, maxDeliveryCount: 1 } };
  broker = await startBroker({ port: 0, queues });
  connectionString =
    `Endpoint=sb://localhost:${broker.port};SharedAccessKeyName=RootManageSharedAccessKey;` +
    'SharedAccessKey=any;UseDevelopmentEmulator=true;';
});

afterAll(() => broker.close());

it('what the broker gave up on is moved to the dead letters, with its reason, and is replayable', async () => {
  const address = { kind: 'connectionString', connectionString } as const;
  const queue = createJobQueue({ address });
  const job = { version: 1, tenantId: TENANT, attempt: 0, kind: 'continue', reason: 'test' } as const;
  await queue.send([{ messageId: 'given-up', job, dueAt: null }]);
  await giveUp();
  const { deadLetters, tenants, disconnections } = createTableStores(createMemoryTables());
  const lines: string[] = [];
  const write = (line: string): void => void lines.push(line);
  const collect = createCollectDeadLetters({
    deadLetterQueue: createDeadLetterQueue({ address }),
    deadLetters,
    tenants,
    disconnections,
    parseJob,
    clock: { now: () => 0, monotonic: () => 0, wait: () => Promise.resolve() },
    chance: { newId: () => 'letter-1', newToken: () => 'token', fraction: () => 0 },
    log: { info: write, warn: write, error: write },
  });
  await collect();
  const [letter, ...others] = (await deadLetters.listAll({ after: null, limit: 10 })).rows;
  expect(others).toEqual([]);
  expect(letter).toMatchObject({ id: 'letter-1', tenantId: null, kind: 'job', messageId: 'given-up' });
  expect(letter?.reason).toContain('MaxDeliveryCountExceeded');
  expect(parseJob(letter?.body)).toEqual({ kind: 'job', job });
  expect(lines).toEqual(['The broker gave up on messages']);
  await collect();
  expect((await deadLetters.listAll({ after: null, limit: 10 })).rows).toHaveLength(1);
  await queue.close();
});

/** The only delivery that the queue allows is abandoned. */
async function giveUp(): Promise<void> {
  const client = new ServiceBusClient(connectionString);
  const session = await client.acceptSession('sync-jobs', TENANT);
  const [message] = await session.receiveMessages(1, { maxWaitTimeInMs: 5_000 });
  await session.abandonMessage(message!);
  await client.close();
}
