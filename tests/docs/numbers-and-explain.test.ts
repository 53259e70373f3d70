import { readFile } from 'node:fs/promises';
import { beforeAll, expect, it } from 'vitest';
import { aSetup, aSetupDocument } from '../builders/setup.js';
import { Api } from '../functions/api/api-harness.js';
import { edge, group, idOf, seedMirror, tenant, TENANT, user } from '../functions/api/sample-rows.js';

const page = await readFile(new URL('../../docs/numbers-and-explain.md', import.meta.url), 'utf8');
const answers = [...page.matchAll(/```json\n([^]*?)```/g)].map(([, text = '']) => JSON.parse(text) as object);

const SETUP = `/v1/tenants/${TENANT}/setups/everybody`;
const scope = {
  ...aSetupDocument().scope,
  kind: 'rootGroup',
  groupIds: [idOf(20)],
  groupTypes: 'all',
} as const;
const api = new Api();

beforeAll(async () => {
  await api.stores.tenants.create(tenant({ organizationIds: ['org-1'] }));
  const named = (number: number, displayName: string) => group(number, { attributes: { displayName } });
  await seedMirror(api, {
    users: [1, 2, 3, 4, 5, 6, 9].map((number) => user(number)),
    groups: [named(20, 'Parent'), named(21, 'Nested')],
    edges: [
      edge(20, 1, 'user'),
      edge(20, 21, 'group'),
      ...[2, 3, 4, 5, 6].map((number) => edge(21, number, 'user')),
    ],
  });
  const source = { kind: 'group', groupId: idOf(20) } as const;
  const grants = [{ source, roles: ['host'], memberships: [], hostsOf: [], organizationalUnits: [] }];
  await api.stores.setups.insert(aSetup({ document: aSetupDocument({ scope, grants }) }));
});

it('the page on numbers and explanations shows four answers', () => {
  expect(answers).toHaveLength(4);
});

it.each([
  ['numbers', () => api.get(`/v1/tenants/${TENANT}/numbers?setup=everybody`)],
  ['an explanation of who is in', () => api.get(`${SETUP}/people/everybody.${idOf(2)}/explain`)],
  ['an explanation of who is out', () => api.get(`${SETUP}/people/everybody.${idOf(9)}/explain`)],
  [
    'a preview',
    () =>
      api.post(`${SETUP}/preview`, {
        designation: 'Draft',
        organizationId: 'org-1',
        scope: { ...scope, excludeGroupIds: [idOf(21)] },
      }),
  ],
] as const)('the page shows %s as they are answered', async (name, ask) => {
  const at = ['numbers', 'an explanation of who is in', 'an explanation of who is out', 'a preview'].indexOf(
    name,
  );
  expect((await ask()).body).toMatchObject(answers[at] ?? {});
});
