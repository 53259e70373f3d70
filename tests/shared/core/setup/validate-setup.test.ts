import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type {
  AttributeMapping,
  FieldMapping,
  Scope,
  SegmentRules,
  SetupDocument,
} from '../../../../shared/core/setup/setup.js';
import type { GroupStanding } from '../../../../shared/core/setup/validate-groups.js';
import { validateSetup, type SetupSurroundings } from '../../../../shared/core/setup/validate-setup.js';
import { busyMilliseconds } from '../../../hostile/busy-time.js';
import { grant, setupDocument, surroundings } from './setup-document.js';

function faultsOf(parts: Partial<SetupDocument>, around: Partial<SetupSurroundings> = {}): string[] {
  return validateSetup(setupDocument(parts), { ...surroundings, ...around }).map(
    ({ path, code, position }) => `${path} ${code}${position === null ? '' : ` ${position}`}`,
  );
}

const scope = (parts: Partial<Scope>): Partial<SetupDocument> => ({
  scope: { ...setupDocument().scope, ...parts },
});
const attributes = (parts: Partial<AttributeMapping>): Partial<SetupDocument> => ({
  attributes: { ...setupDocument().attributes, ...parts },
});
const segments = (parts: Partial<SegmentRules>): Partial<SetupDocument> => ({
  segments: { ...setupDocument().segments, ...parts },
});
const field = (from: string, to: string, usableInRules = true): FieldMapping => ({
  from,
  to,
  policy: 'authoritative',
  visible: true,
  usableInRules,
});
const GUID = '00000000-0000-4000-8000-000000000001';
const from = (where: string) => ({ kind: 'rule' as const, where });

describe('a setup without faults', () => {
  it('may be as small as a scope', () => {
    expect(faultsOf({})).toEqual([]);
  });

  it('may name everything that there is', () => {
    const whole = setupDocument({
      ...scope({
        kind: 'rootGroup',
        groupIds: ['root'],
        excludeGroupIds: ['left'],
        filter: 'country = "DK"',
      }),
      ...attributes({
        preset: 'workforce',
        fields: [field('userPrincipalName', 'login'), field('department', 'department_name', false)],
        initialsFrom: 'mailNickname',
        connection: { attribute: 'extensionAttribute1', equals: 'moved', mode: 'flag' },
      }),
      customerType: 'school',
      match: ['entraId', 'mail', 'initials'],
      grants: [
        grant({ roles: ['planner'], memberships: [{ kind: 'costCenter', id: '4711' }] }),
        grant({ hostsOf: ['front'] }),
        grant({ source: { kind: 'appRole', appRole: `${GUID}/${GUID}` }, organizationalUnits: ['hq'] }),
        grant({ source: { kind: 'directoryRole', directoryRole: GUID }, roles: ['planner'] }),
        grant({ source: from('job_title startsWith "head" and login is not empty'), roles: ['planner'] }),
      ],
      ...segments({
        fromGroups: 'listed',
        groupIds: ['sales'],
        rules: [{ id: 'recent', name: 'Recent', where: 'employeeHireDate >= "2026-01-01"' }],
      }),
    });
    const connection = {
      attribute: 'onPremisesExtensionAttributes.extensionAttribute1',
      equals: 'moved',
      mode: 'flag' as const,
    };
    expect(
      validateSetup({ ...whole, attributes: { ...whole.attributes, connection } }, surroundings),
    ).toEqual([]);
  });
});

describe('a fault of a setup', () => {
  it.each<[string, Partial<SetupDocument>, string[]]>([
    ['contacts', { resourceTypes: ['users', 'contacts'] }, ['resourceTypes[1] NotSupported']],
    ['no resource type', { resourceTypes: [] }, ['resourceTypes Contradiction']],
    ['an unknown customer type', { customerType: 'hq' }, ['customerType UnknownCatalogEntry']],
    ['the directory with groups', scope({ groupIds: ['a'] }), ['scope.groupIds Contradiction']],
    ['no root group', scope({ kind: 'rootGroup' }), ['scope.groupIds Contradiction']],
    ['two root groups', scope({ kind: 'rootGroup', groupIds: ['a', 'b'] }), ['scope.groupIds Contradiction']],
    ['no groups', scope({ kind: 'groups' }), ['scope.groupIds Contradiction']],
    ['a group twice', scope({ kind: 'groups', groupIds: ['a', 'a'] }), ['scope.groupIds[1] Duplicate']],
    [
      'a group in scope and excluded',
      scope({ kind: 'groups', groupIds: ['a', 'b'], excludeGroupIds: ['c', 'b'] }),
      ['scope.excludeGroupIds[1] Contradiction'],
    ],
    ['the syntax of a filter', scope({ filter: 'country = DK' }), ['scope.filter InvalidCondition 10']],
    [
      'unknown attributes of a filter, each at its place',
      scope({ filter: 'land = "DK" or Country = "DK"' }),
      ['scope.filter UnknownAttribute 0', 'scope.filter UnknownAttribute 15'],
    ],
    [
      'an attribute that is refused',
      scope({ filter: 'skills is empty' }),
      ['scope.filter UnsupportedAttribute 0'],
    ],
    [
      'truth compared with text',
      scope({ filter: 'accountEnabled = "true"' }),
      ['scope.filter InvalidCondition 17'],
    ],
    ['truth put in order', scope({ filter: 'accountEnabled > 1' }), ['scope.filter InvalidCondition 0']],
    [
      'text compared with truth',
      scope({ filter: 'department = true' }),
      ['scope.filter InvalidCondition 13'],
    ],
    [
      'a field that is not for rules, by either name',
      {
        ...attributes({ fields: [field('department', 'unit', false)] }),
        ...scope({ filter: 'unit = "a" or department = "a"' }),
      },
      ['scope.filter NotUsableInRules 0', 'scope.filter NotUsableInRules 14'],
    ],
    [
      'fields that cannot be mapped',
      attributes({ fields: [field('skills', 'a'), field('shoeSize', 'b')] }),
      ['attributes.fields[0].from UnsupportedAttribute', 'attributes.fields[1].from UnknownAttribute'],
    ],
    [
      'one name for two fields',
      attributes({ fields: [field('mail', 'a'), field('city', 'A')] }),
      ['attributes.fields[1].to Duplicate'],
    ],
    [
      'names that conditions cannot be written with',
      attributes({
        fields: [
          field('mail', '__proto__'),
          field('mail', 'Not'),
          field('mail', 'a b'),
          field('mail', 'constructor'),
        ],
      }),
      [0, 1, 2, 3].map((index) => `attributes.fields[${index}].to InvalidName`),
    ],
    [
      'initials from a list',
      attributes({ initialsFrom: 'otherMails' }),
      ['attributes.initialsFrom InvalidValue'],
    ],
    [
      'initials from nowhere',
      attributes({ initialsFrom: 'abc' }),
      ['attributes.initialsFrom UnknownAttribute'],
    ],
    [
      'a connection by nothing',
      attributes({ connection: { attribute: 'x', equals: ' ', mode: 'require' } }),
      ['attributes.connection.attribute UnknownAttribute', 'attributes.connection.equals InvalidValue'],
    ],
    ['matching by initials without any', { match: ['mail', 'initials'] }, ['match[1] Contradiction']],
    ['a key twice', { match: ['mail', 'mail'] }, ['match[1] Duplicate']],
    ['nothing to do', { match: [], create: false, update: false }, ['match Contradiction']],
    [
      'days without deletion, and days that are none',
      {
        remove: { whenLeft: { mode: 'keep', afterDays: 3 }, whenDeleted: { mode: 'delete', afterDays: -1 } },
      },
      ['remove.whenLeft.afterDays Contradiction', 'remove.whenDeleted.afterDays InvalidValue'],
    ],
    [
      'what is not registered, or as something else',
      {
        grants: [
          grant({
            roles: ['planner', 'halfway', 'nobody'],
            memberships: [{ kind: 'deliveryProvider', id: '4711' }],
            hostsOf: ['kitchen'],
            organizationalUnits: ['front'],
          }),
        ],
      },
      [
        'grants[0].roles[1] UnknownCatalogEntry',
        'grants[0].roles[2] UnknownCatalogEntry',
        'grants[0].memberships[0] UnknownCatalogEntry',
        'grants[0].hostsOf[0] UnknownCatalogEntry',
        'grants[0].organizationalUnits[0] UnknownCatalogEntry',
      ],
    ],
    [
      'sources that are none',
      {
        grants: [
          grant({ source: { kind: 'appRole', appRole: GUID }, roles: ['planner'] }),
          grant({ source: { kind: 'directoryRole', directoryRole: 'x' }, roles: ['planner'] }),
          grant({ source: from('country ='), roles: ['planner'] }),
        ],
      },
      [
        'grants[0].source.appRole InvalidValue',
        'grants[1].source.directoryRole InvalidValue',
        'grants[2].source.where InvalidCondition 9',
      ],
    ],
    ['a grant of nothing', { grants: [grant()] }, ['grants[0] Contradiction']],
    [
      'a grant that gives nothing more',
      { grants: [grant({ roles: ['planner'], hostsOf: ['front'] }), grant({ hostsOf: ['front'] })] },
      ['grants[1] Duplicate'],
    ],
    [
      'a role twice in a grant',
      { grants: [grant({ roles: ['planner', 'planner'] })] },
      ['grants[0].roles[1] Duplicate'],
    ],
    [
      'groups listed that are not asked for',
      segments({ groupIds: ['a'] }),
      ['segments.groupIds Contradiction'],
    ],
    ['no groups listed', segments({ fromGroups: 'listed' }), ['segments.groupIds Contradiction']],
    [
      'segments under one id, without name, by a faulty rule',
      segments({
        rules: [
          { id: 'a', name: 'A', where: 'city is empty' },
          { id: 'a', name: ' ', where: 'city is' },
        ],
      }),
      [
        'segments.rules[1].id Duplicate',
        'segments.rules[1].name InvalidName',
        'segments.rules[1].where InvalidCondition 7',
      ],
    ],
    [
      'a guard of no numbers',
      { removalGuard: { maxCount: -1, maxShare: 1.5, minCount: 0.5, withinHours: 0 } },
      ['maxCount', 'minCount', 'maxShare', 'withinHours'].map((name) => `removalGuard.${name} InvalidValue`),
    ],
  ])('stands at its path: %s', (_name, parts, faults) => {
    expect(faultsOf(parts)).toEqual(faults);
  });

  it.each<[GroupStanding, string[]]>([
    ['suitable', []],
    ['unknownYet', []],
    ['absent', ['GroupNotFound']],
    ['deleted', ['GroupDeleted']],
    ['notSecurityEnabled', ['GroupNotSecurityEnabled']],
  ])('where groups are %s: %j, wherever they are named', (standing, codes) => {
    const parts = {
      ...scope({ kind: 'groups', groupIds: ['a'], excludeGroupIds: ['b'] }),
      grants: [grant({ source: { kind: 'group', groupId: 'c' }, roles: ['planner'] })],
      ...segments({ fromGroups: 'listed', groupIds: ['d'] }),
    };
    const paths = [
      'scope.groupIds[0]',
      'scope.excludeGroupIds[0]',
      'grants[0].source.group',
      'segments.groupIds[0]',
    ];
    expect(faultsOf(parts, { groups: () => standing })).toEqual(
      paths.flatMap((path) => codes.map((code) => `${path} ${code}`)),
    );
  });

  it('is no group of another type where the setup allows every type', () => {
    const parts = scope({ kind: 'groups', groupIds: ['a'], groupTypes: 'all' });
    expect(faultsOf(parts, { groups: () => 'notSecurityEnabled' })).toEqual([]);
  });

  it.each(['unknown', 'ofOtherTenants'] as const)('is an organization that is %s', (organization) => {
    expect(faultsOf({}, { organization })).toEqual(['organizationId OrganizationNotFound']);
  });

  it('is the group beyond ten thousand, each counted once', () => {
    const groupIds = Array.from({ length: 10_000 }, (_, index) => `g${index}`);
    const listed = segments({ fromGroups: 'listed', groupIds });
    expect(faultsOf({ ...scope({ kind: 'groups', groupIds }), ...listed })).toEqual([]);
    expect(faultsOf({ ...scope({ kind: 'rootGroup', groupIds: ['root'] }), ...listed })).toEqual([
      'segments.groupIds[9999] TooMany',
    ]);
  });

  it('is the condition with which all of them are longer than 64 KiB, whatever else is wrong with them', () => {
    const long = (first: string) => `department in (${first}, ${'"Sales", '.repeat(800)}"x")`.padEnd(8_000);
    const grants = Array.from({ length: 10 }, (_, at) =>
      grant({ source: from(at === 3 ? 'never (read' : long(String(at))), roles: ['planner'] }),
    );
    expect(faultsOf({ grants: grants.slice(0, 9) })).toEqual(['grants[3].source.where InvalidCondition 6']);
    expect(faultsOf({ grants })).toEqual(['grants[9].source.where TooMany']);
    const [fault] = validateSetup(setupDocument({ grants }), surroundings);
    expect(fault?.message).toBe(
      'The conditions of a setup have at most 65536 characters in total: with this one they have more.',
    );
  });

  it('is at its place in each of the conditions that are the same', () => {
    const rules = ['a', 'b'].map((id) => ({ id, name: id, where: 'nothing = 1' }));
    expect(faultsOf(segments({ rules }))).toEqual([
      'segments.rules[0].where UnknownAttribute 0',
      'segments.rules[1].where UnknownAttribute 0',
    ]);
  });

  it('says in its message as what a thing is registered, and how a name is written', () => {
    const parts = { ...scope({ filter: 'jobtitle = "x"' }), grants: [grant({ hostsOf: ['kitchen'] })] };
    expect(validateSetup(setupDocument(parts), surroundings).map(({ message }) => message)).toEqual([
      'There is no attribute "jobtitle". It is written jobTitle.',
      'The organization has no reception "kitchen". It is registered as a delivery provider.',
    ]);
  });
});

const text = fc.oneof(
  fc.string(),
  fc.constantFrom('mail', 'skills', '__proto__', 'constructor', 'a', 'mail = "x"', 'a < 3', '"'),
);
const texts = fc.array(text, { maxLength: 4 });
const anyRemoval = fc.record({
  mode: fc.constantFrom('keep' as const, 'disable' as const, 'delete' as const),
  afterDays: fc.double(),
});
const anyDocument: fc.Arbitrary<SetupDocument> = fc.record({
  designation: text,
  organizationId: text,
  customerType: fc.option(text),
  resourceTypes: fc.array(fc.constantFrom('users' as const, 'contacts' as const)),
  scope: fc.record({
    kind: fc.constantFrom('directory' as const, 'rootGroup' as const, 'groups' as const),
    groupIds: texts,
    groupTypes: fc.constantFrom('security' as const, 'all' as const),
    includeDisabled: fc.boolean(),
    includeGuests: fc.boolean(),
    filter: fc.option(text),
    excludeGroupIds: texts,
  }),
  attributes: fc.record({
    preset: fc.constantFrom(
      null,
      'workplace' as const,
      'contactCard' as const,
      'workforce' as const,
      'msp' as const,
    ),
    fields: fc.array(
      fc.record({
        from: text,
        to: text,
        policy: fc.constant('authoritative' as const),
        visible: fc.boolean(),
        usableInRules: fc.boolean(),
      }),
    ),
    mailFallback: fc.constantFrom(null, 'userPrincipalName' as const),
    initialsFrom: fc.option(text),
    connection: fc.option(fc.record({ attribute: text, equals: text, mode: fc.constant('flag' as const) })),
  }),
  match: fc.array(fc.constantFrom('entraId' as const, 'mail' as const, 'initials' as const)),
  create: fc.boolean(),
  update: fc.boolean(),
  remove: fc.record({ whenLeft: anyRemoval, whenDeleted: anyRemoval }),
  grants: fc.array(
    fc.record({
      source: fc.oneof(
        fc.record({ kind: fc.constant('group' as const), groupId: text }),
        fc.record({ kind: fc.constant('appRole' as const), appRole: text }),
        fc.record({ kind: fc.constant('directoryRole' as const), directoryRole: text }),
        fc.record({ kind: fc.constant('rule' as const), where: text }),
      ),
      roles: texts,
      memberships: fc.array(fc.record({ kind: fc.constant('costCenter' as const), id: text })),
      hostsOf: texts,
      organizationalUnits: texts,
    }),
  ),
  segments: fc.record({
    fromGroups: fc.constantFrom('none' as const, 'listed' as const, 'all' as const),
    groupIds: texts,
    rules: fc.array(fc.record({ id: text, name: text, where: text })),
  }),
  removalGuard: fc.record({
    maxCount: fc.double(),
    maxShare: fc.double(),
    minCount: fc.double(),
    withinHours: fc.double(),
  }),
});

describe('judging a setup', () => {
  it('takes little time for the most that its conditions may be', () => {
    const rule = (where: string) => grant({ source: from(where), roles: ['planner'] });
    const many = setupDocument({ grants: Array.from({ length: 10_000 }, (_, at) => rule(`id=${at % 999}`)) });
    const one = `${'id=1 or '.repeat(999)}id=1`;
    const few = setupDocument({ grants: Array.from({ length: 8 }, (_, at) => rule(`${one} or id=${at}`)) });
    for (const document of [many, few]) {
      expect(validateSetup(document, surroundings).map(({ code }) => code)).not.toContain('TooMany');
      expect(busyMilliseconds(() => validateSetup(document, surroundings))).toBeLessThan(250);
    }
  });

  it('names faults of any document and never throws, each with a sentence', () => {
    fc.assert(
      fc.property(anyDocument, (document) => {
        for (const { message, path, position } of validateSetup(document, surroundings)) {
          expect(message).toMatch(/^[A-Z][^]*\.$/);
          expect(path).toMatch(/^[a-zA-Z]+(\[\d+\]|\.[a-zA-Z]+)*$/);
          expect(position ?? 0).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
});
