import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeltaElement } from '../../../shared/core/delta-page.js';
import type { MirrorUser } from '../../../shared/core/mirror-rows.js';
import { planUsers, type UserPlan } from '../../../shared/core/plan-users.js';

function present(id: string, attributes: Record<string, string | null> = {}): DeltaElement {
  return { kind: 'present', id, attributes, references: null };
}

function removed(id: string, reason: 'changed' | 'deleted'): DeltaElement {
  return { kind: 'removed', id, reason };
}

function live(
  id: string,
  attributes: Record<string, string> = {},
  managerId: string | null = null,
): MirrorUser {
  return { id, presence: 'live', attributes, managerId };
}

function stored(...users: MirrorUser[]): Map<string, MirrorUser> {
  return new Map(users.map((user) => [user.id, user]));
}

function carryOut(rows: ReadonlyMap<string, MirrorUser>, plan: UserPlan): Map<string, MirrorUser> {
  const after = new Map(rows);
  for (const user of plan.writes) after.set(user.id, user);
  for (const id of plan.removals) after.delete(id);
  return after;
}

describe('planning the users of a delta page', () => {
  it('writes a present value, clears a present null and keeps what is absent', () => {
    const plan = planUsers(
      stored(live('a', { mail: 'old', department: 'Sales', city: 'Lund' })),
      [present('a', { mail: 'new', department: null })],
      null,
    );
    expect(plan.writes).toEqual([live('a', { mail: 'new', city: 'Lund' })]);
    expect(plan.counts).toMatchObject({ updated: 1, created: 0 });
    expect(plan.presence).toEqual([]);
  });

  it('drops in a full round what it does not select any more', () => {
    const before = stored(live('a', { mail: 'x', city: 'Lund', department: 'Sales' }));
    const plan = planUsers(before, [present('a', { mail: 'x' })], ['mail', 'department']);
    expect(plan.writes).toEqual([live('a', { mail: 'x', department: 'Sales' })]);
    expect(
      planUsers(stored(plan.writes[0]!), [present('a', { mail: 'x' })], ['mail', 'department']).writes,
    ).toEqual([]);
  });

  it('writes nothing for a user that is as it should be', () => {
    const plan = planUsers(
      stored(live('a', { mail: 'x' })),
      [present('a', { mail: 'x', department: null })],
      null,
    );
    expect(plan).toMatchObject({ writes: [], removals: [], presence: [] });
  });

  it('hides a soft-deleted user and keeps what was known of it', () => {
    const plan = planUsers(stored(live('a', { mail: 'x' }, 'm')), [removed('a', 'changed')], null);
    expect(plan.writes).toEqual([{ ...live('a', { mail: 'x' }, 'm'), presence: 'softDeleted' }]);
    expect(plan.counts.softDeleted).toBe(1);
    expect(plan.presence).toEqual(['a']);
  });

  it('asks for the edges of a user that comes back, and of one it never knew', () => {
    const hidden: MirrorUser = { ...live('a', { mail: 'x' }), presence: 'softDeleted' };
    const plan = planUsers(stored(hidden), [present('a', { mail: 'x' }), present('b', { mail: 'y' })], null);
    expect(plan.edgesUnknown).toEqual(['a', 'b']);
    expect(plan.counts).toMatchObject({ restored: 1, created: 1 });
  });

  it('remembers a user whom it only knows from deleted items', () => {
    const plan = planUsers(stored(), [removed('a', 'changed')], null);
    expect(plan.writes).toEqual([{ id: 'a', presence: 'softDeleted', attributes: {}, managerId: null }]);
  });

  it('removes a user that is gone for good, and does nothing about one it never had', () => {
    const plan = planUsers(stored(live('a')), [removed('a', 'deleted'), removed('b', 'deleted')], null);
    expect(plan.removals).toEqual(['a']);
    expect(plan.counts.deleted).toBe(1);
  });

  it.each([
    ['the old one first', [reference('old', true), reference('new', false)]],
    ['the new one first', [reference('new', false), reference('old', true)]],
  ])('follows a change of manager that names %s', (_, references) => {
    const element: DeltaElement = { kind: 'present', id: 'a', attributes: {}, references };
    const plan = planUsers(stored(live('a', {}, 'old')), [element], null);
    expect(plan.writes[0]?.managerId).toBe('new');
  });

  it('keeps the manager where the page says nothing of it, and drops one that is taken away', () => {
    expect(
      planUsers(stored(live('a', {}, 'm')), [present('a', { mail: 'x' })], null).writes[0]?.managerId,
    ).toBe('m');
    const element: DeltaElement = {
      kind: 'present',
      id: 'a',
      attributes: {},
      references: [reference('m', true)],
    };
    expect(planUsers(stored(live('a', {}, 'm')), [element], null).writes[0]?.managerId).toBeNull();
  });

  it('comes to the same rows however a round is split, and however often a page is repeated', () => {
    const element = fc.oneof(
      fc
        .tuple(
          fc.constantFrom('a', 'b', 'c'),
          fc.constantFrom('x', 'y', null),
          fc.constantFrom('m', 'n', null),
        )
        .map(([id, mail, manager]): DeltaElement => ({
          kind: 'present',
          id,
          attributes: { mail },
          references: manager === null ? null : [reference(manager, false)],
        })),
      fc
        .tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom<'changed' | 'deleted'>('changed', 'deleted'))
        .map(([id, reason]) => removed(id, reason)),
    );
    fc.assert(
      fc.property(fc.array(fc.array(element, { maxLength: 6 }), { maxLength: 6 }), (pages) => {
        const whole = carryOut(stored(), planUsers(stored(), pages.flat(), null));
        let split: Map<string, MirrorUser> = stored();
        for (const page of pages) {
          split = carryOut(split, planUsers(split, page, null));
          const again = planUsers(split, page.slice(-1), null);
          split = carryOut(split, again);
        }
        expect(split).toEqual(whole);
      }),
    );
  });
});

function reference(id: string, isRemoved: boolean): { id: string; type: string; removed: boolean } {
  return { id, type: 'user', removed: isRemoved };
}
