import { describe, expect, it } from 'vitest';
import { nameLikeness, nameTokens } from '../../../../shared/core/matching/name-likeness.js';
import {
  SuggestionFinder,
  UnambiguousMatches,
  type Candidate,
} from '../../../../shared/core/matching/suggest-matches.js';

const one = (id: string, displayName: string, more: Partial<Candidate> = {}): Candidate => ({
  id,
  displayName,
  addresses: [],
  phones: [],
  jobTitle: null,
  ...more,
});
/** Those of every user, in the order of the users. */
function all(users: readonly Candidate[], records: readonly Candidate[], apart: readonly string[] = []) {
  const finder = new SuggestionFinder();
  for (const record of records) finder.add(record);
  return users.flatMap((user) => finder.suggestionsFor(user, apart));
}

describe('names', () => {
  it.each([
    ['Åsa Öberg', 'oberg, asa', 1],
    ['Ann Lee', 'A. Lee', 0.75],
    ['Ann Maria Lee', 'Ann Lee', 0.8],
    ['Ann Lee', 'Bob Ray', 0],
    ['', 'Bob', 0],
    ['李 雷', '雷 李', 1],
  ])('%s and %s are alike by %s', (a, b, likeness) => {
    expect(nameLikeness(nameTokens(a), nameTokens(b))).toBe(likeness);
    expect(nameLikeness(nameTokens(b), nameTokens(a))).toBe(likeness);
  });
});

describe('suggestions', () => {
  it('add up name, phone and job title, the best first', () => {
    const users = [one('u1', 'Ann Lee', { phones: ['+4512345678'], jobTitle: 'Head of Sales' })];
    const records = [
      one('r1', 'Lee, Ann'),
      one('r2', 'Ann Lee', { phones: ['+4512345678'], jobTitle: 'head of sales' }),
      one('r3', 'Somebody Else', { phones: ['+4512345678'] }),
      one('r4', 'Bob Ray'),
    ];
    const found = all(users, records);
    expect(found.map(({ recordId, score }) => [recordId, score])).toEqual([
      ['r2', 1],
      ['r1', 0.6],
      ['r3', 0.3],
    ]);
    expect(all(users, [...records].reverse())).toEqual(found);
    expect(all(users, records, ['r2'])).toHaveLength(2);
  });

  it('take an address that both have for as good as the same name', () => {
    const users = [one('u1', 'Ann Lee', { addresses: ['ann.lee@x', 'ann.ray@x'], jobTitle: 'Buyer' })];
    const records = [
      one('r1', 'A. Ray', { addresses: ['ann.ray@x'] }),
      one('r2', 'Lee, Ann', { addresses: ['ann.lee@x'], jobTitle: 'buyer' }),
      one('r3', 'Ann Lind', { addresses: ['ann.lind@x'] }),
    ];
    expect(all(users, records).map(({ recordId, score, because }) => [recordId, score, because])).toEqual([
      ['r2', 0.7, { name: 1, address: 1, phone: 0, jobTitle: 1 }],
      ['r1', 0.6, { name: 0.25, address: 1, phone: 0, jobTitle: 0 }],
      ['r3', 0.3, { name: 0.5, address: 0, phone: 0, jobTitle: 0 }],
    ]);
  });

  it('are accepted above a score only where each is the best of the other', () => {
    const users = [one('u1', 'Ann Lee'), one('u2', 'Bob Ray'), one('u3', 'Cy Fox'), one('u4', 'Cy Fox')];
    const records = [one('r1', 'Ann Lee'), one('r2', 'Bob Ray'), one('r3', 'Bob Ray'), one('r4', 'Cy Fox')];
    const found = (minScore: number) => {
      const unambiguous = new UnambiguousMatches(minScore);
      for (const user of users) unambiguous.add(all([user], records));
      const { matches, ambiguous } = unambiguous.found();
      return [matches.map(({ recordId }) => recordId), ambiguous];
    };
    // Two records for Bob Ray, and two users for one record.
    expect(found(0.5)).toEqual([['r1'], 4]);
    expect(found(0.7)).toEqual([[], 0]);
  });

  it('are not found by a word that too many records have', () => {
    const many = Array.from({ length: 501 }, (_, n) => one(`r${n}`, `Room ${n}`));
    const found = all([one('u1', 'Room 77')], many);
    expect(found.map(({ recordId }) => recordId)).toEqual(['r77']);
  });
});
