import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { Api } from './api-harness.js';
import { adminLink, idOf, readAll, tenant, TENANT } from './sample-rows.js';

const PATH = `/v1/tenants/${TENANT}/admin-link`;
const HOUR = 3_600_000;

describe('a link for the administrator', () => {
  let api: Api;

  beforeEach(async () => {
    api = new Api();
    await api.stores.tenants.create(tenant());
  });

  it('is answered once, for three days where nothing else is said, and only its fingerprint is kept', async () => {
    const { body } = await api.post(PATH, { purposes: ['connect', 'credential', 'connect'] });
    const token = String(body['url']).split('/').pop() ?? '';
    expect(body).toEqual({
      id: createHash('sha256').update(token).digest('hex'),
      url: `https://rollcall.example/api/connect/${TENANT}/${token}`,
      expiresAt: new Date(api.world.now + 72 * HOUR).toISOString(),
      purposes: ['connect', 'credential'],
    });
    const listed = await api.get(`${PATH}s`);
    expect(listed.body.value).toEqual([
      {
        id: body['id'],
        purposes: ['connect', 'credential'],
        state: 'open',
        createdBy: 'operator@rollcall.local',
        createdAt: new Date(api.world.now).toISOString(),
        expiresAt: body['expiresAt'],
        consumedAt: null,
      },
    ]);
    expect(JSON.stringify(listed.body)).not.toContain(token);
  });

  it.each([
    [{}, 'purposes'],
    [{ purposes: [] }, 'purposes'],
    [{ purposes: ['connect', 'everything'] }, 'purposes[1]'],
    [{ purposes: ['everything'] }, 'purposes[0]'],
    [{ purposes: ['connect'], expiresInHours: 0 }, 'expiresInHours'],
    [{ purposes: ['connect'], expiresInHours: 169 }, 'expiresInHours'],
    [{ purposes: ['connect'], expiresInHours: 1.5 }, 'expiresInHours'],
  ])('refuses %j, naming %s', async (wish, target) => {
    const { status, body } = await api.post(PATH, wish);
    expect([status, body.error.target]).toEqual([400, target]);
  });

  it('may be made for setups', async () => {
    const { status, body } = await api.post(PATH, { purposes: ['setup'] });
    expect([status, body['purposes']]).toEqual([201, ['setup']]);
  });

  it('is made for no tenant that is unknown or being removed', async () => {
    const state = { kind: 'disconnecting', since: '2026-05-01T00:00:00.000Z' } as const;
    await api.stores.tenants.create(tenant({ tenantId: idOf(3), state }));
    const asked = async (id: string) => {
      const { status, body } = await api.post(`/v1/tenants/${id}/admin-link`, { purposes: ['connect'] });
      return [status, body.error.code];
    };
    expect(await asked(idOf(3))).toEqual([409, 'TenantDisconnecting']);
    expect(await asked(idOf(404))).toEqual([404, 'TenantNotFound']);
    expect((await api.get(`/v1/tenants/${idOf(404)}/admin-links`)).status).toBe(404);
  });

  it('is listed with what became of it', async () => {
    const { now } = api.world;
    const at = (hours: number) => new Date(now + hours * HOUR).toISOString();
    const idWith = (first: string) => first.repeat(64);
    await api.stores.adminLinks.create(adminLink({ id: idWith('a'), expiresAt: at(1) }));
    await api.stores.adminLinks.create(adminLink({ id: idWith('b'), expiresAt: at(-1) }));
    await api.stores.adminLinks.create(adminLink({ id: idWith('c'), expiresAt: at(-1), consumedAt: at(-2) }));
    await api.stores.adminLinks.create(adminLink({ id: idWith('d'), failedTries: 10 }));
    const all = await readAll(api, `${PATH}s?top=2`);
    expect(all.map(({ state }) => state)).toEqual(['open', 'expired', 'used', 'locked']);
  });

  it('is taken back once', async () => {
    const { body } = await api.post(PATH, { purposes: ['connect'] });
    const address = `${PATH}/${String(body['id'])}`;
    expect((await api.ask('DELETE', address)).status).toBe(204);
    const again = await api.ask('DELETE', address);
    expect([again.status, again.body.error.code]).toEqual([404, 'AdminLinkNotFound']);
    expect(await readAll(api, `${PATH}s`)).toEqual([]);
  });

  it('goes from the list a month after its end, when another is made', async () => {
    await api.post(PATH, { purposes: ['connect'], expiresInHours: 1 });
    api.world.now += 32 * 24 * HOUR;
    await api.post(PATH, { purposes: ['credential'] });
    expect((await readAll(api, `${PATH}s`)).map(({ purposes }) => purposes)).toEqual([['credential']]);
  });
});
