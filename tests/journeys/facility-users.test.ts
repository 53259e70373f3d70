import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { group, person, team, Traveller, user } from './traveller.js';

let operator: Traveller;
const setup = 'setups/facility';

function document(over: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    designation: 'Facility users',
    organizationId: 'customer',
    scope: { kind: 'groups', groupIds: [group(0)] },
    attributes: {
      initialsFrom: 'mailNickname',
      fields: [{ from: 'jobTitle', to: 'title', policy: 'authoritative' }],
    },
    match: ['mail', 'initials'],
    remove: { whenLeft: { mode: 'disable' }, whenDeleted: { mode: 'delete' } },
    removalGuard: { maxShare: 1 },
    ...over,
  };
}

beforeAll(async () => {
  operator = await Traveller.setOut([
    person(0, 'Ada Lovelace', { mailNickname: 'AL', jobTitle: 'Clerk' }),
    person(1, 'Ben Holm', { mailNickname: 'bh', mail: null, jobTitle: 'Cook' }),
    person(2, 'Cleo Marsh', { mailNickname: 'cm' }),
    person(3, 'Carl Moss', { mailNickname: 'c.m' }),
    person(4, 'Dora Outside', { mailNickname: 'do' }),
    ...team(
      0,
      'Facility',
      [0, 1, 2, 3].map((n) => user(n)),
    ),
  ]);
  await operator.register();
  await operator.sync();
  await operator.ok('PUT', setup, document());
  const records = [
    { recordId: '1', mail: 'ADA@customer.example', initials: 'zz' },
    { recordId: '2', initials: 'B H' },
    { recordId: '3', initials: 'CM' },
  ];
  await operator.ok('POST', `${setup}/records`, records);
  await operator.start('facility');
  await operator.isTold();
});
afterAll(async () => {
  await operator.goHome();
});

describe('facility users by group id', () => {
  it('are found by the pasted id of their group', async () => {
    const found = await operator.ok<{ value: { id: string }[] }>(
      'GET',
      `directory/groups?search=${group(0)}`,
    );
    expect(found.value).toMatchObject([{ id: group(0), displayName: 'Facility' }]);
  });

  it('are tied to records by mail, else by initials, and what fits two waits for the operator', async () => {
    await operator.eventually(async () => {
      const found = await operator.people('facility');
      expect(found['Ada Lovelace']).toMatchObject({ recordId: '1', matchedBy: 'mail' });
      expect(found['Ben Holm']).toMatchObject({ recordId: '2', matchedBy: 'initials' });
    });
    await operator.sync();
    expect(await operator.names('facility')).toEqual(['Ada Lovelace', 'Ben Holm']);
    expect(await operator.list(`${setup}/conflicts`)).toMatchObject([
      {
        key: 'initials',
        value: 'cm',
        reasons: ['severalUsers'],
        userIds: [user(2), user(3)],
        recordIds: ['3'],
      },
    ]);
    await operator.ok('POST', `${setup}/matches`, { userId: user(3), recordId: '3' });
    await operator.eventually(async () => {
      const found = await operator.people('facility');
      expect(found['Carl Moss']).toMatchObject({ recordId: '3', matchedBy: 'chosen' });
      expect(found['Cleo Marsh']).toMatchObject({ recordId: null });
      expect(await operator.list(`${setup}/conflicts`)).toEqual([]);
    });
  });

  it('keep their attributes while update is off, and get them when it is on again', async () => {
    await operator.ok('PUT', setup, document({ update: false }));
    await operator.change({ kind: 'updateUser', id: user(0), attributes: { jobTitle: 'Director' } });
    await operator.eventually(async () => {
      expect(await operator.ok('GET', `users/${user(0)}`)).toMatchObject({ jobTitle: 'Director' });
    });
    await operator.sync();
    const title = async (): Promise<unknown> =>
      (await operator.people('facility'))['Ada Lovelace']?.attributes['title'];
    expect(await title()).toBe('Clerk');
    await operator.ok('PUT', setup, document());
    await operator.eventually(async () => expect(await title()).toBe('Director'));
  });

  it('are disabled when they leave, and are themselves again when they return', async () => {
    await operator.change({ kind: 'removeMember', groupId: group(0), memberId: user(0) });
    await operator.eventually(async () => {
      const { 'Ada Lovelace': ada } = await operator.people('facility');
      expect(ada).toMatchObject({ status: 'disabled', statusReason: 'leftScope', recordId: '1' });
    });
    await operator.change({ kind: 'addMember', groupId: group(0), memberId: user(0) });
    await operator.eventually(async () => {
      const { 'Ada Lovelace': ada } = await operator.people('facility');
      expect(ada).toMatchObject({ status: 'active', recordId: '1', id: `facility.${user(0)}` });
    });
  });

  it('are removed, without a name left, when they are deleted in Entra, and come back with their record', async () => {
    await operator.change({ kind: 'softDeleteUser', id: user(1) });
    await operator.eventually(async () => {
      const [gone] = Object.values(await operator.people('facility', '?status=removed'));
      expect(gone).toMatchObject({ directoryId: user(1), displayName: null, mail: null, recordId: '2' });
    });
    expect(await operator.names('facility')).not.toContain('Ben Holm');
    await operator.change({ kind: 'restoreUser', id: user(1) });
    await operator.eventually(async () => {
      const { 'Ben Holm': ben } = await operator.people('facility');
      expect(ben).toMatchObject({ status: 'active', recordId: '2' });
    });
  });
});
