import { describe, expect, it } from 'vitest';
import { compileSetup } from '../../../../shared/core/people/compile-setup.js';
import type { PersonFacts } from '../../../../shared/core/people/facts.js';
import { inputHashOf, isOfOtherVersion, overrideHolds } from '../../../../shared/core/people/input-hash.js';
import { aCatalog } from '../../../builders/catalog.js';
import { aUser, factsOf } from '../../../builders/facts.js';
import { aSetup, aSetupDocument } from '../../../builders/setup.js';

const { scope } = aSetupDocument();
const document = aSetupDocument({
  scope: { ...scope, kind: 'groups', groupIds: ['root', 'other'], filter: 'country = "DK"' },
  grants: [
    {
      source: { kind: 'group', groupId: 'a' },
      ...{ roles: ['editor'], memberships: [], hostsOf: [], organizationalUnits: [] },
    },
  ],
});
const compiled = compileSetup(aSetup({ document }), aCatalog());
const hash = (facts: PersonFacts): string => inputHashOf(compiled, facts);
const ada = factsOf(aUser({ country: 'DK' }), { groups: new Set(['root', 'a']) });

describe('what a person is derived from', () => {
  it('has a hash that does not depend on the order in which it was read', () => {
    const { country, ...rest } = ada.user!.attributes;
    const shuffled = { ...ada.user!, attributes: { country: country!, ...rest } };
    expect(hash({ ...ada, user: shuffled, groups: new Set(['a', 'root']) })).toBe(hash(ada));
    expect(hash(ada)).toMatch(/^2\.[0-9a-f]{16}$/);
  });

  it('has another hash for everything that matters to the setup', () => {
    const others: PersonFacts[] = [
      factsOf(null),
      { ...ada, user: aUser({ country: 'SE' }) },
      { ...ada, user: aUser({ country: 'DK' }, { presence: 'softDeleted' }) },
      { ...ada, user: aUser({ country: 'DK', displayName: 'Ada King' }) },
      { ...ada, groups: new Set(['root']) },
      { ...ada, groups: new Set(['a']) },
    ];
    expect(new Set([ada, ...others].map(hash)).size).toBe(others.length + 1);
  });

  it('has the same hash after a change that the setup does not read', () => {
    expect(hash({ ...ada, groups: new Set([...ada.groups, 'unmapped']) })).toBe(hash(ada));
    expect(hash({ ...ada, user: aUser({ country: 'DK', faxNumber: '1' }) })).toBe(hash(ada));
  });

  it('ends an override when it changes', () => {
    const override = { inputHash: hash(ada) };
    expect(overrideHolds(override, compiled, ada)).toBe(true);
    expect(overrideHolds(override, compiled, { ...ada, groups: new Set() })).toBe(false);
    expect(overrideHolds(null, compiled, ada)).toBe(false);
  });

  it('ends no override whose hash another version of the product made', () => {
    const override = { inputHash: '0123456789abcdef' };
    expect(isOfOtherVersion(override)).toBe(true);
    expect(isOfOtherVersion({ inputHash: hash(ada) })).toBe(false);
    expect(overrideHolds(override, compiled, { ...ada, groups: new Set() })).toBe(true);
  });
});
