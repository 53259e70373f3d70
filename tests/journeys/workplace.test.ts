import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { group, person, team, Traveller, user } from './traveller.js';

let operator: Traveller;
const setup = 'setups/workplace';

function document(over: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    designation: 'Workplace',
    organizationId: 'customer',
    scope: { kind: 'rootGroup', groupIds: [group(0)] },
    attributes: { preset: 'workplace' },
    grants: [
      { source: { group: group(1) }, roles: ['planner'], memberships: [{ kind: 'costCenter', id: '4711' }] },
      {
        source: { group: group(2) },
        roles: ['orderer'],
        memberships: [{ kind: 'deliveryProvider', id: 'canteen' }],
      },
      { source: { group: group(3) }, hostsOf: ['lobby'], memberships: [{ kind: 'reception', id: 'lobby' }] },
    ],
    removalGuard: { maxShare: 1 },
    ...over,
  };
}

beforeAll(async () => {
  const [ada, ben, cleo, dora, eve] = [0, 1, 2, 3, 4].map(user) as [string, string, string, string, string];
  operator = await Traveller.setOut([
    ...['Ada Lovelace', 'Ben Holm', 'Cleo Marsh', 'Dora Outside', 'Eve Late'].map((name, n) =>
      person(n, name),
    ),
    ...team(1, 'Planners', [ada]),
    ...team(2, 'Kitchen', [ben, ada]),
    ...team(3, 'Desk', [cleo, dora]),
    ...team(0, 'Root', [group(1), group(2), cleo]),
    ...team(4, 'Late', [eve]),
  ]);
  await operator.register({
    'role/planner': { module: 'meetings' },
    'role/orderer': { module: 'catering' },
    'costCenter/4711': {},
    'deliveryProvider/canteen': {},
    'reception/lobby': {},
  });
  await operator.sync();
});
afterAll(async () => {
  await operator.goHome();
});

describe('a workplace product on a root group', () => {
  it('finds its groups, saves the setup, and nobody is a person yet', async () => {
    const found = await operator.ok<{ value: { id: string }[] }>('GET', 'directory/groups?search=plan');
    expect(found.value.map(({ id }) => id)).toEqual([group(1)]);
    expect(await operator.ok('PUT', setup, document())).toMatchObject({ state: 'saved', version: 1 });
    expect(await operator.names('workplace')).toEqual([]);
  });

  it('is told of what it got wrong, at its place', async () => {
    const grants = [{ source: { group: group(99) }, roles: ['pilot'] }];
    const answer = await operator.ask('PUT', setup, document({ grants }));
    expect(answer).toMatchObject({ status: 400, body: { error: {} } });
    const { details } = (answer.body as { error: { details: { code: string; target: string }[] } }).error;
    expect(details.map(({ code, target }) => [target, code]).sort()).toEqual([
      ['grants[0].roles[0]', 'UnknownCatalogEntry'],
      ['grants[0].source.group', 'GroupNotFound'],
    ]);
  });

  it('looks the setup over: who would come, before anybody does', async () => {
    const preview = await operator.ok('POST', `${setup}/preview`);
    expect(preview).toMatchObject({ complete: true, exact: true, counts: { create: 3, remove: 0 } });
    expect(await operator.names('workplace')).toEqual([]);
  });

  it('is started, and everybody beneath the root has what the groups give', async () => {
    await operator.start('workplace');
    await operator.eventually(async () => {
      expect(await operator.names('workplace')).toEqual(['Ada Lovelace', 'Ben Holm', 'Cleo Marsh']);
    });
    const people = await operator.people('workplace');
    expect(people['Ada Lovelace']).toMatchObject({
      status: 'active',
      attributes: { displayName: 'Ada Lovelace', mail: 'ada@customer.example' },
      roles: [
        { id: 'orderer', module: 'catering' },
        { id: 'planner', module: 'meetings' },
      ],
      memberships: [
        { kind: 'costCenter', id: '4711' },
        { kind: 'deliveryProvider', id: 'canteen' },
      ],
    });
    expect(people['Cleo Marsh']).toMatchObject({ memberships: [{ kind: 'reception', id: 'lobby' }] });
    expect(await operator.names('workplace', '?role=planner')).toEqual(['Ada Lovelace']);
    expect(await operator.names('workplace', '?membership=deliveryProvider:canteen')).toEqual([
      'Ada Lovelace',
      'Ben Holm',
    ]);
    const hosts = await operator.list<{ displayName: string; personId: string | null }>(`${setup}/hosts`);
    expect(Object.fromEntries(hosts.map(({ displayName, personId }) => [displayName, personId]))).toEqual({
      'Cleo Marsh': `workplace.${user(2)}`,
      'Dora Outside': null,
    });
  });

  it('follows a membership that changes in Entra', async () => {
    await operator.isTold();
    await operator.change(
      { kind: 'addMember', groupId: group(1), memberId: user(4) },
      { kind: 'removeMember', groupId: group(2), memberId: user(1) },
    );
    await operator.eventually(async () => {
      const people = await operator.people('workplace');
      expect(people['Eve Late']).toMatchObject({ status: 'active', roles: [{ id: 'planner' }] });
      expect(people['Ben Holm']).toMatchObject({ status: 'disabled', statusReason: 'leftScope', roles: [] });
    });
  });

  it('leaves its people as they are while it is paused, and catches up when it goes on', async () => {
    await operator.ok('POST', `${setup}/pause`);
    await operator.change({ kind: 'updateUser', id: user(0), attributes: { displayName: 'Ada King' } });
    await operator.eventually(async () => {
      expect(await operator.ok('GET', `users/${user(0)}`)).toMatchObject({ displayName: 'Ada King' });
    });
    await operator.sync();
    expect(await operator.names('workplace')).toContain('Ada Lovelace');
    await operator.start('workplace');
    await operator.eventually(async () => expect(await operator.names('workplace')).toContain('Ada King'));
  });

  it('is edited while it runs, as one step, without reading the directory anew', async () => {
    await operator.road.runsDry([operator.tenantId]);
    const before = (await operator.road.control.requestCounts(operator.tenantId)).byTemplate;
    const grants = [{ source: { group: group(4) }, roles: ['planner'] }];
    const scope = { kind: 'groups', groupIds: [group(4), group(0)] };
    const { etag } = await operator.ask('GET', setup);
    const edited = await operator.ok('PUT', setup, document({ grants, scope }), { 'if-match': etag });
    expect(edited).toMatchObject({ state: 'started', version: 2 });
    await operator.eventually(async () => {
      expect(await operator.names('workplace', '?role=planner')).toEqual(['Eve Late']);
      expect((await operator.people('workplace'))['Ada King']).toMatchObject({ roles: [], memberships: [] });
      expect(await operator.list(`${setup}/hosts`)).toEqual([]);
    });
    const after = (await operator.road.control.requestCounts(operator.tenantId)).byTemplate;
    expect(after['GET /users/delta']).toBe(before['GET /users/delta']);
    expect(after['GET /groups/delta']).toBe(before['GET /groups/delta']);
    expect(await operator.ask('PUT', setup, document(), { 'if-match': etag })).toMatchObject({ status: 412 });
  });

  it('explains why somebody has a role, and why somebody else is not there', async () => {
    const eve = await operator.ok('GET', `${setup}/people/workplace.${user(4)}/explain`);
    expect(JSON.stringify(eve)).toContain(group(4));
    const dora = await operator.ok('GET', `${setup}/people/workplace.${user(3)}/explain`);
    expect(JSON.stringify(dora)).toContain('outsideScope');
  });
});
