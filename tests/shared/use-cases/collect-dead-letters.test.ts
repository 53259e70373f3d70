import { describe, expect, it } from 'vitest';
import { parseJob } from '../../../shared/adapters/bus/job-message.js';
import { createTableStores } from '../../../shared/adapters/tables/table-stores.js';
import { beginningDisconnection } from '../../../shared/core/disconnection.js';
import { createCollectDeadLetters } from '../../../shared/use-cases/collect-dead-letters.js';
import { aTenant } from '../../builders/tenant.js';
import { createMemoryTables } from '../../fakes/memory-tables.js';

const { tenantId } = aTenant();
const since = '2026-01-01T00:00:00.000Z';

/** The tenants that the letters stand under after the broker gave up one job of the tenant. */
async function lettersAfter(furnish: (stores: ReturnType<typeof createTableStores>) => Promise<unknown>) {
  const stores = createTableStores(createMemoryTables());
  await furnish(stores);
  const ignore = (): void => undefined;
  const body = { version: 1, tenantId, attempt: 0, kind: 'continue', reason: 'test' };
  const collect = createCollectDeadLetters({
    ...stores,
    parseJob,
    deadLetterQueue: {
      drain: async (take) => {
        await take({ body, messageId: 'm', reason: 'MaxDeliveryCountExceeded' });
        return 1;
      },
    },
    clock: { now: () => 0, monotonic: () => 0, wait: () => Promise.resolve() },
    chance: { newId: () => 'letter-1', newToken: () => 'token', fraction: () => 0 },
    log: { info: ignore, warn: ignore, error: ignore },
  });
  await collect();
  const { rows } = await stores.deadLetters.listAll({ after: null, limit: 10 });
  const stored = await stores.tenants.get(tenantId);
  const count = stored?.value.health.deadLetters?.count ?? 0;
  expect(count).toBe(rows.filter((letter) => letter.tenantId === tenantId).length);
  return rows.map((letter) => letter.tenantId);
}

describe('a job that the broker gave up', () => {
  it('is kept under its tenant, or under none where that is not known', async () => {
    expect(await lettersAfter(({ tenants }) => tenants.create(aTenant()))).toEqual([tenantId]);
    expect(await lettersAfter(() => Promise.resolve())).toEqual([null]);
  });

  it('is dropped where its tenant is being disconnected or was', async () => {
    const disconnecting = aTenant({ state: { kind: 'disconnecting', since } });
    expect(await lettersAfter(({ tenants }) => tenants.create(disconnecting))).toEqual([]);
    const ended = { ...beginningDisconnection(tenantId, since), status: 'Succeeded' } as const;
    expect(await lettersAfter(({ disconnections }) => disconnections.save(ended, null))).toEqual([]);
  });
});
