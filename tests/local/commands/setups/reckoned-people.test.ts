import { describe, expect, it } from 'vitest';
import type { DirectoryPicture } from '../../../../local/commands/comparison/directory-picture.js';
import type { PersonRow } from '../../../../local/commands/setups/people-rows.js';
import {
  canBeReckoned,
  peopleDifferences,
  type ReckonedSetup,
} from '../../../../local/commands/setups/reckoned-people.js';

const directory: DirectoryPicture = {
  users: new Map([
    ['ada', { displayName: 'Ada', mail: 'ada@x.example', userPrincipalName: 'a@x.example' }],
    ['ben', { displayName: 'Ben', mail: null, userPrincipalName: 'ben@x.example' }],
    ['eve', { displayName: 'Eve', userType: 'Guest' }],
    ['off', { displayName: 'Off', accountEnabled: false }],
    ['out', { displayName: 'Out' }],
  ]),
  deletedUsers: new Set(),
  groups: new Map([
    ['outer', {}],
    ['inner', {}],
  ]),
  memberships: new Map(
    ['outer ada', 'outer inner', 'inner ben', 'inner eve', 'inner off', 'inner inner'].map((key) => [
      key,
      'x',
    ]),
  ),
};
const setup: ReckonedSetup = {
  id: 's',
  scope: {
    kind: 'groups',
    groupIds: ['outer'],
    excludeGroupIds: [],
    includeDisabled: false,
    includeGuests: false,
    filter: null,
  },
  attributes: { mailFallback: 'userPrincipalName', connection: null },
  create: true,
  grants: [{ source: { group: 'inner' }, roles: ['cook'] }],
  segments: { fromGroups: 'listed', groupIds: ['inner'] },
};
const row = (directoryId: string, over: Partial<PersonRow> = {}): PersonRow => ({
  setupId: 's',
  directoryId,
  status: 'active',
  statusReason: 'inScope',
  displayName: 'Ada',
  mail: 'ada@x.example',
  roles: [],
  segments: [],
  ...over,
});
const ben = row('ben', {
  displayName: 'Ben',
  mail: 'ben@x.example',
  roles: ['cook'],
  segments: ['group:inner', 'rule:x'],
});

describe('people reckoned from the directory', () => {
  it('are those of nested groups, without guests and disabled accounts, and equal the right rows', () => {
    expect(peopleDifferences(setup, directory, [row('ada'), ben])).toEqual([]);
  });

  it('tell who is missing, who is too much, and which value is wrong', () => {
    const wrong = [row('out'), row('ben', { displayName: 'Ben', mail: 'b@x.example', roles: [] })];
    expect(peopleDifferences(setup, directory, wrong)).toEqual([
      'person out of s should not be there',
      'person ada of s is missing',
      'person ben of s: mail is "b@x.example" and should be "ben@x.example"',
      'person ben of s: roles by groups is [] and should be ["cook"]',
      'person ben of s: segments of groups is [] and should be ["group:inner"]',
    ]);
  });

  it('takes nobody for a person who is disabled, or of another setup', () => {
    const gone = row('ada', { status: 'disabled' });
    const others = row('ada', { setupId: 'other' });
    expect(peopleDifferences(setup, directory, [gone, others, ben])).toEqual(['person ada of s is missing']);
  });

  it('are not reckoned where conditions or records decide', () => {
    expect(canBeReckoned(setup)).toBe(true);
    expect(canBeReckoned({ ...setup, create: false })).toBe(false);
    expect(canBeReckoned({ ...setup, scope: { ...setup.scope, filter: 'mail is empty' } })).toBe(false);
  });
});
