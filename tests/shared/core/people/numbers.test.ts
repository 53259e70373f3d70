import { describe, expect, it } from 'vitest';
import { compileSetup } from '../../../../shared/core/people/compile-setup.js';
import type { PersonFacts } from '../../../../shared/core/people/facts.js';
import { countReasons, NumbersTally, type NumberedUser } from '../../../../shared/core/people/numbers.js';
import { present } from '../../../../shared/core/people/present.js';
import { aCatalog } from '../../../builders/catalog.js';
import { aUser, factsOf } from '../../../builders/facts.js';
import { aSetup, aSetupDocument } from '../../../builders/setup.js';

const compiled = compileSetup(aSetup({ document: aSetupDocument() }), aCatalog());

function numbered(facts: PersonFacts, over: Partial<NumberedUser> = {}): NumberedUser {
  const presented = present(compiled, facts);
  return { directoryId: facts.directoryId, presented, unmatched: null, isInConflict: false, ...over };
}

const room = { accountEnabled: false, givenName: '', surname: '' };

describe('numbers explained', () => {
  it('tell why Entra shows seven where a parent group with a nested group of five shows six people', () => {
    const tally = new NumbersTally(10);
    tally.member('nested', 'group');
    for (const id of ['1', '2', '3', '4', '5', '6']) tally.user(numbered(factsOf(aUser({}, { id }))));
    const { entra, people, reasons } = tally.result();
    expect({ entra, people, nested: reasons.nestedGroup }).toEqual({
      entra: 7,
      people: 6,
      nested: { count: 1, ids: ['nested'] },
    });
  });

  it('name everybody who is no person by the reason', () => {
    const users = [
      numbered(factsOf(aUser({}, { id: 'person' }))),
      numbered(factsOf(aUser({ accountEnabled: false }, { id: 'left' }))),
      numbered(factsOf(aUser(room, { id: 'room' }))),
      numbered(factsOf(aUser({ userType: 'Guest' }, { id: 'guest' }))),
      numbered(factsOf(aUser({}, { id: 'hidden', presence: 'softDeleted' }))),
      numbered(factsOf(aUser({}, { id: 'unmatched' })), { unmatched: 'noRecord' }),
      numbered(factsOf(aUser({}, { id: 'twin' })), { unmatched: 'conflict', isInConflict: true }),
      numbered(factsOf(aUser({}, { id: 'tied' })), { isInConflict: true }),
      numbered(factsOf(aUser({ mail: '' }, { id: 'mute' }))),
    ];
    const { entra, people, reasons, remarks } = countReasons(users, 10);
    const listed = Object.entries(reasons).filter(([, { count }]) => count > 0);
    expect(Object.fromEntries(listed.map(([reason, { ids }]) => [reason, ids]))).toEqual({
      softDeleted: ['hidden'],
      roomOrShared: ['room'],
      disabled: ['left'],
      guest: ['guest'],
      noRecord: ['unmatched'],
      conflict: ['twin'],
    });
    expect(entra).toBe(people + listed.reduce((sum, [, { count }]) => sum + count, 0));
    expect([remarks.noMail.ids, remarks.conflict.ids]).toEqual([['mute'], ['tied']]);
  });

  it('count members that are no users by their kind, unknown ones too', () => {
    const tally = new NumbersTally(10);
    for (const type of ['device', 'servicePrincipal', 'orgContact', 'printer']) tally.member(type, type);
    const { entra, people, reasons } = tally.result();
    expect([entra, people]).toEqual([4, 0]);
    const { device, servicePrincipal, contact, otherObject } = reasons;
    expect([device, servicePrincipal, contact, otherObject].map(({ count }) => count)).toEqual([1, 1, 1, 1]);
  });

  it('keep no more ids than were asked for, and count all the same', () => {
    const guests = Array.from({ length: 5 }, (_, n) =>
      numbered(factsOf(aUser({ userType: 'Guest' }, { id: `guest-${n}` }))),
    );
    expect(countReasons(guests, 2).reasons.guest).toEqual({ count: 5, ids: ['guest-0', 'guest-1'] });
  });
});
