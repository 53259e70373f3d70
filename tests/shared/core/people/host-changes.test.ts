import { describe, expect, it } from 'vitest';
import { compileSetup } from '../../../../shared/core/people/compile-setup.js';
import { hostChanges, type HostChanges } from '../../../../shared/core/people/host-changes.js';
import type { PersonFacts } from '../../../../shared/core/people/facts.js';
import type { Host, Person } from '../../../../shared/core/people/person.js';
import { present } from '../../../../shared/core/people/present.js';
import { aCatalog } from '../../../builders/catalog.js';
import { aUser, factsOf } from '../../../builders/facts.js';
import * as builders from '../../../builders/person.js';
import { aSetup, aSetupDocument } from '../../../builders/setup.js';

/** Of the setup and the user that the rest of this file speaks of. */
const aHost = (over: Partial<Host> = {}): Host =>
  builders.aHost({ setupId: 'everybody', displayName: 'Ada Lovelace', mail: 'ada@contoso.com', ...over });
const aPerson = (over: Partial<Person> = {}): Person => builders.aPerson({ setupId: 'everybody', ...over });

const { scope } = aSetupDocument();
const document = aSetupDocument({
  scope: { ...scope, kind: 'rootGroup', groupIds: ['root'] },
  grants: ['lobby', 'gate'].map((id) => ({
    source: { kind: 'group', groupId: id },
    ...{ roles: [], memberships: [], hostsOf: [id], organizationalUnits: [] },
  })),
});
const compiled = compileSetup(aSetup({ document }), aCatalog());

function changes(
  facts: PersonFacts,
  previous: readonly Host[] = [],
  person: Person | null = null,
  mayRemove = true,
): HostChanges {
  const known = { directoryId: 'ada', person, previous, mayRemove };
  return hostChanges(compiled, present(compiled, facts), known);
}

const both = factsOf(aUser(), { groups: new Set(['lobby', 'gate']) });
const inside = factsOf(aUser(), { groups: new Set(['root', 'lobby']) });

describe('hosts of receptions', () => {
  it('are one for each person and reception, in the root group or not', () => {
    const gate = aHost({ receptionId: 'gate' });
    expect(changes(both)).toEqual({ added: [gate, aHost()], removed: [] });
    expect(changes(inside, [], aPerson()).added).toEqual([aHost({ personId: 'everybody.ada' })]);
  });

  it('are left alone while nothing differs, and written again under another name', () => {
    expect(changes(both, [aHost(), aHost({ receptionId: 'gate' })])).toEqual({ added: [], removed: [] });
    const renamed = factsOf(aUser({ displayName: 'Ada King' }), { groups: new Set(['lobby']) });
    expect(changes(renamed, [aHost()]).added).toEqual([aHost({ displayName: 'Ada King' })]);
  });

  it('go with the membership, and with the account, but not while the setup is read', () => {
    const none = factsOf(aUser(), { groups: new Set(['root']) });
    const disabled = { ...both, user: aUser({ accountEnabled: false }) };
    for (const facts of [none, disabled, factsOf(null)]) {
      expect(changes(facts, [aHost()]).removed).toEqual([aHost()]);
      expect(changes(facts, [aHost()], null, false).removed).toEqual([]);
    }
  });

  it('stay while the removal of their person waits for the guard, and go when it was carried out', () => {
    const row = aHost({ personId: 'everybody.ada' });
    const disabled = { ...inside, user: aUser({ accountEnabled: false }) };
    const waiting = aPerson({ hostsOf: ['lobby'] });
    expect(changes(disabled, [row], waiting)).toEqual({ added: [], removed: [] });
    const gone = aPerson({ status: 'disabled', statusReason: 'accountDisabled' });
    expect(changes(disabled, [row], gone).removed).toEqual([row]);
  });
});
