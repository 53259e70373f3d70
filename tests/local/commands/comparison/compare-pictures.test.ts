import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comparePictures } from '../../../../local/commands/comparison/compare-pictures.js';
import {
  countPeople,
  type DirectoryPicture,
} from '../../../../local/commands/comparison/directory-picture.js';

function picture(more: Partial<DirectoryPicture> = {}): DirectoryPicture {
  return {
    users: new Map([['u1', { displayName: 'Zoë', businessPhones: ['1'], manager: null }]]),
    deletedUsers: new Set(['u9']),
    groups: new Map([['g1', { displayName: 'All', peopleCount: 1 }]]),
    memberships: new Map([['g1 u1', 'user']]),
    ...more,
  };
}

describe('comparing the product with the directory', () => {
  it('finds nothing where every row is equal', () => {
    expect(comparePictures(picture(), picture())).toEqual({ rows: 4, differences: 0, reasons: [] });
  });

  it.each<[string, Partial<DirectoryPicture>, string]>([
    ['a missing user', { users: new Map() }, 'user u1 is missing'],
    [
      'another value',
      { users: new Map([['u1', { displayName: 'Zoe', businessPhones: ['1'], manager: null }]]) },
      'user u1: displayName is "Zoe" and should be "Zoë"',
    ],
    [
      'another list',
      { users: new Map([['u1', { displayName: 'Zoë', businessPhones: [], manager: null }]]) },
      'user u1: businessPhones is [] and should be ["1"]',
    ],
    ['a deleted user that is not known', { deletedUsers: new Set() }, 'soft-deleted user u9 is missing'],
    [
      'a deleted user that is none',
      { deletedUsers: new Set(['u9', 'u8']) },
      'soft-deleted user u8 is not in the directory',
    ],
    [
      'another count',
      { groups: new Map([['g1', { displayName: 'All', peopleCount: undefined }]]) },
      'group g1: peopleCount is undefined and should be 1',
    ],
    ['a missing membership', { memberships: new Map() }, 'membership of u1 in g1 is missing'],
    [
      'a membership too much',
      {
        memberships: new Map([
          ['g1 u1', 'user'],
          ['g1 u2', 'user'],
        ]),
      },
      'membership of u2 in g1 is not in the directory',
    ],
    [
      'a member of another type',
      { memberships: new Map([['g1 u1', 'device']]) },
      'membership of u1 in g1 is of type device and should be of type user',
    ],
  ])('finds %s', (_title, product, reason) => {
    expect(comparePictures(picture(product), picture())).toMatchObject({ differences: 1, reasons: [reason] });
  });

  it('names the first twenty differences and counts them all', () => {
    const many = new Set(Array.from({ length: 30 }, (_, index) => `d${index}`));
    const { differences, reasons } = comparePictures(picture({ deletedUsers: many }), picture());
    expect(differences).toBe(31);
    expect(reasons).toHaveLength(20);
  });
});

describe('counting people', () => {
  it('agrees with a reachability search over any nesting, cycles included', () => {
    const users = ['u0', 'u1', 'u2', 'u3'];
    const groups = ['g0', 'g1', 'g2', 'g3', 'g4'];
    const edge = fc.tuple(fc.constantFrom(...groups), fc.constantFrom(...users, ...groups, 'device'));
    fc.assert(
      fc.property(fc.array(edge, { maxLength: 25 }), (edges) => {
        const counted = countPeople(
          new Set(users),
          new Set(groups),
          new Set(edges.map(([group, member]) => `${group} ${member}`)),
        );
        for (const group of groups) {
          let reached = new Set([group]);
          for (let step = 0; step < edges.length; step += 1) {
            reached = new Set([
              ...reached,
              ...edges.filter(([from]) => reached.has(from)).map(([, to]) => to),
            ]);
          }
          expect(counted.get(group)).toBe(users.filter((user) => reached.has(user)).length);
        }
      }),
    );
  });
});
