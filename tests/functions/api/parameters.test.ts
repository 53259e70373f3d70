import { beforeEach, describe, expect, it } from 'vitest';
import { PATH_PARAMETERS, type ParameterName } from '../../../functions/api/parameters.js';
import { aPerson, aCause, aChange } from '../../builders/person.js';
import { aSetup } from '../../builders/setup.js';
import { Api } from './api-harness.js';
import { FENCE, idOf, seedMirror, tenant, TENANT, user } from './sample-rows.js';

const USER = idOf(0xabc);

/** An id of each kind that is not the operator's choice, in the form in which the API shows it. */
const SHOWN: Readonly<Partial<Record<ParameterName, string>>> = {
  tenantId: TENANT,
  runId: 'abcdef0123456789abcdef0123456789',
  setupId: 'front-desk',
  templateId: 'front-desk',
  principalId: USER,
  userId: USER,
  groupId: USER,
  personId: `front-desk.${USER}`,
  requestId: 'abcdef0123456789abcdef0123456789',
  segmentId: `group:${USER}`,
  overrideId: USER,
  uploadId: '00001777888999-abcdef',
  linkId: 'ab'.repeat(32),
  letterId: 'abcdef-0',
};

describe('ids in a path', () => {
  it.each(Object.entries(SHOWN))('mean the same in capitals: %s', (name, shown) => {
    const { schema } = PATH_PARAMETERS[name as ParameterName];
    expect(schema.parse(shown)).toBe(shown);
    expect(schema.parse(shown.toUpperCase())).toBe(shown);
  });

  it.each([
    ['organizationId', 'Org-1'],
    ['catalogId', 'Cost.Centre'],
    ['segmentId', 'rule:Sales'],
  ] as const)('keep the capitals of what the operator chose: %s', (name, chosen) => {
    expect(PATH_PARAMETERS[name].schema.parse(chosen)).toBe(chosen);
  });

  it('are all covered by one of the two', () => {
    const chosen = ['organizationId', 'catalogId', 'catalogKind'];
    expect(Object.keys(PATH_PARAMETERS).sort()).toEqual([...Object.keys(SHOWN), ...chosen].sort());
  });
});

describe('a person', () => {
  const PEOPLE = `/v1/tenants/${TENANT}/setups/desk/people`;
  let api: Api;

  beforeEach(async () => {
    api = new Api();
    await api.stores.tenants.create(tenant({ organizationIds: ['org-1'] }));
    await api.stores.setups.insert(aSetup({ tenantId: TENANT, setupId: 'desk', state: 'started' }));
    await seedMirror(api, { users: [user(0xabc)] });
    const person = aPerson({ tenantId: TENANT, setupId: 'desk', directoryId: USER });
    await api.stores.people.write(FENCE, [aChange(null, person)], aCause());
  });

  const names = [`desk.${USER}`, `DESK.${USER.toUpperCase()}`, USER, USER.toUpperCase()];

  it.each(names)('is read and explained under the id of the person or of the user: %s', async (name) => {
    expect((await api.get(`${PEOPLE}/${name}`)).body).toMatchObject({ directoryId: USER });
    expect((await api.get(`${PEOPLE}/${name}/explain`)).body).toMatchObject({ personId: `desk.${USER}` });
  });

  it.each(names)('is synced under the id of the person or of the user: %s', async (name) => {
    const asked = await api.post(`${PEOPLE}/${name}/sync`);
    expect([asked.status, asked.body['personId']]).toEqual([202, `desk.${USER}`]);
    const trace = `${PEOPLE}/${name}/sync/${String(asked.body['id']).toUpperCase()}`;
    expect((await api.get(trace)).status).toBe(200);
  });
});
