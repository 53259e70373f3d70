import { describe, expect, it } from 'vitest';
import type { GraphEmulatorOptions } from '../../../local/graph/emulator-options.js';
import { emulatorWithTenant, round, tenantId } from './support/tenant.js';

const DAY = 86_400_000;
const SELECT = '/users/delta?$select=displayName';
const DELETED = '/directory/deletedItems/microsoft.graph.user';

/** Ten users, read by delta, and all soft-deleted but the last, which is read too. */
async function deletedUsers(options: GraphEmulatorOptions) {
  const lives = { deltaTokenLifeMs: 100 * DAY, accessTokenLifeMs: 100 * DAY };
  const { clock, emulator, get } = await emulatorWithTenant({ ...lives, ...options });
  const creations = Array.from({ length: 10 }, () => ({ kind: 'createUser' as const }));
  const { ids } = await emulator.applyChanges(tenantId, creations);
  const { deltaLink } = await round(get, SELECT);
  const gone = ids.slice(0, 9);
  await emulator.applyChanges(
    tenantId,
    gone.map((id) => ({ kind: 'softDeleteUser', id })),
  );
  return { clock, emulator, get, gone, read: await round(get, deltaLink) };
}

async function inDeletedItems(get: Awaited<ReturnType<typeof deletedUsers>>['get']): Promise<number> {
  const answer = await get(DELETED);
  return ((await answer.json()) as { value: unknown[] }).value.length;
}

describe('a soft-deleted user', () => {
  it('is purged after 30 days, and can be restored until then', async () => {
    const { clock, emulator, get, gone } = await deletedUsers({});
    await clock.advance(30 * DAY - 60_000);
    expect(await inDeletedItems(get)).toBe(9);
    const [first = '', second = ''] = gone;
    expect((await emulator.applyChanges(tenantId, [{ kind: 'restoreUser', id: first }])).applied).toBe(1);
    await clock.advance(60_000);
    expect(await inDeletedItems(get)).toBe(0);
    expect((await emulator.truth(tenantId)).softDeletedUserIds).toEqual([]);
    expect((await emulator.applyChanges(tenantId, [{ kind: 'restoreUser', id: second }])).applied).toBe(0);
  });

  it.each([
    ['none', 9, 9],
    ['some', 1, 8],
    ['all', 0, 0],
  ] as const)('is told by delta if silent purges are %s', async (silentPurges, least, most) => {
    const { clock, get, read } = await deletedUsers({ silentPurges });
    expect(read.elements).toHaveLength(9);
    await clock.advance(30 * DAY);
    const { elements } = await round(get, read.deltaLink);
    expect(elements.length).toBeGreaterThanOrEqual(least);
    expect(elements.length).toBeLessThanOrEqual(most);
    for (const element of elements) expect(element).toMatchObject({ '@removed': { reason: 'deleted' } });
  });

  it('is not told by a round from the beginning either, if it was purged silently', async () => {
    const { clock, get } = await deletedUsers({ silentPurges: 'all' });
    await clock.advance(30 * DAY);
    expect((await round(get, SELECT)).elements).toHaveLength(1);
  });
});
