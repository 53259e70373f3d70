import { beforeEach, describe, expect, it } from 'vitest';
import { aPerson } from '../../../builders/person.js';
import {
  answerRecord,
  chooseMatch,
  releaseMatch,
} from '../../../../shared/use-cases/matching/decide-match.js';
import { MatchingWorld, record, TENANT, user } from './matching-world.js';

let world: MatchingWorld;
let setupId: string;
beforeEach(async () => {
  world = await new MatchingWorld().begin();
  ({ setupId } = world.setup);
});

const choose = (directoryId: string, recordId: string) =>
  chooseMatch(world.ports, TENANT, setupId, { directoryId, recordId });

/** The product's answer about a person of the setup. */
async function answer(directoryId: string, recordId: string) {
  const person = aPerson({ tenantId: TENANT, setupId, directoryId });
  const cause = { runId: null, reason: 'The directory was read.', at: person.changedAt };
  const known = await world.stores.people.read(world.fence, setupId, [directoryId]);
  if (!known.has(directoryId))
    await world.stores.people.write(
      world.fence,
      [{ before: null, after: person, changed: ['status'] }],
      cause,
    );
  return await answerRecord(world.ports, TENANT, setupId, directoryId, { recordId });
}

/** The record `r1` is tied to `a` by mail, who is soft-deleted; `b` has the same mail. */
async function recreated(): Promise<void> {
  world.users.set('a', user('a', { mail: 'ann@x' }));
  await world.upload([record('r1', { mail: 'ann@x' })]);
  await world.work();
  await world.softDelete('a');
  await world.change(user('b', { mail: 'ann@x' }));
}

const conflict = (reason: string, userId: string, key = 'mail', value = 'ann@x') =>
  JSON.stringify({ key, value, reasons: [reason], directoryIds: [userId], recordIds: ['r1'] });

describe('the record of a user who is deleted and created again', () => {
  it('stays with the old account while that may be restored, and the new one is a conflict', async () => {
    await recreated();
    expect(await world.ties()).toEqual(['a-r1 mail']);
    expect(await world.conflicts()).toEqual([conflict('recordOfDeletedUser', 'b')]);
    const { inConflict } = await world.matching.standingsOf(world.fence, world.setup, ['b']);
    expect([...inConflict]).toEqual(['b']);
  });

  it('is tied to the new account once the old one is permanently deleted', async () => {
    await recreated();
    world.marked.clear();
    await world.hardDelete('a');
    expect(await world.ties()).toEqual(['b-r1 mail']);
    expect(await world.conflicts()).toEqual([]);
    expect(world.marked).toEqual(new Set(['a', 'b']));
  });

  it('is moved by one choice, and the old account is the conflict if it comes back', async () => {
    await recreated();
    expect(await choose('b', 'r1')).toEqual({ kind: 'chosen' });
    await world.work();
    expect(await world.ties()).toEqual(['b-r1 chosen']);
    expect(await world.conflicts()).toEqual([]);
    await world.change(user('a', { mail: 'ann@x' }));
    expect(await world.ties()).toEqual(['b-r1 chosen']);
    expect(await world.conflicts()).toEqual([conflict('recordMoved', 'a', 'record', 'r1')]);
    expect(await releaseMatch(world.ports, TENANT, setupId, 'a')).toBe('released');
    await world.work();
    expect(await world.conflicts()).toEqual([]);
    expect(await world.ties()).toEqual(['b-r1 chosen']);
  });

  it('is moved by one choice also if an operator or the product had given it to the old account', async () => {
    await recreated();
    await world.change(user('a', { mail: 'ann@x' }));
    await choose('a', 'r1');
    await world.work();
    expect(await choose('b', 'r1')).toMatchObject({ kind: 'recordTaken', holder: { directoryId: 'a' } });
    await world.softDelete('a');
    expect(await choose('b', 'r1')).toEqual({ kind: 'chosen' });
    await world.work();
    expect(await world.ties()).toEqual(['b-r1 chosen']);
    await world.change(user('a', { mail: 'other@x' }));
    expect(await world.conflicts()).toEqual([conflict('recordMoved', 'a', 'record', 'r1')]);
  });

  it('makes a conflict of the new account although the deletion of the old one is told later', async () => {
    world.users.set('a', user('a', { mail: 'ann@x' }));
    await world.upload([record('r1', { mail: 'ann@x' })]);
    await world.work();
    world.become('a', 'softDeleted');
    await world.change(user('b', { mail: 'ann@x' }));
    expect(await world.conflicts()).toEqual([conflict('recordOfDeletedUser', 'b')]);
    world.become('a', 'gone');
    await world.change(user('b', { mail: 'Ann@x' }));
    expect(await world.ties()).toEqual(['b-r1 mail']);
  });

  it('is given to the new account by the product once the old one is permanently deleted', async () => {
    await recreated();
    await answer('a', 'made');
    await world.work();
    expect(await world.ties()).toEqual(['a-made created', 'b-r1 mail']);
    expect(await answer('b', 'made')).toMatchObject({ kind: 'recordTaken' });
    world.become('a', 'gone');
    await world.mirror();
    expect(await answer('b', 'made')).toEqual({ kind: 'noted' });
    await world.work();
    expect(await world.ties()).toEqual(['b-made created']);
    expect((await world.stores.matchDecisions.read(TENANT, setupId, 'a')).tag).toBeNull();
  });
});

describe('a record that a key tied to a user', () => {
  beforeEach(async () => {
    world.users.set('a', user('a', { mail: 'ann@x' }));
    world.users.set('c', user('c', { mail: 'carl@x' }));
    await world.upload([record('r1', { mail: 'ann@x' })]);
    await world.work();
  });

  it.each(['live', 'softDeleted'] as const)(
    'is refused to the product while the user is %s',
    async (presence) => {
      if (presence === 'softDeleted') await world.softDelete('a');
      const holder = { directoryId: 'a', presence };
      expect(await answer('c', 'r1')).toEqual({ kind: 'recordTaken', holder });
      await world.work();
      expect(await world.ties()).toEqual(['a-r1 mail']);
      expect(await answer('a', 'r1')).toEqual({ kind: 'noted' });
    },
  );

  it('is given to the product once the user is permanently deleted, or released from it', async () => {
    expect(await releaseMatch(world.ports, TENANT, setupId, 'a')).toBe('released');
    expect(await answer('c', 'r1')).toEqual({ kind: 'noted' });
    await world.work();
    expect(await world.ties()).toEqual(['c-r1 created']);
    world = await new MatchingWorld().begin();
    world.users.set('a', user('a', { mail: 'ann@x' }));
    await world.upload([record('r1', { mail: 'ann@x' })]);
    await world.work();
    world.become('a', 'gone');
    await world.mirror();
    expect(await answer('c', 'r1')).toEqual({ kind: 'noted' });
  });

  it('is taken by an operator who chooses it for another user', async () => {
    expect(await choose('c', 'r1')).toEqual({ kind: 'chosen' });
    await world.work();
    expect(await world.ties()).toEqual(['c-r1 chosen']);
  });
});

describe('a permanently deleted user', () => {
  it('shows its record until another user is tied to it', async () => {
    world.users.set('a', user('a', { mail: 'ann@x' }));
    await world.upload([record('r1', { mail: 'ann@x' })]);
    await world.work();
    await world.hardDelete('a');
    const shown = new Map([['a', 'r1']]);
    const without = async () =>
      (await world.matching.standingsOf(world.fence, world.setup, ['a'], shown)).withoutTheirRecord;
    expect([...(await without())]).toEqual([]);
    world.marked.clear();
    await world.change(user('b', { mail: 'ann@x' }));
    expect(world.marked).toEqual(new Set(['a', 'b']));
    expect([...(await without())]).toEqual(['a']);
    expect((await world.rows()).map(({ directoryId }) => directoryId)).toEqual(['b']);
  });

  it('leaves nothing of what was decided about it, whoever is told first', async () => {
    world.users.set('a', user('a')).set('b', user('b'));
    await world.upload([record('r1')]);
    await world.work();
    await choose('a', 'r1');
    world.become('a', 'gone');
    await world.work();
    expect(await world.ties()).toEqual([]);
    expect(world.tables.rows('MatchDecisions')).toEqual([]);
    expect(await choose('b', 'r1')).toEqual({ kind: 'chosen' });
    await world.work();
    await world.matching.matchEverybody(world.fence, world.setup, world.everybody, world.job);
    expect(await world.ties()).toEqual(['b-r1 chosen']);
  });
});

describe('a user without a choice', () => {
  it('is told apart from one whom the tenant does not have, and from a setup without records', async () => {
    expect(await choose('a', 'r1')).toEqual({ kind: 'noRecords' });
    world.users.set('a', user('a'));
    await world.upload([record('r1')]);
    expect(await choose('a', 'r1')).toEqual({ kind: 'recordsPending' });
    await world.work();
    expect(await choose('a', 'r2')).toEqual({ kind: 'recordNotFound' });
    expect(await choose('b', 'r1')).toEqual({ kind: 'userNotFound' });
    await world.leave('a');
    expect(await choose('a', 'r1')).toEqual({ kind: 'userNotInScope' });
  });
});
