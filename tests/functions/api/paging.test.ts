import { beforeEach, describe, expect, it } from 'vitest';
import { Api } from './api-harness.js';
import {
  edge,
  FENCE,
  group,
  idOf,
  OTHER_TENANT,
  readAll,
  run,
  seedMirror,
  tenant,
  TENANT,
  user,
} from './sample-rows.js';

const of = (tenantId: string): string => `/v1/tenants/${tenantId}`;

/** Every list that has pages, and lists that differ in a filter alone. */
const LISTS = [
  '/v1/tenants',
  '/v1/secrets',
  '/v1/secrets?state=unknown',
  '/v1/dead-letters',
  `${of(TENANT)}/runs`,
  `${of(TENANT)}/users`,
  `${of(TENANT)}/users?deleted=true`,
  `${of(TENANT)}/groups`,
  `${of(TENANT)}/groups/${idOf(1)}/members`,
  `${of(TENANT)}/groups/${idOf(2)}/members`,
  `${of(TENANT)}/groups/${idOf(1)}/members?transitive=true`,
  `${of(OTHER_TENANT)}/users`,
];

const withQuery = (address: string, query: string): string =>
  `${address}${address.includes('?') ? '&' : '?'}${query}`;

async function furnished(): Promise<Api> {
  const api = new Api();
  for (const tenantId of [TENANT, OTHER_TENANT]) {
    await api.stores.tenants.create(tenant({ tenantId }));
    await api.stores.mirror.writeUsers(
      { ...FENCE, tenantId },
      [1, 2, 3, 4, 5, 6].map((n) => user(n)),
    );
  }
  await seedMirror(api, {
    users: [7, 8, 9].map((n) => user(n, { presence: 'softDeleted' })),
    groups: [1, 2, 3].map((n) => group(n)),
    edges: [1, 2].flatMap((of) => [1, 2, 3].map((n) => edge(of, n, 'user'))),
  });
  for (const n of [1, 2, 3]) {
    await api.stores.runs.request(run({ runId: `run-${n}` }), `key-${n}`);
    const letter = { tenantId: TENANT, id: `letter-${n}`, reason: 'r', body: '{}', messageId: null } as const;
    await api.stores.deadLetters.put({ ...letter, kind: 'job', setAsideAt: '2026-05-04T09:00:00.000Z' });
    await api.stores.secretExpiries.put({
      tenantId: idOf(n),
      bundle: null,
      secretName: 'graph-abc',
      secretVersion: 'version-1',
      warned: [],
      clientId: idOf(9),
      secretId: null,
      expiresOn: null,
      endInGraph: null,
      refusedAt: null,
      state: 'unknown',
      checkedAt: '2026-01-01T00:00:00.000Z',
    });
  }
  return api;
}

describe('the position in a list', () => {
  let api: Api;

  beforeEach(async () => {
    api = await furnished();
  });

  async function positionIn(list: string): Promise<string> {
    const { body } = await api.get(withQuery(list, 'top=1'));
    return new URL(body.nextLink ?? '').searchParams.get('after') ?? '';
  }

  it('is taken by that list alone', async () => {
    const positions = new Map<string, string>();
    for (const list of LISTS) positions.set(list, await positionIn(list));
    for (const asked of LISTS)
      for (const [from, after] of positions) {
        const { status, body } = await api.get(withQuery(asked, `after=${after}`));
        if (asked === from) expect([asked, status]).toEqual([asked, 200]);
        else
          expect([asked, from, status, body.error]).toEqual([
            asked,
            from,
            400,
            {
              code: 'InvalidRequest',
              message:
                'after is a position of another list, or of this one with other filters: begin without it.',
              target: 'after',
            },
          ]);
      }
  });

  it('goes with another size of page, another case of the tenant, and a filter that says what is so anyway', async () => {
    const list = `${of(TENANT)}/users`;
    const after = await positionIn(list);
    for (const query of ['top=2', 'top=1000', 'deleted=false'])
      expect((await api.get(`${list}?after=${after}&${query}`)).status).toBe(200);
    expect((await api.get(`/v1/tenants/${TENANT.toUpperCase()}/users?after=${after}`)).status).toBe(200);
  });

  it('leads through every list to its end, each item once', async () => {
    for (const list of LISTS) {
      const whole = await readAll(api, list);
      expect(whole.length).toBeGreaterThan(1);
      expect(await readAll(api, withQuery(list, 'top=1'))).toEqual(whole);
    }
  });
});
