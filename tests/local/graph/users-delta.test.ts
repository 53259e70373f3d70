import { expect, it } from 'vitest';
import { emulatorWithTenant, round, tenantId } from './support/tenant.js';

const select = '/users/delta?$select=displayName,department,accountEnabled,userPrincipalName,manager';

it('pages a first round by 200 and then tells only what changed', async () => {
  const { emulator, get } = await emulatorWithTenant();
  const creations = Array.from({ length: 450 }, (_, i) => ({
    kind: 'createUser' as const,
    attributes: { displayName: `User ${i}`, department: 'Sales' },
  }));
  const { ids } = await emulator.applyChanges(tenantId, creations);
  const first = await round(get, select);
  expect(first.pages.map(({ value }) => value.length)).toEqual([200, 200, 50]);
  const [a = '', b = '', c = ''] = ids;
  await emulator.applyChanges(tenantId, [
    { kind: 'updateUser', id: a, attributes: { department: null } },
    { kind: 'updateUser', id: b, attributes: { mobilePhone: '1' } },
    { kind: 'softDeleteUser', id: c },
  ]);
  const second = await round(get, first.deltaLink);
  expect(second.elements).toEqual([
    expect.objectContaining({ id: a, department: null, displayName: 'User 0' }),
    { id: c, '@removed': { reason: 'changed' } },
  ]);
  expect((await round(get, second.deltaLink)).elements).toEqual([]);
});
