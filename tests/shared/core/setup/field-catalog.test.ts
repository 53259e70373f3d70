import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { userAttributes, userOutsideStore } from '../../../../local/graph/directory/attributes.js';
import {
  FIELD_CATALOG,
  findField,
  parseSource,
  selectOf,
} from '../../../../shared/core/setup/field-catalog.js';
import { MAPPED_ATTRIBUTES, UNSUPPORTED_ATTRIBUTES } from '../../../../shared/core/setup/user-attributes.js';

const EXTENSION = 'extension_0123456789abcdef0123456789abcdef_badge';

describe('the catalog of fields', () => {
  it('names every field once, and finds each under its name with what is selected for it', () => {
    expect(new Set(FIELD_CATALOG.map(({ name }) => name)).size).toBe(FIELD_CATALOG.length);
    for (const field of FIELD_CATALOG) {
      expect(findField(field.name)).toEqual({ kind: 'field', field });
      expect(field.select).toEqual(selectOf(field.source));
    }
  });

  it('selects only what the directory store serves', () => {
    const served = new Set([...userAttributes, 'manager']);
    expect(FIELD_CATALOG.flatMap(({ select }) => select).filter((name) => !served.has(name))).toEqual([]);
    expect(MAPPED_ATTRIBUTES.filter(({ name }) => userOutsideStore.has(name))).toEqual([]);
  });

  it('either maps an attribute or says why not, never both', () => {
    const mapped = new Set(FIELD_CATALOG.map(({ name }) => name));
    expect([...UNSUPPORTED_ATTRIBUTES.keys()].filter((name) => mapped.has(name))).toEqual([]);
    for (const name of [...userAttributes, ...userOutsideStore])
      expect(mapped.has(name) || UNSUPPORTED_ATTRIBUTES.has(name), name).toBe(true);
  });

  it.each([
    ['id', [], { kind: 'id' }],
    ['department', ['department'], { kind: 'attribute', name: 'department' }],
    ['businessPhones.first', ['businessPhones'], { kind: 'first', attribute: 'businessPhones' }],
    [
      'employeeOrgData.costCenter',
      ['employeeOrgData'],
      { kind: 'part', attribute: 'employeeOrgData', part: 'costCenter' },
    ],
    [
      'onPremisesExtensionAttributes.extensionAttribute15',
      ['onPremisesExtensionAttributes'],
      { kind: 'part', attribute: 'onPremisesExtensionAttributes', part: 'extensionAttribute15' },
    ],
    [EXTENSION, [EXTENSION], { kind: 'extension', name: EXTENSION }],
    ['streetAddress.line2', ['streetAddress'], { kind: 'line', line: 2 }],
    ['fullAddress', ['streetAddress', 'city', 'state', 'postalCode', 'country'], { kind: 'fullAddress' }],
    ['accountEnabled.status', ['accountEnabled'], { kind: 'status' }],
    [
      'userPrincipalName.localPart',
      ['userPrincipalName'],
      { kind: 'localPart', attribute: 'userPrincipalName' },
    ],
    ['manager.id', ['manager'], { kind: 'manager', property: 'id' }],
    ['manager.mail', ['manager', 'mail'], { kind: 'manager', property: 'mail' }],
  ])('takes %s apart, and selects %j for it', (name, select, source) => {
    const parsed = parseSource(name);
    expect(parsed).toEqual(source);
    expect(selectOf(parsed!)).toEqual(select);
  });

  it.each(['skills', 'signInActivity', 'employeeOrgData', 'manager', 'extj7h8kfqd_badge', 'passwordProfile'])(
    'refuses %s with a sentence why',
    (name) => {
      const found = findField(name);
      expect(found.kind).toBe('unsupported');
      expect(found).toHaveProperty('reason', expect.stringMatching(/^[A-Z].*\.$/));
      expect(parseSource(name)).toBeNull();
    },
  );

  it.each([
    '',
    'nothingOfTheKind',
    'constructor',
    '__proto__',
    'extension_123_badge',
    'streetAddress.line6',
    'manager.manager',
  ])('does not know %j', (name) => {
    expect(findField(name)).toEqual({ kind: 'unknown', meant: null });
  });

  it('says which field was meant where only upper and lower case differ', () => {
    expect(findField('jobtitle')).toEqual({ kind: 'unknown', meant: 'jobTitle' });
  });
});

const metadataFile = process.env['GRAPH_METADATA_FILE'];

describe.runIf(metadataFile !== undefined)("the catalog beside Graph's own metadata", () => {
  it('knows every property of a user, and no other', () => {
    const { entityTypes, complexTypes } = JSON.parse(readFileSync(metadataFile!, 'utf8')) as Record<
      'entityTypes' | 'complexTypes',
      Record<string, { properties: Record<string, string> }>
    >;
    const properties = { ...entityTypes['user']?.properties, deletedDateTime: 'Edm.DateTimeOffset' };
    const known = [...MAPPED_ATTRIBUTES.map(({ name }) => name), ...UNSUPPORTED_ATTRIBUTES.keys(), 'manager'];
    expect(new Set(known)).toEqual(new Set([...Object.keys(properties), 'manager']));
    const types = { string: 'Edm.String', boolean: 'Edm.Boolean', dateTime: 'Edm.DateTimeOffset', any: '' };
    for (const { name, type, collection } of MAPPED_ATTRIBUTES)
      expect([name, (properties as Record<string, string>)[name]]).toEqual([
        name,
        collection ? `Collection(${types[type]})` : types[type],
      ]);
    for (const { source } of FIELD_CATALOG)
      if (source.kind === 'part')
        expect(complexTypes[source.attribute]?.properties).toHaveProperty(source.part, 'Edm.String');
  });
});
