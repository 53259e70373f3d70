import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileSetup, type CompiledSetup } from '../../../../shared/core/people/compile-setup.js';
import type { PersonFacts } from '../../../../shared/core/people/facts.js';
import type { PersonProfile } from '../../../../shared/core/people/person.js';
import { present } from '../../../../shared/core/people/present.js';
import type { FieldMapping, GrantRule, SetupDocument } from '../../../../shared/core/setup/setup.js';
import { aCatalog } from '../../../builders/catalog.js';
import { aUser, factsOf } from '../../../builders/facts.js';
import { aSetup, aSetupDocument } from '../../../builders/setup.js';

const catalog = aCatalog({ editor: 'web', host: 'visitors' });
const base = aSetupDocument();

function compiled(over: Partial<SetupDocument> = {}): CompiledSetup {
  return compileSetup(aSetup({ document: aSetupDocument(over) }), catalog);
}

function scoped(over: Partial<SetupDocument['scope']>, rest: Partial<SetupDocument> = {}): CompiledSetup {
  return compiled({ scope: { ...base.scope, ...over }, ...rest });
}

function mapped(over: Partial<SetupDocument['attributes']>): CompiledSetup {
  return compiled({ attributes: { ...base.attributes, ...over } });
}

function field(from: string, over: Partial<FieldMapping> = {}): FieldMapping {
  return { from, to: from, policy: 'authoritative', visible: true, usableInRules: true, ...over };
}

function rule(source: GrantRule['source'], over: Partial<GrantRule> = {}): GrantRule {
  return { source, roles: [], memberships: [], hostsOf: [], organizationalUnits: [], ...over };
}

function reasonOf(setup: CompiledSetup, facts: PersonFacts): string {
  const presented = present(setup, facts);
  return presented.kind === 'out' ? presented.reason : 'in';
}

function profileOf(setup: CompiledSetup, facts: PersonFacts): PersonProfile {
  const { profile } = present(setup, facts);
  if (profile === null) throw new Error('There is no profile.');
  return profile;
}

describe('who is in scope', () => {
  const root = { kind: 'rootGroup', groupIds: ['root'] } as const;

  it('takes everybody live and enabled of the directory', () => {
    expect(reasonOf(compiled(), factsOf())).toBe('in');
  });

  it('takes the members of a root group only, nested ones too', () => {
    expect(reasonOf(scoped(root), factsOf())).toBe('outsideScope');
    expect(reasonOf(scoped(root), factsOf(aUser(), { groups: new Set(['below', 'root']) }))).toBe('in');
  });

  it.each([
    ['notInDirectory', {}, factsOf(null)],
    ['deletedInDirectory', {}, factsOf(aUser({}, { presence: 'softDeleted' }))],
    ['excluded', { excludeGroupIds: ['x'] }, factsOf(aUser(), { groups: new Set(['x']) })],
    ['disabled', {}, factsOf(aUser({ accountEnabled: false }))],
    ['in', { includeDisabled: true }, factsOf(aUser({ accountEnabled: false }))],
    ['guest', {}, factsOf(aUser({ userType: 'Guest' }))],
    ['in', { includeGuests: true }, factsOf(aUser({ userType: 'Guest' }))],
    ['filtered', { filter: 'department = "Sales"' }, factsOf(aUser({ department: 'Legal' }))],
    ['in', { filter: 'department = "Sales"' }, factsOf(aUser({ department: 'sales' }))],
    ['filtered', { filter: 'manager.displayName = "Bob"' }, factsOf()],
  ] as const)('says %s', (reason, scope, facts) => {
    expect(reasonOf(scoped(scope), facts)).toBe(reason);
  });

  it('takes only who has the connection attribute where it is required, and marks them where it is a flag', () => {
    const connection = {
      attribute: 'onPremisesExtensionAttributes.extensionAttribute3',
      equals: 'Cloud',
    } as const;
    const moved = factsOf(aUser({ onPremisesExtensionAttributes: { extensionAttribute3: 'cloud' } }));
    const required = mapped({ connection: { ...connection, mode: 'require' } });
    const flagged = mapped({ connection: { ...connection, mode: 'flag' } });
    expect([reasonOf(required, moved), reasonOf(required, factsOf())]).toEqual(['in', 'otherConnection']);
    expect(profileOf(flagged, moved).attributes).toEqual({ movedToCloud: true });
    expect(profileOf(flagged, factsOf()).attributes).toEqual({ movedToCloud: false });
  });
});

describe('what the product sees', () => {
  const invited = aUser({ userPrincipalName: 'eve_other.com#EXT#@contoso.com', mail: '', userType: 'Guest' });

  it('takes the user name as mail where the setup says so, and never that of an invited guest', () => {
    const fallback = mapped({ mailFallback: 'userPrincipalName' });
    const { mail, mailSource } = profileOf(fallback, factsOf(aUser({ mail: '' })));
    expect([mail, mailSource]).toEqual(['ada.l@contoso.com', 'userPrincipalName']);
    expect(profileOf(compiled(), factsOf(aUser({ mail: '' }))).mail).toBeNull();
    expect(profileOf(fallback, factsOf(invited)).mail).toBeNull();
  });

  it.each([
    ['mailNickname', { mailNickname: 'al' }, 'al'],
    ['userPrincipalName', {}, 'ada.l'],
    ['userPrincipalName.localPart', {}, 'ada.l'],
    ['onPremisesSamAccountName', { onPremisesSamAccountName: ' ADL ' }, 'ADL'],
    ['extension_0123456789abcdef0123456789abcdef_badge', {}, null],
  ])('takes the initials from %s', (initialsFrom, attributes, initials) => {
    expect(profileOf(mapped({ initialsFrom }), factsOf(aUser(attributes))).initials).toBe(initials);
  });

  it('clears by an authoritative field, leaves by any other, and shows no hidden one', () => {
    const setup = mapped({
      fields: [
        field('jobTitle'),
        field('department', { policy: 'neverBlank' }),
        field('city', { policy: 'fillIfEmpty' }),
        field('country', { visible: false }),
      ],
    });
    expect(profileOf(setup, factsOf(aUser({ country: 'DK' }))).attributes).toEqual({ jobTitle: null });
    const full = aUser({ country: 'DK', jobTitle: 'Chief', department: 'Sales', city: 'Odense' });
    const shown = { jobTitle: 'Chief', department: 'Sales', city: 'Odense' };
    expect(profileOf(setup, factsOf(full)).attributes).toEqual(shown);
  });

  it('takes addresses apart and tells of the manager', () => {
    const fields = [
      'streetAddress.line2',
      'fullAddress',
      'manager.mail',
      'businessPhones',
      'accountEnabled.status',
    ];
    const setup = mapped({ fields: fields.map((from) => field(from)), mailFallback: 'userPrincipalName' });
    const user = aUser({ streetAddress: 'Main 1\r\nFloor 2', city: 'Odense', businessPhones: ['1', '2'] });
    const manager = aUser(
      { displayName: 'Bob', mail: '', userPrincipalName: 'bob@contoso.com' },
      { id: 'bob' },
    );
    const profile = profileOf(setup, factsOf(user, { manager }));
    expect(profile.attributes).toEqual({
      'streetAddress.line2': 'Floor 2',
      fullAddress: 'Main 1, Floor 2, Odense',
      'manager.mail': 'bob@contoso.com',
      businessPhones: ['1', '2'],
      'accountEnabled.status': 'active',
    });
    expect(profile.manager).toEqual({
      directoryId: 'bob',
      personId: 'everybody.bob',
      name: 'Bob',
      mail: 'bob@contoso.com',
    });
    const left = aUser({ accountEnabled: false }, { id: 'bob' });
    expect(profileOf(setup, factsOf(user, { manager: left })).manager?.personId).toBeNull();
  });
});

describe('what people are given', () => {
  const grants = [
    rule(
      { kind: 'group', groupId: 'a' },
      { roles: ['editor'], hostsOf: ['lobby'], organizationalUnits: ['campus'] },
    ),
    rule(
      { kind: 'group', groupId: 'b' },
      { roles: ['host', 'editor'], memberships: [{ kind: 'costCenter', id: '47' }] },
    ),
    rule({ kind: 'appRole', appRole: 'sp/role' }, { hostsOf: ['gate'] }),
    rule({ kind: 'rule', where: 'title = "Chief"' }, { memberships: [{ kind: 'reception', id: 'r' }] }),
  ];
  const attributes = { ...base.attributes, fields: [field('jobTitle', { to: 'title', visible: false })] };
  const segments = {
    fromGroups: 'listed',
    groupIds: ['b'],
    rules: [{ id: 'chiefs', name: 'Chiefs', where: 'jobTitle startsWith "chief"' }],
  } as const;
  const everything = { grants, attributes, segments };
  const ada = factsOf(aUser({ jobTitle: 'Chief' }), {
    groups: new Set(['b', 'a', 'other']),
    roleAssignments: new Set(['sp/role']),
  });

  it('gives by group, role and rule, each thing once and in order', () => {
    const presented = present(compiled(everything), ada);
    expect(presented).toMatchObject({
      kind: 'in',
      grants: {
        roles: [
          { id: 'editor', module: 'web' },
          { id: 'host', module: 'visitors' },
        ],
        memberships: [
          { kind: 'costCenter', id: '47' },
          { kind: 'reception', id: 'r' },
        ],
        hostsOf: ['gate', 'lobby'],
        organizationalUnits: ['campus'],
        segments: ['group:b', 'rule:chiefs'],
      },
    });
  });

  it('makes a segment of every group where the setup says all', () => {
    const setup = compiled({ segments: { ...segments, fromGroups: 'all', groupIds: [] } });
    expect(present(setup, ada)).toMatchObject({
      grants: { segments: ['group:a', 'group:b', 'group:other', 'rule:chiefs'] },
    });
  });

  it('makes hosts of who is outside the root group, and of nobody who is out for another reason', () => {
    const root = scoped({ kind: 'rootGroup', groupIds: ['root'] }, everything);
    expect(present(root, ada)).toMatchObject({ reason: 'outsideScope', hostsOf: ['gate', 'lobby'] });
    const disabled = { ...ada, user: aUser({ accountEnabled: false }) };
    expect(present(root, disabled)).toMatchObject({ reason: 'outsideScope', hostsOf: [] });
    expect(present(compiled(everything), disabled)).toMatchObject({ reason: 'disabled', hostsOf: [] });
  });

  it('does not depend on the order of rules, groups and roles', () => {
    const orders = fc.record({
      grants: fc.shuffledSubarray(grants, { minLength: grants.length }),
      groups: fc.shuffledSubarray([...ada.groups], { minLength: ada.groups.size }),
      filler: fc.uniqueArray(fc.string(), { maxLength: 20 }),
    });
    const expected = present(compiled(everything), ada);
    fc.assert(
      fc.property(orders, (order) => {
        const setup = compiled({ ...everything, grants: order.grants });
        const fillers = order.filler.map((id) => `filler-${id}`);
        const groups = new Set([...fillers, ...order.groups]);
        expect(present(setup, { ...ada, groups })).toEqual(expected);
      }),
    );
  });

  it('refuses a setup whose filter cannot be read, instead of taking everybody in', () => {
    expect(() => scoped({ filter: 'department =' })).toThrow('A condition cannot be read');
    expect(() => scoped({ filter: 'nothing = "x"' })).toThrow('No condition may name');
  });
});
