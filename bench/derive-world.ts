import type { Catalog } from '../shared/core/catalog/catalog.js';
import type { PersonFacts } from '../shared/core/people/facts.js';
import { DEFAULT_REMOVAL_GUARD, type GrantRule, type Setup } from '../shared/core/setup/setup.js';

/** The mappings of as many setups, in one. */
const SETUPS = 50;
const MAPPINGS_PER_SETUP = 10;
/** Groups in each other, the one that the user is a direct member of among them. */
const NESTING = 6;
/** Direct memberships of each user. */
const DIRECT = 5;
const CHAINS = 400;
const DEPARTMENTS = ['Sales', 'Legal', 'Finance', 'Research', 'People', 'Operations'] as const;
const COUNTRIES = ['DK', 'SE', 'NO', 'DE'] as const;
const EPOCH = '2026-01-01T00:00:00.000Z';

export const emptyCatalog: Catalog = { find: () => null };

/** Everybody of a root group, 500 group mappings, 50 rules, and the workforce preset. */
export function largeSetup(): Setup {
  const groups = Array.from({ length: SETUPS * MAPPINGS_PER_SETUP }, (_, n) =>
    mapping(n, { kind: 'group', groupId: groupId((n * 7) % CHAINS, n % NESTING) }),
  );
  const rules = Array.from({ length: SETUPS }, (_, n) =>
    mapping(n, {
      kind: 'rule',
      where: `department = "${DEPARTMENTS[n % 6] ?? ''}" and country = "${COUNTRIES[n % 4] ?? ''}"`,
    }),
  );
  return {
    tenantId: '00000000-0000-4000-8000-000000000001',
    setupId: 'large',
    state: 'started',
    version: 1,
    createdAt: EPOCH,
    changedAt: EPOCH,
    document: {
      designation: 'Large',
      organizationId: 'org',
      customerType: null,
      resourceTypes: ['users'],
      scope: {
        kind: 'rootGroup',
        groupIds: ['root'],
        groupTypes: 'security',
        includeDisabled: false,
        includeGuests: false,
        filter: 'userType != "Guest"',
        excludeGroupIds: ['excluded'],
      },
      attributes: {
        preset: 'workforce',
        fields: [],
        mailFallback: 'userPrincipalName',
        initialsFrom: 'mailNickname',
        connection: null,
      },
      match: ['entraId'],
      create: true,
      update: true,
      remove: { whenLeft: { mode: 'disable', afterDays: 0 }, whenDeleted: { mode: 'delete', afterDays: 30 } },
      grants: [...groups, ...rules],
      segments: { fromGroups: 'listed', groupIds: [groupId(1, 0), groupId(2, 0)], rules: [] },
      removalGuard: DEFAULT_REMOVAL_GUARD,
    },
  };
}

/** A user with every attribute of the preset and all the groups that it is in, through six of them. */
export function factsOfUser(n: number): PersonFacts {
  const id = `user-${n}`;
  return {
    directoryId: id,
    user: { id, presence: 'live', managerId: `user-${n % 100}`, attributes: attributesOf(n) },
    manager: { id: `user-${n % 100}`, presence: 'live', managerId: null, attributes: attributesOf(n % 100) },
    groups: new Set(['root', ...memberships(n)]),
    roleAssignments: new Set(),
  };
}

function attributesOf(n: number): NonNullable<PersonFacts['user']>['attributes'] {
  return {
    accountEnabled: true,
    displayName: `User ${n}`,
    givenName: 'User',
    surname: String(n),
    mail: `user.${n}@contoso.com`,
    userPrincipalName: `user.${n}@contoso.com`,
    userType: 'Member',
    mailNickname: `user.${n}`,
    jobTitle: `Title ${n % 50}`,
    department: DEPARTMENTS[n % 6] ?? '',
    country: COUNTRIES[n % 4] ?? '',
    employeeId: String(n),
    streetAddress: `Street ${n}`,
    city: 'Odense',
    postalCode: '5000',
    employeeOrgData: { costCenter: String(n % 70), division: `Division ${n % 9}` },
    preferredLanguage: 'da-DK',
  };
}

function memberships(n: number): readonly string[] {
  return Array.from({ length: DIRECT }, (_, chain) =>
    Array.from({ length: NESTING }, (_unused, depth) => groupId((n + chain * 83) % CHAINS, depth)),
  ).flat();
}

/** One text for each group, as whoever gathers facts shares it among users. */
const GROUP_IDS = Array.from({ length: CHAINS * NESTING }, (_, n) => `group-${n}`);

function groupId(chain: number, depth: number): string {
  return GROUP_IDS[chain * NESTING + depth] ?? '';
}

function mapping(n: number, source: GrantRule['source']): GrantRule {
  return {
    source,
    roles: [`role-${n % 40}`],
    memberships: [{ kind: 'costCenter', id: `center-${n % 90}` }],
    hostsOf: n % 10 === 0 ? [`reception-${n % 20}`] : [],
    organizationalUnits: [`unit-${n % 30}`],
  };
}
