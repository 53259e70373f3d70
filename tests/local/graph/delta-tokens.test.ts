import { expect, it } from 'vitest';
import { emulatorWithTenant, round, tenantId, type Page } from './support/tenant.js';

const ann = 'a0000000-0000-4000-8000-000000000001';
const bob = 'a0000000-0000-4000-8000-000000000002';

async function withPeople(options: Parameters<typeof emulatorWithTenant>[0] = {}) {
  const made = await emulatorWithTenant(options);
  await made.emulator.applyChanges(tenantId, [
    { kind: 'createUser', id: ann, attributes: { displayName: 'Ann' } },
    { kind: 'createUser', id: bob, attributes: { displayName: 'Bob' } },
    { kind: 'setManager', userId: ann, managerId: bob },
  ]);
  return made;
}

const select = '/users/delta?$select=displayName,department,manager';

it('answers $deltatoken=latest with nothing but a link from now on', async () => {
  const { emulator, get } = await withPeople();
  const { pages, elements, deltaLink } = await round(get, `${select}&$deltatoken=latest`);
  expect([pages.length, elements]).toEqual([1, []]);
  await emulator.applyChanges(tenantId, [{ kind: 'updateUser', id: ann, attributes: { department: 'IT' } }]);
  expect((await round(get, deltaLink)).elements).toEqual([{ id: ann, displayName: 'Ann', department: 'IT' }]);
});

it('prints only what changed under Prefer: return=minimal', async () => {
  const { emulator, get } = await withPeople();
  const { deltaLink } = await round(get, select);
  await emulator.applyChanges(tenantId, [
    { kind: 'updateUser', id: ann, attributes: { department: 'IT' } },
    { kind: 'setManager', userId: ann, managerId: null },
  ]);
  const page = (await (await get(deltaLink, { prefer: 'return=minimal' })).json()) as Page;
  const gone = { '@odata.type': '#microsoft.graph.user', id: bob, '@removed': { reason: 'deleted' } };
  expect(page.value).toEqual([{ id: ann, department: 'IT', 'manager@delta': [gone] }]);
});

it('follows at most 50 ids of a filter, and ignores $top and $expand', async () => {
  const { get } = await withPeople({ deltaPageSize: 1 });
  const chosen = await round(
    get,
    `${select}&$filter=${encodeURIComponent(`id eq '${bob}'`)}&$top=5&$expand=manager`,
  );
  expect(chosen.elements.map(({ id }) => id)).toEqual([bob]);
  const many = Array.from({ length: 51 }, () => `id eq '${bob}'`).join(' or ');
  expect((await get(`${select}&$filter=${encodeURIComponent(many)}`)).status).toBe(400);
  const byName = encodeURIComponent("displayName eq 'Ann'");
  expect((await get(`${select}&$filter=${byName}`)).status).toBe(400);
});

it('takes tokens in any case of their name but not without the dollar sign', async () => {
  const { get } = await withPeople();
  const { deltaLink } = await round(get, select);
  expect((await get(deltaLink.replace('$deltatoken', '$DeltaToken'))).status).toBe(200);
  const refused = await get(deltaLink.replace('$deltatoken', 'deltatoken'));
  expect([refused.status, await refused.json()]).toMatchObject([
    400,
    {
      error: { code: 'Request_BadRequest', message: "Unrecognized query argument specified: 'deltatoken'." },
    },
  ]);
});

it('refuses properties that delta does not serve', async () => {
  const { get } = await withPeople();
  for (const name of ['signInActivity', 'skills', 'noSuchProperty']) {
    expect((await get(`/users/delta?$select=${name}`)).status, name).toBe(400);
  }
});

it('refuses a link after its life in the documented shape', async () => {
  const { get, clock } = await withPeople({ accessTokenLifeMs: 30 * 86_400_000 });
  const { deltaLink } = await round(get, select);
  await clock.advance(7 * 86_400_000 + 1);
  const refused = await get(deltaLink);
  expect([refused.status, await refused.json()]).toMatchObject([
    400,
    { error: { code: 'syncStateNotFound' } },
  ]);
});

it('expires tokens on request, with 410 and a Location that begins anew, or with a nested code', async () => {
  const { emulator, get } = await withPeople();
  const { deltaLink } = await round(get, select);
  await emulator.expireTokens(tenantId, { answer: 'goneWithLocation' });
  const gone = await get(deltaLink);
  const location = gone.headers.get('location') ?? '';
  expect([gone.status, location]).toEqual([
    410,
    `${emulator.graphUrl}${select.replace('/users', '/v1.0/users')}&$deltatoken=`,
  ]);
  const again = await round(get, location);
  expect(again.elements).toHaveLength(2);
  await emulator.expireTokens(tenantId, { nested: true, code: 'SyncStateNotFound' });
  const nested: unknown = await (await get(again.deltaLink)).json();
  expect(nested).toMatchObject({ error: { code: '', innerError: { code: 'SyncStateNotFound' } } });
});

it('shows an old state under lag, never goes back, and skips nothing when the lag ends', async () => {
  const { emulator, get, clock } = await withPeople();
  await emulator.setLag(tenantId, 60);
  await emulator.applyChanges(tenantId, [
    { kind: 'updateUser', id: ann, attributes: { department: 'Late' } },
  ]);
  const stale = await round(get, select);
  expect(stale.elements).toContainEqual(expect.not.objectContaining({ department: 'Late' }));
  expect((await round(get, stale.deltaLink)).elements).toEqual([]);
  await clock.advance(61_000);
  expect((await round(get, stale.deltaLink)).elements).toMatchObject([{ id: ann, department: 'Late' }]);
  await emulator.applyChanges(tenantId, [{ kind: 'updateUser', id: bob, attributes: { department: 'Now' } }]);
  await emulator.setLag(tenantId, 0);
  expect((await round(get, stale.deltaLink)).elements.map(({ id }) => id)).toEqual([ann, bob]);
});
