import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchUserOf } from '../../../../shared/core/matching/match-user.js';
import { MOST_PERSON_BYTES } from '../../../../shared/core/people/person-size.js';
import { NO_PROFILE } from '../../../../shared/core/people/profile-after.js';
import { takesMoreThan } from '../../../../shared/core/row-size.js';
import { aUser } from '../../../builders/facts.js';

describe('what of a user is matched', () => {
  it('leaves out what is longer than any real value, and keeps the rest', () => {
    const long = 'x'.repeat(300_000);
    const user = aUser({ businessPhones: [long, '+45 12'], jobTitle: long, country: 'DK' });
    const profile = { ...NO_PROFILE, displayName: long, mail: 'ada@contoso.example', initials: long };
    expect(matchUserOf(user, profile)).toEqual({
      directoryId: 'ada',
      mail: 'ada@contoso.example',
      aliases: [],
      initials: null,
      displayName: null,
      phones: ['+45 12'],
      jobTitle: null,
      country: 'DK',
    });
  });

  it('has room in its row, whatever Graph says', () => {
    const text = fc.tuple(fc.constantFrom('a', '漢', '\u0001'), fc.constantFrom(1, 320, 321, 50_000));
    const value = text.map(([character, length]) => character.repeat(length));
    const list = fc
      .tuple(value, fc.constantFrom(1, 600))
      .map(([one, count]) => Array<string>(count).fill(one));
    const property = fc.property(value, value, list, (name, mail, phones) => {
      const user = aUser({
        jobTitle: name,
        businessPhones: phones,
        proxyAddresses: phones.map((one) => `smtp:${one}`),
      });
      const matched = matchUserOf(user, { ...NO_PROFILE, displayName: name, mail, initials: mail });
      expect(takesMoreThan(JSON.stringify(matched), 2 * MOST_PERSON_BYTES)).toBe(false);
    });
    fc.assert(property, { numRuns: 40 });
  });
});
