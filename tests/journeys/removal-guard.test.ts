import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { group, person, team, Traveller, user, type PersonView } from './traveller.js';

let operator: Traveller;
const setup = 'setups/guarded';
const ten = Array.from({ length: 10 }, (_, n) => n);

interface Held {
  readonly directoryId: string;
  readonly reason: string;
}

beforeAll(async () => {
  operator = await Traveller.setOut([
    ...ten.map((n) => person(n, `Person${n} Of Ten`)),
    person(10, 'Newcomer Late'),
    ...team(
      0,
      'Staff',
      ten.map((n) => user(n)),
    ),
  ]);
  await operator.register();
  await operator.ok('PUT', setup, {
    designation: 'Guarded',
    organizationId: 'customer',
    scope: { kind: 'rootGroup', groupIds: [group(0)] },
    attributes: { preset: 'workplace' },
    // Ten are few: without this, five may go whatever their share is.
    removalGuard: { minCount: 0 },
  });
  await operator.start('guarded');
  await operator.sync();
  await operator.isTold();
  await operator.eventually(async () => expect(await operator.names('guarded')).toHaveLength(10));
});
afterAll(async () => {
  await operator.goHome();
});

const leave = (n: number) => ({ kind: 'removeMember', groupId: group(0), memberId: user(n) }) as const;
const withStatus = async (status: string): Promise<string[]> =>
  Object.values(await operator.people('guarded', `?status=${status}`))
    .map(({ directoryId }) => directoryId)
    .sort();
const held = async (): Promise<{ ids: string[]; etag: string }> => {
  const answer = await operator.ask<{ value: Held[] }>('GET', `${setup}/held`);
  return { ids: answer.body.value.map(({ directoryId }) => directoryId).sort(), etag: answer.etag };
};
const one = async (n: number): Promise<PersonView> =>
  operator.ok<PersonView>('GET', `${setup}/people/guarded.${user(n)}`);

describe('the removal guard', () => {
  it('lets a fifth go', async () => {
    await operator.change(leave(0), leave(1));
    await operator.eventually(async () => expect(await withStatus('disabled')).toEqual([user(0), user(1)]));
    expect((await held()).ids).toEqual([]);
  });

  it('holds what is more within the day, while additions and updates go on', async () => {
    await operator.change(
      leave(2),
      leave(3),
      { kind: 'addMember', groupId: group(0), memberId: user(10) },
      { kind: 'updateUser', id: user(5), attributes: { mobilePhone: '+45 20 11 22 33' } },
    );
    await operator.eventually(async () => {
      expect((await held()).ids).toEqual([user(2), user(3)]);
      expect(await operator.names('guarded')).toContain('Newcomer Late');
      expect((await one(5)).attributes).toMatchObject({ mobilePhone: '+45 20 11 22 33' });
    });
    expect(await one(2)).toMatchObject({ status: 'active', removalHeld: true });
  });

  it('drops from the list who comes back', async () => {
    const seen = await held();
    await operator.change({ kind: 'addMember', groupId: group(0), memberId: user(3) });
    await operator.eventually(async () => expect((await held()).ids).toEqual([user(2)]));
    const late = await operator.ask('POST', `${setup}/held/approve`, {}, { 'if-match': seen.etag });
    expect(late).toMatchObject({ status: 412 });
    await operator.eventually(async () => {
      expect(await one(3)).toMatchObject({ status: 'active', statusReason: 'inScope', removalHeld: false });
    });
  });

  it('lets go whom an operator approved', async () => {
    const { etag } = await held();
    await operator.ok('POST', `${setup}/held/approve`, {}, { 'if-match': etag });
    await operator.eventually(async () => {
      expect(await one(2)).toMatchObject({ status: 'disabled', removalHeld: false });
      expect((await held()).ids).toEqual([]);
    });
  });

  it('keeps whom an operator rejected to remove, until that is released', async () => {
    await operator.change(leave(4));
    await operator.eventually(async () => expect((await held()).ids).toEqual([user(4)]));
    const { etag } = await held();
    await operator.ok('POST', `${setup}/held/reject`, {}, { 'if-match': etag });
    const override = await operator.eventually(async () => {
      const found = await operator.list<{ id: string; directoryId: string }>(`${setup}/overrides`);
      expect(found).toMatchObject([{ directoryId: user(4), kind: 'keep' }]);
      expect(await one(4)).toMatchObject({ status: 'active', removalHeld: false });
      return found[0];
    });
    expect((await held()).ids).toEqual([]);
    await operator.ok('DELETE', `${setup}/overrides/${override?.id ?? ''}`);
    await operator.eventually(async () => expect((await held()).ids).toEqual([user(4)]));
  });
});
