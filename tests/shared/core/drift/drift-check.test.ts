import { describe, expect, it } from 'vitest';
import {
  confirmed,
  NEVER_CHECKED,
  sampleSizes,
  toRepair,
  type Suspect,
} from '../../../../shared/core/drift/drift-check.js';

const NOW = Date.parse('2026-03-10T12:00:00Z');
const DAY = 24 * 60 * 60_000;

const user = (id: string, ...differs: string[]): Suspect => ({
  resource: 'users',
  subject: { kind: 'user', id },
  differs,
});
const count = (resource: 'users' | 'groups'): Suspect => ({
  resource,
  subject: { kind: 'count' },
  differs: ['count'],
});

describe('drift', () => {
  it('is what two looks saw of the same object, by name', () => {
    const first = [user('a', 'department', 'mail'), user('b', 'mail'), count('users'), count('groups')];
    const second = [
      user('a', 'mail', 'jobTitle'),
      user('b', 'department'),
      user('c', 'mail'),
      count('groups'),
    ];
    expect(confirmed(first, second)).toEqual([user('a', 'mail'), count('groups')]);
    expect(confirmed(first, [])).toEqual([]);
    expect(confirmed([], second)).toEqual([]);
  });

  it('tells memberships of a user from the user itself', () => {
    const memberOf = { ...user('a', 'memberOf'), resource: 'groups' } as const;
    expect(confirmed([user('a', 'memberOf')], [memberOf])).toEqual([]);
    expect(toRepair([memberOf], NEVER_CHECKED, NOW)).toEqual(['groups']);
  });

  it('has its resources read anew, each at most once a week', () => {
    const drift = [user('a', 'mail'), user('b', 'mail'), count('groups')];
    expect(toRepair(drift, NEVER_CHECKED, NOW)).toEqual(['users', 'groups']);
    const lately = new Date(NOW - 7 * DAY + 1).toISOString();
    const repairs = { users: lately, groups: new Date(NOW - 7 * DAY).toISOString() };
    expect(toRepair(drift, { repairs }, NOW)).toEqual(['groups']);
    expect(toRepair([], NEVER_CHECKED, NOW)).toEqual([]);
  });

  it('is looked for with no more requests than there may be', () => {
    for (let requests = 0; requests <= 200; requests += 1) {
      const { users, groups } = sampleSizes(requests);
      if (users + groups > 0) expect(2 + 2 * (users + groups)).toBeLessThanOrEqual(requests);
      expect(users - groups).toBeGreaterThanOrEqual(0);
      expect(users - groups).toBeLessThanOrEqual(1);
    }
  });
});
