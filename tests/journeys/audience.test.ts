import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { group, person, team, Traveller, user } from './traveller.js';

let operator: Traveller;
const setup = 'setups/audience';
const nested = ['Ben Holm', 'Cleo Marsh', 'Dora Quist', 'Emil Berg', 'Fay Low'];

interface Numbers {
  readonly entra: number;
  readonly people: number;
  readonly reasons: readonly { readonly reason: string; readonly count: number }[];
}

beforeAll(async () => {
  const boss = { kind: 'setManager', userId: user(1), managerId: user(0) } as const;
  operator = await Traveller.setOut([
    person(0, 'Ada Lovelace', { jobTitle: 'Head of audience', department: 'Office' }),
    ...nested.map((name, n) =>
      person(n + 1, name, {
        department: n < 2 ? 'Sales' : 'Kitchen',
        employeeOrgData: { costCenter: '4711', division: 'North' },
        ...(n === 0 ? { mail: null } : {}),
      }),
    ),
    person(6, 'Gil Outside'),
    boss,
    ...team(
      1,
      'Nested',
      [1, 2, 3, 4, 5].map((n) => user(n)),
    ),
    ...team(0, 'Parent', [user(0), group(1)]),
    ...team(2, 'Others', [user(6)]),
  ]);
  await operator.register();
  await operator.ok('PUT', setup, {
    designation: 'Audience',
    organizationId: 'customer',
    scope: { kind: 'groups', groupIds: [group(0)] },
    attributes: { preset: 'workforce', mailFallback: 'userPrincipalName' },
    segments: {
      fromGroups: 'listed',
      groupIds: [group(0), group(1)],
      rules: [{ id: 'sellers', name: 'Sellers', where: 'department_name = "Sales"' }],
    },
  });
  await operator.start('audience');
  await operator.sync();
  await operator.isTold();
});
afterAll(async () => {
  await operator.goHome();
});

describe('an audience of selected groups', () => {
  it('has six people of a parent with one member and a nested group of five', async () => {
    await operator.eventually(async () => {
      expect(await operator.names('audience')).toEqual(['Ada Lovelace', ...nested]);
    });
  });

  it('explains why Entra shows seven', async () => {
    const numbers = await operator.ok<Numbers>('GET', `numbers?setup=audience&group=${group(0)}`);
    expect(numbers).toMatchObject({ entra: 7, people: 6 });
    expect(numbers.reasons).toMatchObject([{ reason: 'nestedGroup', count: 1 }]);
    const listed = await operator.list(`numbers?setup=audience&group=${group(0)}&reason=nestedGroup`);
    expect(listed).toMatchObject([{ id: group(1), type: 'group', displayName: 'Nested' }]);
  });

  it('has the workforce attributes, the manager, and the user name as mail', async () => {
    const { 'Ben Holm': ben } = await operator.people('audience');
    expect(ben).toMatchObject({
      mail: 'ben@customer.example',
      mailSource: 'userPrincipalName',
      manager: { name: 'Ada Lovelace', mail: 'ada@customer.example' },
      attributes: {
        department_name: 'Sales',
        division_name: 'North',
        cost_center_name: '4711',
        employment_status: 'active',
        manager_name: 'Ada Lovelace',
        job_title: null,
      },
    });
  });

  it('follows when only the manager changed', async () => {
    await operator.change({ kind: 'updateUser', id: user(0), attributes: { displayName: 'Ada King' } });
    await operator.eventually(async () => {
      const { 'Ben Holm': ben } = await operator.people('audience');
      expect(ben?.attributes).toMatchObject({ manager_name: 'Ada King' });
    });
  });

  it('has segments of groups and of rules, which change with the people', async () => {
    const counts = async (): Promise<Record<string, number>> =>
      Object.fromEntries(
        (await operator.list<{ id: string; count: number }>(`${setup}/segments`)).map(({ id, count }) => [
          id,
          count,
        ]),
      );
    expect(await counts()).toEqual({
      'rule:sellers': 2,
      [`group:${group(0)}`]: 6,
      [`group:${group(1)}`]: 5,
    });
    await operator.change({ kind: 'updateUser', id: user(5), attributes: { department: 'Sales' } });
    await operator.eventually(async () => expect(await counts()).toMatchObject({ 'rule:sellers': 3 }));
    expect(await operator.names('audience', '?segment=rule:sellers')).toEqual([
      'Ben Holm',
      'Cleo Marsh',
      'Fay Low',
    ]);
  });
});
