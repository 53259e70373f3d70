import { beforeEach, describe, expect, it } from 'vitest';
import { parseJob } from '../../../shared/adapters/bus/job-message.js';
import { createTableStores } from '../../../shared/adapters/tables/table-stores.js';
import {
  AccessRefused,
  CredentialRefused,
  RequestRefused,
  Throttled,
  Unavailable,
} from '../../../shared/core/failures.js';
import type { SyncJob } from '../../../shared/core/job.js';
import type { DeadLetter } from '../../../shared/core/dead-letter.js';
import { createReceiveJob } from '../../../shared/use-cases/receive-job.js';
import { MemoryQueue } from '../../fakes/memory-queue.js';
import { MemoryTables } from '../../fakes/memory-tables.js';

const NOW = Date.UTC(2026, 0, 5);
const TENANT = '11111111-aaaa-4bbb-8ccc-000000000001';
const RETRY = { firstMs: 5_000, longestMs: 900_000, attempts: 3 };
/** Served for the first time. */
const FIRST = { deliveries: 1 };
const COMMON = { version: 1, tenantId: TENANT, attempt: 0 } as const;
const SUBSCRIPTIONS: SyncJob = { ...COMMON, kind: 'subscriptions' };

describe('a message of the queue', () => {
  let now: number;
  let stores: ReturnType<typeof createTableStores>;
  let queue: MemoryQueue;
  let synced: SyncJob[];
  let proven: SyncJob[];
  let kept: string[];
  let attempts: number[];
  let tried: string[];
  let swept: string[];
  let lines: string[];
  let failure: Error | null;
  let receive: (message: { body: unknown; messageId: string | null }) => Promise<void>;

  beforeEach(() => {
    now = NOW;
    stores = createTableStores(new MemoryTables());
    queue = new MemoryQueue({ now: () => now });
    attempts = [];
    [synced, proven, kept, tried, swept, lines, failure] = [[], [], [], [], [], [], null];
    let ids = 0;
    const write = (message: string): void => void lines.push(message);
    const ports = {
      deadLetters: stores.deadLetters,
      tenants: stores.tenants,
      queue,
      clock: { now: () => now, monotonic: () => now, wait: () => Promise.resolve() },
      chance: {
        newId: () => String((ids += 1)).padStart(32, '0'),
        newToken: () => 'token',
        fraction: () => 0.5,
      },
      log: { info: write, warn: write, error: write },
    };
    const receiveJob = createReceiveJob(
      ports,
      {
        parseJob,
        syncTenant: (job) => Promise.resolve(void synced.push(job)),
        keepSubscriptions: (tenantId, { attempt }) => {
          kept.push(tenantId);
          attempts.push(attempt);
          return failure === null ? Promise.resolve() : Promise.reject(failure);
        },
        disconnectTenant: () => Promise.resolve(),
        proveConsent: (job) => {
          proven.push(job);
          return failure === null ? Promise.resolve() : Promise.reject(failure);
        },
        retryParked: (tenantId) => {
          tried.push(tenantId);
          return failure === null ? Promise.resolve() : Promise.reject(failure);
        },
        sweepTenant: ({ tenantId }) => {
          swept.push(tenantId);
          return failure === null ? Promise.resolve() : Promise.reject(failure);
        },
      },
      RETRY,
    );
    receive = (message) => receiveJob({ ...FIRST, ...message });
  });

  async function deadLetters(): Promise<readonly DeadLetter[]> {
    return (await stores.deadLetters.listAll({ after: null, limit: 10 })).rows;
  }

  it.each<SyncJob>([
    { ...COMMON, kind: 'run', runId: 'r1' },
    { ...COMMON, kind: 'continue', reason: 'budget' },
    { ...COMMON, kind: 'notification', resource: 'groups', dueAt: NOW },
  ])('that is a job $kind goes to the tenant’s sync', async (job) => {
    await receive({ body: job, messageId: 'm' });
    await receive({ body: JSON.stringify(job), messageId: 'm' });
    expect(synced).toEqual([job, job]);
    expect(kept).toEqual([]);
    expect(await deadLetters()).toEqual([]);
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['text that is no JSON', 'hello'],
    ['an array', []],
    ['an object without a version', { tenantId: TENANT }],
    ['a job of no known kind', { ...COMMON, kind: 'dance' }],
    ['a notification without a resource', { ...COMMON, kind: 'notification', dueAt: NOW }],
    ['a tenant id that would leave its partition', { ...COMMON, kind: 'run', runId: 'r', tenantId: 'a|b' }],
    ['a negative attempt', { ...COMMON, kind: 'run', runId: 'r', attempt: -1 }],
  ])('that is %s is set aside with its reason and no tenant', async (_, body) => {
    await receive({ body, messageId: 'm1' });
    const [letter, ...others] = await deadLetters();
    expect(others).toEqual([]);
    expect(letter).toMatchObject({
      tenantId: null,
      kind: 'job',
      messageId: 'm1',
      setAsideAt: new Date(NOW).toISOString(),
    });
    expect(letter?.reason).toMatch(/^It is no job: ./);
    expect(synced).toEqual([]);
    expect(queue.size).toBe(0);
  });

  it('of another version is set aside with that version as its reason', async () => {
    const body = { ...SUBSCRIPTIONS, version: 7 };
    await receive({ body, messageId: null });
    expect(await deadLetters()).toMatchObject([
      {
        tenantId: null,
        messageId: null,
        body: JSON.stringify(body),
        reason: expect.stringContaining('version 7') as string,
      },
    ]);
    expect(kept).toEqual([]);
  });

  it('that is far too long is kept in part', async () => {
    await receive({ body: 'x'.repeat(100_000), messageId: 'm' });
    expect((await deadLetters())[0]?.body).toBe('x'.repeat(16_000));
  });

  it('that cannot be set aside is served again', async () => {
    const tables = new MemoryTables();
    tables.beforeOperation = () => {
      throw new Unavailable('The tables cannot be reached.');
    };
    stores = createTableStores(tables);
    const ports = {
      deadLetters: stores.deadLetters,
      tenants: stores.tenants,
      queue,
      clock: { now: () => now, monotonic: () => now, wait: () => Promise.resolve() },
      chance: { newId: () => '1'.repeat(32), newToken: () => 'token', fraction: () => 0 },
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    };
    const work = {
      parseJob,
      syncTenant: () => Promise.resolve(),
      keepSubscriptions: () => Promise.resolve(),
      disconnectTenant: () => Promise.resolve(),
      proveConsent: () => Promise.resolve(),
      retryParked: () => Promise.resolve(),
      sweepTenant: () => Promise.resolve(),
    };
    const refused = createReceiveJob(ports, work, RETRY)({ ...FIRST, body: 'x', messageId: 'm' });
    await expect(refused).rejects.toThrow('cannot be reached');
  });

  it('has a consent proven', async () => {
    const job = { ...COMMON, kind: 'proveConsent', requestId: 'r1', bundle: 'directory' } as const;
    await receive({ body: job, messageId: 'm' });
    expect(proven).toEqual([job]);
  });

  describe('for the proof of a consent', () => {
    const PROOF = { ...COMMON, kind: 'proveConsent', requestId: 'r1', bundle: 'directory' } as const;

    it('comes back with growing waits however long the tables are away, and is proven then', async () => {
      failure = new Unavailable('tables away');
      await receive({ body: PROOF, messageId: 'm' });
      const waits: number[] = [];
      while (now < NOW + 20 * 60_000) {
        waits.push(queue.nextDueAt()! - now);
        now = queue.nextDueAt()!;
        const delivery = queue.receive()!;
        await receive({ body: delivery.body, messageId: 'm' });
        delivery.complete();
      }
      expect(waits.slice(0, 5)).toEqual([3_750, 7_500, 15_000, 30_000, 45_000]);
      expect(Math.max(...waits)).toBe(45_000);
      expect(proven.map(({ attempt }) => attempt)).toEqual(proven.map((_, index) => index));
      failure = null;
      now = queue.nextDueAt()!;
      const delivery = queue.receive()!;
      await receive({ body: delivery.body, messageId: 'm' });
      delivery.complete();
      expect([queue.size, await deadLetters()]).toEqual([0, []]);
    });

    it('is set aside after what will not pass, and is thrown where that is unknown', async () => {
      failure = new RequestRefused('bad', 400, 'BadRequest');
      await receive({ body: PROOF, messageId: 'm' });
      expect(await deadLetters()).toMatchObject([{ reason: 'bad', body: JSON.stringify(PROOF) }]);
      failure = new TypeError('ours');
      await expect(receive({ body: PROOF, messageId: 'm' })).rejects.toThrow('ours');
      expect(queue.size).toBe(0);
    });
  });

  it('has a parked tenant tried, and leaves a passing failure to the timer', async () => {
    const body = { ...SUBSCRIPTIONS, kind: 'retryParked' };
    await receive({ body, messageId: 'm' });
    failure = new Unavailable('tables away');
    await receive({ body, messageId: 'm' });
    expect(tried).toEqual([TENANT, TENANT]);
    expect(queue.size).toBe(0);
    failure = new TypeError('ours');
    await expect(receive({ body, messageId: 'm' })).rejects.toThrow('ours');
  });

  it('has old rows of a tenant removed, and comes back later after a passing failure', async () => {
    const body = { ...SUBSCRIPTIONS, kind: 'sweep' };
    await receive({ body, messageId: 'm' });
    expect([swept, queue.size]).toEqual([[TENANT], 0]);
    failure = new Unavailable('tables away');
    await receive({ body, messageId: 'm' });
    now = queue.nextDueAt() ?? 0;
    expect(queue.receive()?.body).toEqual({ ...body, attempt: 1 });
    failure = new TypeError('ours');
    await expect(receive({ body, messageId: 'm' })).rejects.toThrow('ours');
  });

  describe('for the subscriptions of a tenant', () => {
    it('has them kept', async () => {
      await receive({ body: { ...SUBSCRIPTIONS, attempt: 2 }, messageId: 'm' });
      expect([kept, attempts]).toEqual([[TENANT], [2]]);
      expect(queue.size).toBe(0);
    });

    it.each([
      ['a passing failure', new Unavailable('down'), 3_750],
      ['throttling', new Throttled('slow down', 42_000), 42_000],
      ['a refusal that may pass', new AccessRefused('no', 403), 3_750],
    ])('comes back later after %s, with its attempt counted', async (_, thrown, delay) => {
      failure = thrown;
      await receive({ body: SUBSCRIPTIONS, messageId: 'm' });
      expect(queue.nextDueAt()).toBe(NOW + delay);
      now += delay;
      expect(queue.receive()?.body).toEqual({ ...SUBSCRIPTIONS, attempt: 1 });
    });

    it.each([
      ['a refusal of Graph', new RequestRefused('bad', 400, 'BadRequest'), 0],
      ['a lasting refusal', new AccessRefused('no', 403), 2],
      ['a lasting refusal of the credential', new CredentialRefused('no', 7000222), 2],
      ['a secret that is refused for over a minute', new CredentialRefused('no', 7000215), 5],
      ['the last try', new Unavailable('down'), 2],
    ])('is left to the timer after %s', async (_, thrown, attempt) => {
      failure = thrown;
      await receive({ body: { ...SUBSCRIPTIONS, attempt }, messageId: 'm' });
      expect(queue.size).toBe(0);
      expect(lines).toEqual(['Subscriptions could not be kept']);
      expect(await deadLetters()).toEqual([]);
    });

    it('is thrown where the failure is unknown', async () => {
      failure = new TypeError('Nobody thought of this.');
      await expect(receive({ body: SUBSCRIPTIONS, messageId: 'm' })).rejects.toThrow(failure);
      expect(queue.size).toBe(0);
    });
  });
});
