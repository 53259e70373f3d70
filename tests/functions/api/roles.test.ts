import { describe, expect, it } from 'vitest';
import type { Role } from '../../../shared/core/access.js';
import { Api, type Identity } from './api-harness.js';
import { adminLink, FENCE, group, run, seedMirror, tenant, TENANT, user, idOf } from './sample-rows.js';

type Least = Role | null;

const LINK_ID = 'ab'.repeat(32);

const ROUTES: Record<
  string,
  { readonly least: Least; readonly method: string; readonly path: string; readonly body?: unknown }
> = {
  listTenants: { least: 'Reader', method: 'GET', path: '/v1/tenants' },
  connectTenant: {
    least: 'Admin',
    method: 'POST',
    path: '/v1/tenants',
    body: {
      tenantId: 'fabrikam.example',
      displayName: 'Fabrikam',
      credential: { kind: 'clientSecret', clientId: idOf(9), secretValue: 'value' },
    },
  },
  readTenant: { least: 'Reader', method: 'GET', path: `/v1/tenants/${TENANT}` },
  editTenant: {
    least: 'Admin',
    method: 'PATCH',
    path: `/v1/tenants/${TENANT}`,
    body: { displayName: 'New' },
  },
  createAdminLink: {
    least: 'Admin',
    method: 'POST',
    path: `/v1/tenants/${TENANT}/admin-link`,
    body: { purposes: ['connect'] },
  },
  listAdminLinks: { least: 'Admin', method: 'GET', path: `/v1/tenants/${TENANT}/admin-links` },
  revokeAdminLink: {
    least: 'Admin',
    method: 'DELETE',
    path: `/v1/tenants/${TENANT}/admin-link/${LINK_ID}`,
  },
  listSubscriptions: { least: 'Reader', method: 'GET', path: `/v1/tenants/${TENANT}/subscriptions` },
  listSecrets: { least: 'Reader', method: 'GET', path: '/v1/secrets' },
  requestRun: { least: 'Operator', method: 'POST', path: `/v1/tenants/${TENANT}/runs` },
  listRuns: { least: 'Reader', method: 'GET', path: `/v1/tenants/${TENANT}/runs` },
  readRun: { least: 'Reader', method: 'GET', path: `/v1/tenants/${TENANT}/runs/run-1` },
  cancelRun: { least: 'Operator', method: 'POST', path: `/v1/tenants/${TENANT}/runs/run-1/cancel` },
  listUsers: { least: 'Reader', method: 'GET', path: `/v1/tenants/${TENANT}/users` },
  readUser: { least: 'Reader', method: 'GET', path: `/v1/tenants/${TENANT}/users/${idOf(1)}` },
  listGroups: { least: 'Reader', method: 'GET', path: `/v1/tenants/${TENANT}/groups` },
  readGroup: { least: 'Reader', method: 'GET', path: `/v1/tenants/${TENANT}/groups/${idOf(2)}` },
  listMembers: { least: 'Reader', method: 'GET', path: `/v1/tenants/${TENANT}/groups/${idOf(2)}/members` },
  listDeadLetters: { least: 'Operator', method: 'GET', path: '/v1/dead-letters' },
  replayDeadLetter: { least: 'Operator', method: 'POST', path: '/v1/dead-letters/letter-1/replay' },
  discardDeadLetter: { least: 'Operator', method: 'POST', path: '/v1/dead-letters/letter-1/discard' },
  readHealth: { least: null, method: 'GET', path: '/api/health' },
  readOpenApi: { least: null, method: 'GET', path: '/api/openapi.json' },
};

const HELD: Record<Identity, readonly Least[]> = {
  operator: ['Reader', 'Operator', 'Admin'],
  runner: ['Reader', 'Operator'],
  reader: ['Reader'],
  product: ['Product'],
  customer: [],
  anonymous: [],
};

async function furnished(options: { signInTrusted?: boolean } = {}): Promise<Api> {
  const api = new Api(options);
  await api.stores.tenants.create(tenant());
  await api.stores.runs.request(run(), 'manual|users|full=false');
  await seedMirror(api, { users: [user(1)], groups: [group(2)] });
  await api.stores.groupCounts.write(FENCE, new Map([[idOf(2), 1]]));
  await api.stores.adminLinks.create(adminLink({ id: LINK_ID }));
  await api.stores.deadLetters.put({
    tenantId: TENANT,
    id: 'letter-1',
    kind: 'job',
    reason: 'Ten tries failed.',
    body: JSON.stringify({ version: 1, tenantId: TENANT, attempt: 9, kind: 'continue', reason: 'more' }),
    messageId: null,
    setAsideAt: '2026-05-04T09:00:00.000Z',
  });
  return api;
}

function expectedStatus(least: Least, identity: Identity, path: string): number | 'let in' {
  if (least === null || HELD[identity].includes(least)) return 'let in';
  if (identity === 'anonymous') return 401;
  return identity === 'customer' && path.startsWith('/v1/tenants/') ? 404 : 403;
}

describe('who may call what', () => {
  it('is said for every route that is registered', () => {
    const { routes } = new Api();
    expect(routes.map(({ operationId, role }) => [operationId, role])).toEqual(
      Object.entries(ROUTES).map(([operationId, { least }]) => [operationId, least]),
    );
  });

  for (const [operationId, { least, method, path, body }] of Object.entries(ROUTES)) {
    for (const identity of Object.keys(HELD) as Identity[]) {
      const expected = expectedStatus(least, identity, path);
      it(`answers ${identity} at ${operationId} with ${expected}`, async () => {
        const api = await furnished();
        const { status } = await api.ask(method, path, { as: identity, body });
        if (expected === 'let in') expect(status).toBeLessThan(300);
        else expect(status).toBe(expected);
      });
    }

    it(`answers ${operationId} with ${least === null ? 'itself' : 401} where the platform signs nobody in`, async () => {
      const api = await furnished({ signInTrusted: false });
      const { status, body: answer } = await api.ask(method, path, { as: 'operator', body });
      if (least === null) expect(status).toBe(200);
      else expect([status, answer.error.code]).toEqual([401, 'SignInRequired']);
    });
  }

  it('hides a tenant that is not connected and one that is not theirs in the same words', async () => {
    const api = await furnished();
    const foreign = await api.get(`/v1/tenants/${TENANT}`, { as: 'customer' });
    const absent = await api.get(`/v1/tenants/${idOf(404)}`);
    expect(foreign).toEqual(absent);
  });
});
