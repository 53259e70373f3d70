import { beforeEach, describe, expect, it } from 'vitest';
import { AccessRefused, CredentialRefused } from '../../../shared/core/failures.js';
import { emptyResourceState } from '../../../shared/core/round.js';
import { Api } from './api-harness.js';
import { FENCE, group, idOf, seedMirror, tenant, TENANT } from './sample-rows.js';

const credential = {
  kind: 'clientSecret',
  clientId: idOf(90),
  secretId: null,
  secretName: 'secret',
  secretVersion: null,
  expiresOn: null,
  retiring: [],
} as const;

describe('groups to choose from', () => {
  let api: Api;

  beforeEach(async () => {
    api = new Api();
    await api.stores.tenants.create(tenant({ credential, bucketCount: FENCE.bucketCount }));
  });

  const named = (number: number, displayName: string, securityEnabled = true) =>
    group(number, { attributes: { displayName, securityEnabled } });
  const search = async (query: string): Promise<{ names: unknown[]; more: unknown; complete: unknown }> => {
    const { value, more, complete } = (
      await api.get(`/v1/tenants/${TENANT}/directory/groups?search=${encodeURIComponent(query)}`)
    ).body as unknown as { value: { displayName: string }[]; more: boolean; complete: boolean };
    return { names: value.map(({ displayName }) => displayName), more, complete };
  };

  async function fill(): Promise<void> {
    await seedMirror(api, {
      groups: [
        named(1, 'Aftersales'),
        named(2, 'Nordic Sales'),
        named(3, 'sales'),
        named(4, 'Sales newsletter', false),
        named(5, 'Ærø – Café'),
        group(6, { presence: 'softDeleted', attributes: { displayName: 'Sales', securityEnabled: true } }),
      ],
    });
    const completed = { roundId: 'r', kind: 'full', beganAt: 't', completedAt: 't' } as const;
    const counts = { created: 0, updated: 0, softDeleted: 0, restored: 0, deleted: 0 };
    const last = { ...completed, pages: 1, objects: 6, counts, warnings: [] };
    await api.stores.syncStates.save(FENCE, { ...emptyResourceState('groups'), pristine: false, last });
  }

  it('are found by any part of their names, those that begin so first', async () => {
    await fill();
    expect(await search('SALES')).toEqual({
      names: ['sales', 'Nordic Sales', 'Aftersales'],
      more: false,
      complete: true,
    });
    expect((await search('cafe')).names).toEqual(['Ærø – Café']);
    expect((await search('')).names).toHaveLength(4);
    const { body } = await api.get(`/v1/tenants/${TENANT}/directory/groups?search=sales&types=all&top=1`);
    expect([body.value, body['more']]).toMatchObject([[{ displayName: 'sales' }], true]);
  });

  it('are found by an object id as somebody pasted it', async () => {
    await fill();
    expect((await search(` {${idOf(5).toUpperCase()}} `)).names).toEqual(['Ærø – Café']);
    expect((await search(idOf(6))).names).toEqual([]);
  });

  it('are asked of the directory too, which has those that were created since the last sync', async () => {
    await fill();
    api.world.searchAnswer = [named(7, 'Sales EMEA'), named(3, 'sales')];
    expect(await search('sales')).toEqual({
      names: ['sales', 'Sales EMEA', 'Nordic Sales', 'Aftersales'],
      more: false,
      complete: true,
    });
    expect(api.world.searched).toEqual([{ tenantId: TENANT, text: 'sales', securityOnly: true, limit: 101 }]);
    expect(await search('')).toMatchObject({ more: false, complete: true });
    expect(api.world.searched[1]).toMatchObject({ text: '' });
  });

  it('bear the name that the directory gives them now', async () => {
    await fill();
    api.world.searchAnswer = [named(3, 'Sales Denmark')];
    expect((await search('sales')).names).toEqual(['Sales Denmark', 'Nordic Sales', 'Aftersales']);
  });

  it('may not be all where the directory did not list all that fit', async () => {
    await fill();
    api.world.searchIsAll = false;
    expect(await search('sales')).toMatchObject({ more: false, complete: false });
    const { body } = await api.get(`/v1/tenants/${TENANT}/directory/groups?search=sales&top=1`);
    expect([body['more'], body['complete']]).toEqual([true, true]);
  });

  it('are those of the mirror, and the secret is recorded as expired, if the login service refuses it as that', async () => {
    api.world.searchAnswer = new CredentialRefused('AADSTS7000222', 7000222);
    const { body } = await api.get(`/v1/tenants/${TENANT}/directory/groups?search=sales`);
    expect(body.complete).toBe(false);
    expect((await api.get('/v1/secrets')).body.value[0]).toMatchObject({
      tenantId: TENANT,
      state: 'expired',
    });
  });

  it('are those of the mirror, and maybe not all, if the directory refuses or is silent', async () => {
    await fill();
    const mirrored = { names: ['sales', 'Nordic Sales', 'Aftersales'], more: false, complete: false };
    api.world.searchAnswer = new AccessRefused('No consent', 403);
    expect(await search('sales')).toEqual(mirrored);
    api.world.searchAnswer = 'silent';
    api.world.letTimePass();
    const begun = api.world.now;
    expect(await search('sales')).toEqual(mirrored);
    expect(api.world.now - begun).toBeLessThanOrEqual(10_000);
  });

  it('are asked of the directory before the first sync, and the answer says that others may be there', async () => {
    api.world.searchAnswer = [named(7, 'Brand new')];
    expect(await search('brand')).toEqual({ names: ['Brand new'], more: false, complete: false });
    api.world.searchAnswer = new AccessRefused('No consent', 403);
    expect(await search('brand')).toEqual({ names: [], more: false, complete: false });
    await fill();
    expect(await search('brand')).toEqual({ names: [], more: false, complete: false });
  });
});
