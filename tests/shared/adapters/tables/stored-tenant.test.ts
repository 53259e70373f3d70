import { describe, expect, it } from 'vitest';
import { createTableStores } from '../../../../shared/adapters/tables/table-stores.js';
import { issuesOf } from '../../../../shared/core/issues/issues-of.js';
import { NOTHING_FOUND } from '../../../../shared/core/issues/tenant-health.js';
import { aTenant } from '../../../builders/tenant.js';
import { createMemoryTables } from '../../../fakes/memory-tables.js';

const tenant = aTenant({ credential: null });
const { tenantId } = tenant;

/** The tenant as it is read from a row that was written with these columns in place of today's. */
async function readFrom(columns: Readonly<Record<string, string | null>>) {
  const tables = createMemoryTables();
  const { tenants } = createTableStores(tables);
  await tenants.create(tenant);
  const [row] = tables.rows('Tenants');
  const given = Object.entries({ ...row!.columns, ...columns }).filter(([, value]) => value !== null);
  await tables.put('Tenants', { ...row!, columns: Object.fromEntries(given) as Record<string, string> });
  return (await tenants.get(tenantId))!.value;
}

describe("a tenant's row that an older version wrote", () => {
  it('has no health, and nothing was found', async () => {
    expect(await readFrom({ health: null })).toEqual({ ...tenant, health: NOTHING_FOUND });
  });

  it('may have parts of its health alone', async () => {
    const health = JSON.stringify({ deadLetters: { count: 1, since: 't' } });
    expect((await readFrom({ health })).health).toEqual({
      ...NOTHING_FOUND,
      deadLetters: { count: 1, since: 't' },
    });
  });

  it.each([
    ['running', {}],
    ['connected', { before: 'connected' }],
  ])('is %s with what its state said needs attention', async (kind, before) => {
    const since = '2026-05-01T00:00:00.000Z';
    const words = { reason: 'Graph refuses.', fix: 'Consent.' };
    const matters = [{ code: 'noSubscriptions', ...words }];
    const state = JSON.stringify({ kind: 'attention', since, matters, ...before });
    const read = await readFrom({ health: null, state });
    expect(read.state).toEqual({ kind, since });
    expect(issuesOf(read, Date.parse(since))).toEqual([{ code: 'noSubscriptions', since, told: words }]);
  });
});
