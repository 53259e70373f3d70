import { idOf, TENANT } from '../functions/api/sample-rows.js';
import type { NamedBody } from './hostile-bodies.js';

/** Characters of conditions that a setup may have in all. */
const CONDITIONS = 64 * 1024;
const ORGANIZATION = 'org-1';

const many = <Item>(count: number, item: (at: number) => Item): Item[] =>
  Array.from({ length: count }, (_, at) => item(at));

/** Grants for as many groups as there may be, which give what the catalog of the furnished world has. */
const grants = many(10_000, (at) => ({ source: { group: idOf(at) }, roles: ['host'] }));
/** As many rules as there may be characters of conditions, each with another one. */
const rules = many(6_000, (at) => ({ source: { where: `id="${at.toString(36)}"` }, roles: ['host'] }));

const setupParts = {
  scope: {
    kind: 'groups',
    groupIds: many(5_000, idOf),
    excludeGroupIds: many(5_000, (at) => idOf(at + 10_000)),
  },
  attributes: {
    fields: many(500, (at) => ({ from: `onPremisesExtensionAttributes.extensionAttribute1`, to: `f${at}` })),
  },
};

/** Parts that take the place of whatever the copied setup has. */
const NOTHING = { attributes: {}, grants: [], segments: {} };

const setups: readonly (readonly [string, object])[] = [
  ['a grant for each of 10,000 groups', { scope: { kind: 'directory' }, grants }],
  ['6,000 short rules', { scope: { kind: 'directory' }, grants: rules }],
  ['5,000 groups in the scope and as many out of it', { scope: setupParts.scope }],
  ['500 fields', { scope: { kind: 'directory' }, attributes: setupParts.attributes }],
  [
    'conditions of the greatest length',
    {
      scope: { kind: 'directory' },
      grants: many(8, (at) => ({
        source: { where: longCondition(CONDITIONS / 8 - 200, at) },
        roles: ['host'],
      })),
    },
  ],
  [
    '1,000 segments by rules and 9,000 by groups',
    {
      scope: { kind: 'directory' },
      segments: {
        fromGroups: 'listed',
        groupIds: many(9_000, idOf),
        rules: many(1_000, (at) => ({ id: `s${at}`, name: `Segment ${at}`, where: `city = "${at}"` })),
      },
    },
  ],
];

function longCondition(length: number, salt: number): string {
  const part = (at: number): string => `city = "${salt}-${at}"`;
  const parts: string[] = [];
  for (let used = 0; used < length - 30; used += (parts.at(-1)?.length ?? 0) + 4)
    parts.push(part(parts.length));
  return parts.join(' or ');
}

const asSetup = (over: object): readonly NamedBody[] =>
  setups.map(([name, part]) => [name, JSON.stringify({ ...over, ...part })]);

/** As many as there may be, and about as large as a body may be. */
const records = many(5_000, (at) => ({
  recordId: `r${at}`,
  mail: `person.${at}@contoso.example`,
  displayName: `Person ${at} ${'x'.repeat(100)}`,
  phones: [`+45 ${10_000_000 + at}`],
  values: Object.fromEntries(many(10, (value) => [`value ${value}`, 'x'.repeat(30)])),
}));

const customers = many(1_000, (at) => ({
  tenantId: idOf(5_000 + at),
  displayName: `Customer ${at} ${'x'.repeat(200)}`,
  externalId: `K-${at}`,
}));

/** The largest bodies that each route with a list in its body takes. Any other body is small. */
export const LARGEST_BODIES: Readonly<Record<string, () => readonly NamedBody[]>> = {
  putSetup: () => asSetup({ designation: 'Everybody', organizationId: ORGANIZATION }),
  previewSetup: () => asSetup({ designation: 'Everybody', organizationId: ORGANIZATION }),
  putSetupTemplate: () => asSetup({ designation: 'Everybody' }),
  copySetup: () =>
    setups.map(([name, changes], at) => [
      name,
      JSON.stringify({ setupId: `copy-${at}`, changes: { ...NOTHING, ...changes } }),
    ]),
  copySetupTemplate: () =>
    setups.map(([name, changes], at) => [
      name,
      JSON.stringify({
        setupId: `made-${at}`,
        organizationId: ORGANIZATION,
        changes: { ...NOTHING, ...changes },
      }),
    ]),
  uploadRecords: () => [['5,000 records', JSON.stringify(records)]],
  importTenants: () => [['1,000 customers', JSON.stringify(customers)]],
  putOrganization: () => [
    ['1,000 tenants', JSON.stringify({ designation: 'Contoso', tenantIds: [TENANT, ...many(999, idOf)] })],
  ],
  requestRun: () => [['every job', JSON.stringify({ jobs: ['users', 'groups', 'people'], full: true })]],
};
