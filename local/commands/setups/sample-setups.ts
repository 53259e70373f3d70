import { sampleTenants } from '../../graph/samples/well-known.js';

/** A thing of the operator's own that a sample setup gives. */
export interface SampleCatalogEntry {
  readonly kind: 'role' | 'costCenter' | 'deliveryProvider' | 'reception' | 'organizationalUnit';
  readonly id: string;
  readonly designation: string;
  readonly module?: string;
}

/** A setup as an operator would write it, once the groups are chosen. */
export interface SampleSetup {
  readonly tenantId: string;
  readonly setupId: string;
  /** What is typed into the search for groups; the setup names the first that is found of each. */
  readonly searches: readonly string[];
  /** @param groupIds one per search, as far as there are any: a directory of another size may have none */
  readonly document: (groupIds: readonly string[]) => Readonly<Record<string, unknown>>;
}

/** One organization per sample tenant, and what it registered. */
export interface SampleOrganization {
  readonly organizationId: string;
  readonly designation: string;
  readonly tenantId: string;
  readonly catalog: readonly SampleCatalogEntry[];
  readonly setups: readonly SampleSetup[];
}

const [alpenglow, harbour] = sampleTenants;

/** Of these groups, or of the directory where it has none of them. */
function scopeOf(kind: 'rootGroup' | 'groups', groupIds: readonly string[]): Record<string, unknown> {
  return groupIds.length === 0 ? { kind: 'directory' } : { kind, groupIds };
}

const workplace: SampleSetup = {
  tenantId: alpenglow.tenantId,
  setupId: 'workplace',
  searches: ['Licence', 'Projekt', 'Équipe'],
  document: ([root, planners, hosts]) => ({
    designation: 'Workplace',
    organizationId: 'alpenglow',
    scope: scopeOf('rootGroup', root === undefined ? [] : [root]),
    attributes: { preset: 'workplace' },
    grants: [
      ...(planners === undefined
        ? []
        : [
            {
              source: { group: planners },
              roles: ['planner'],
              memberships: [{ kind: 'costCenter', id: 'cc-1000' }],
              organizationalUnits: ['zurich'],
            },
          ]),
      ...(hosts === undefined ? [] : [{ source: { group: hosts }, hostsOf: ['lobby'] }]),
      {
        source: { where: 'department = "Sales"' },
        roles: ['orderer'],
        memberships: [{ kind: 'deliveryProvider', id: 'canteen' }],
      },
    ],
  }),
};

const contactCard: SampleSetup = {
  tenantId: alpenglow.tenantId,
  setupId: 'contact-card',
  searches: [],
  document: () => ({
    designation: 'Contact cards',
    organizationId: 'alpenglow',
    scope: { kind: 'directory', includeGuests: true },
    attributes: { preset: 'contactCard' },
    match: ['entraId', 'mail'],
    remove: { whenLeft: { mode: 'keep' }, whenDeleted: { mode: 'disable' } },
  }),
};

const audience: SampleSetup = {
  tenantId: harbour.tenantId,
  setupId: 'audience',
  searches: ['Team', 'Licence'],
  document: (groupIds) => ({
    designation: 'Audience',
    organizationId: 'harbour',
    scope: scopeOf('groups', groupIds),
    attributes: { preset: 'workforce', mailFallback: 'userPrincipalName' },
    segments: {
      ...(groupIds.length === 0 ? {} : { fromGroups: 'listed', groupIds }),
      rules: [{ id: 'engineers', name: 'Engineers', where: 'job_title = "Engineer"' }],
    },
  }),
};

const facilityUsers: SampleSetup = {
  tenantId: harbour.tenantId,
  setupId: 'facility-users',
  searches: ['VPN'],
  document: (groupIds) => ({
    designation: 'Facility users',
    organizationId: 'harbour',
    scope: scopeOf('groups', groupIds),
    attributes: {
      initialsFrom: 'mailNickname',
      fields: [
        { from: 'displayName', to: 'name' },
        { from: 'employeeOrgData.costCenter', to: 'costCenter', policy: 'neverBlank' },
      ],
    },
    match: ['mail', 'initials'],
    remove: {
      whenLeft: { mode: 'disable' },
      whenDeleted: { mode: 'delete', afterDays: 30 },
    },
  }),
};

/** What `npm start` makes over the sample tenants. */
export const sampleOrganizations: readonly SampleOrganization[] = [
  {
    organizationId: 'alpenglow',
    designation: alpenglow.displayName,
    tenantId: alpenglow.tenantId,
    catalog: [
      { kind: 'role', id: 'planner', designation: 'Planner', module: 'meetings' },
      { kind: 'role', id: 'orderer', designation: 'Orderer', module: 'catering' },
      { kind: 'costCenter', id: 'cc-1000', designation: 'CC-1000' },
      { kind: 'deliveryProvider', id: 'canteen', designation: 'Canteen' },
      { kind: 'reception', id: 'lobby', designation: 'Lobby' },
      { kind: 'organizationalUnit', id: 'zurich', designation: 'Zürich' },
    ],
    setups: [workplace, contactCard],
  },
  {
    organizationId: 'harbour',
    designation: harbour.displayName,
    tenantId: harbour.tenantId,
    catalog: [],
    setups: [audience, facilityUsers],
  },
];
