import { aPerson } from '../../builders/person.js';
import { aSetup, aSetupTemplate } from '../../builders/setup.js';
import type { Role } from '../../../shared/core/access.js';
import { FENCE, group, idOf, OTHER_TENANT, run, seedMirror, tenant, TENANT, user } from './sample-rows.js';
import { Api } from './api-harness.js';

/** What the furnished world has to answer a route, and who shall be let in. */
export interface RouteCase {
  /** Any one of them lets in; null where no sign-in is needed. */
  readonly roles: readonly Role[] | null;
  /** `tenant`: of the furnished tenant; `anyTenant`: over those that one sees; `registry`: of everything. */
  readonly over: 'tenant' | 'anyTenant' | 'registry';
  readonly path: string;
  readonly body?: unknown;
  /** What whoever is let in is answered; any success where left out. */
  readonly answers?: number;
  /** What somebody is answered who sees another tenant alone, where `anyTenant` names one thing of this tenant. */
  readonly elsewhere?: number;
}

const PRINCIPAL = idOf(77);
export const LETTER = 'letter-1';
const ORGANIZATION = 'org-1';

const reader = { roles: ['Reader'], over: 'tenant' } as const;
const readerOrProduct = { roles: ['Reader', 'Product'], over: 'tenant' } as const;
const operator = { roles: ['Operator'], over: 'tenant' } as const;
const admin = { roles: ['Admin'], over: 'tenant' } as const;
const ofTenant = `/v1/tenants/${TENANT}`;

const SETUP = `${ofTenant}/setups/everybody`;
const EVERYBODY = { designation: 'New', organizationId: ORGANIZATION, scope: { kind: 'directory' } };

/** Every route by its operation id: one that has no entry here fails the suite. */
export const ROUTE_CASES: Readonly<Record<string, RouteCase>> = {
  listTenants: { roles: ['Reader'], over: 'anyTenant', path: '/v1/tenants' },
  connectTenant: {
    roles: ['Admin'],
    over: 'registry',
    path: '/v1/tenants',
    body: {
      tenantId: idOf(60),
      displayName: 'Fabrikam',
    },
  },
  importTenants: {
    roles: ['Admin'],
    over: 'registry',
    path: '/v1/tenants/import',
    body: [{ displayName: 'Fabrikam' }],
  },
  readTenant: { ...reader, path: ofTenant },
  editTenant: { ...admin, path: ofTenant, body: { displayName: 'New' } },
  disconnectTenant: { ...admin, path: `${ofTenant}?confirm=Name%20of%20${TENANT}` },
  readDisconnection: { ...admin, path: `${ofTenant}/disconnection`, answers: 404 },
  offerConsent: { ...admin, path: `${ofTenant}/consent`, body: { bundles: ['directory'] } },
  offerConsentToUnknown: {
    roles: ['Admin'],
    over: 'registry',
    path: '/v1/consent-links',
    body: { displayName: 'Fabrikam', bundles: ['directory'] },
  },
  replaceCredential: {
    ...admin,
    path: `${ofTenant}/credential`,
    body: { kind: 'clientSecret', clientId: idOf(9), secretValue: 'value' },
  },
  listAccess: { ...admin, path: `${ofTenant}/access` },
  readAccess: { ...admin, path: `${ofTenant}/access/${PRINCIPAL}` },
  grantAccess: { ...admin, path: `${ofTenant}/access/${PRINCIPAL}`, body: { roles: ['Operator'] } },
  revokeAccess: { ...admin, path: `${ofTenant}/access/${PRINCIPAL}` },
  listOrganizations: { roles: ['Admin'], over: 'anyTenant', path: '/v1/organizations' },
  readOrganization: {
    roles: ['Admin'],
    over: 'anyTenant',
    path: `/v1/organizations/${ORGANIZATION}`,
    elsewhere: 404,
  },
  putOrganization: {
    roles: ['Admin'],
    over: 'registry',
    path: `/v1/organizations/${ORGANIZATION}`,
    body: { designation: 'New', tenantIds: [TENANT] },
  },
  removeOrganization: { roles: ['Admin'], over: 'registry', path: '/v1/organizations/empty' },
  listCatalog: {
    roles: ['Operator'],
    over: 'anyTenant',
    path: `/v1/organizations/${ORGANIZATION}/catalog`,
    elsewhere: 404,
  },
  listCatalogOfKind: {
    roles: ['Operator'],
    over: 'anyTenant',
    path: `/v1/organizations/${ORGANIZATION}/catalog/role`,
    elsewhere: 404,
  },
  readCatalogEntry: {
    roles: ['Operator'],
    over: 'anyTenant',
    path: `/v1/organizations/${ORGANIZATION}/catalog/role/host`,
    elsewhere: 404,
  },
  putCatalogEntry: {
    roles: ['Operator'],
    over: 'registry',
    path: `/v1/organizations/${ORGANIZATION}/catalog/role/host`,
    body: { designation: 'New', module: 'visitors' },
  },
  removeCatalogEntry: {
    roles: ['Operator'],
    over: 'registry',
    path: `/v1/organizations/${ORGANIZATION}/catalog/role/host`,
  },
  listSetups: { ...operator, path: `${ofTenant}/setups` },
  readSetup: { ...operator, path: SETUP },
  putSetup: { ...operator, path: SETUP, body: EVERYBODY },
  removeSetup: { ...operator, path: SETUP },
  startSetup: { ...operator, path: `${SETUP}/start` },
  pauseSetup: { ...operator, path: `${SETUP}/pause`, answers: 409 },
  copySetup: { ...operator, path: `${SETUP}/copy`, body: { setupId: 'copy' } },
  listSetupFields: { ...operator, path: `${SETUP}/fields` },
  listSetupTemplates: { roles: ['Operator'], over: 'anyTenant', path: '/v1/setup-templates' },
  readSetupTemplate: { roles: ['Operator'], over: 'anyTenant', path: '/v1/setup-templates/standard' },
  putSetupTemplate: {
    roles: ['Operator'],
    over: 'registry',
    path: '/v1/setup-templates/standard',
    body: { designation: 'Standard', scope: { kind: 'directory' } },
  },
  removeSetupTemplate: { roles: ['Operator'], over: 'registry', path: '/v1/setup-templates/standard' },
  copySetupTemplate: {
    ...operator,
    path: `${ofTenant}/setup-templates/standard/copy`,
    body: { setupId: 'copy', organizationId: ORGANIZATION },
  },
  searchGroups: { ...operator, path: `${ofTenant}/directory/groups` },
  createAdminLink: { ...admin, path: `${ofTenant}/admin-link`, body: { purposes: ['connect'] } },
  listAdminLinks: { ...admin, path: `${ofTenant}/admin-links` },
  revokeAdminLink: { ...admin, path: `${ofTenant}/admin-link/${'ab'.repeat(32)}`, answers: 404 },
  examineTenant: { ...operator, path: `${ofTenant}/doctor` },
  listSubscriptions: { ...reader, path: `${ofTenant}/subscriptions` },
  listSecrets: { roles: ['Reader'], over: 'anyTenant', path: '/v1/secrets' },
  requestRun: { ...operator, path: `${ofTenant}/runs` },
  listRuns: { ...reader, path: `${ofTenant}/runs` },
  readRun: { ...reader, path: `${ofTenant}/runs/run-1` },
  cancelRun: { ...operator, path: `${ofTenant}/runs/run-1/cancel` },
  listUsers: { ...reader, path: `${ofTenant}/users` },
  readUser: { ...reader, path: `${ofTenant}/users/${idOf(1)}` },
  listGroups: { ...reader, path: `${ofTenant}/groups` },
  readGroup: { ...reader, path: `${ofTenant}/groups/${idOf(2)}` },
  listMembers: { ...reader, path: `${ofTenant}/groups/${idOf(2)}/members` },
  listPeople: { ...readerOrProduct, path: `${SETUP}/people` },
  readPerson: { ...readerOrProduct, path: `${SETUP}/people/everybody.${idOf(1)}` },
  listPeopleOfUser: { ...readerOrProduct, path: `${ofTenant}/people?userId=${idOf(1)}` },
  syncPerson: { ...operator, path: `${SETUP}/people/everybody.${idOf(1)}/sync`, answers: 202 },
  readPersonSync: {
    ...operator,
    path: `${SETUP}/people/everybody.${idOf(1)}/sync/${'0'.repeat(32)}`,
    answers: 404,
  },
  explainPerson: { ...readerOrProduct, path: `${SETUP}/people/everybody.${idOf(1)}/explain` },
  listHosts: { ...readerOrProduct, path: `${SETUP}/hosts` },
  listSegments: { ...readerOrProduct, path: `${SETUP}/segments` },
  listPeopleOfSegment: { ...readerOrProduct, path: `${SETUP}/segments/rule:none/people`, answers: 404 },
  previewSetup: { ...operator, path: `${SETUP}/preview` },
  readMetrics: { ...reader, path: `${ofTenant}/metrics` },
  readFleet: { roles: ['Reader'], over: 'anyTenant', path: '/v1/fleet' },
  explainNumbers: { ...reader, path: `${ofTenant}/numbers` },
  listHeld: { ...admin, path: `${SETUP}/held` },
  approveHeld: { ...admin, path: `${SETUP}/held/approve`, body: { etag: '"stale"' }, answers: 412 },
  rejectHeld: { ...admin, path: `${SETUP}/held/reject`, body: { etag: '"stale"' }, answers: 412 },
  listOverrides: { ...operator, path: `${SETUP}/overrides` },
  releaseOverride: { ...operator, path: `${SETUP}/overrides/${idOf(1)}`, answers: 404 },
  uploadRecords: { ...operator, path: `${SETUP}/records`, body: [{ recordId: 'r-1' }] },
  readUpload: { ...operator, path: `${SETUP}/uploads/none`, answers: 404 },
  listRecords: { ...operator, path: `${SETUP}/records` },
  listConflicts: { ...operator, path: `${SETUP}/conflicts` },
  listSuggestions: { ...operator, path: `${SETUP}/suggestions` },
  chooseMatch: {
    ...operator,
    path: `${SETUP}/matches`,
    body: { userId: idOf(1), recordId: 'r-1' },
    answers: 409,
  },
  acceptSuggestions: { ...operator, path: `${SETUP}/matches/accept`, body: { minScore: 0.9 } },
  releaseMatch: { ...operator, path: `${SETUP}/matches/${idOf(1)}`, answers: 404 },
  answerRecord: {
    roles: ['Product'],
    over: 'tenant',
    path: `${SETUP}/people/everybody.${idOf(1)}/record`,
    body: { recordId: 'r-1' },
  },
  listDeadLetters: { roles: ['Operator'], over: 'anyTenant', path: '/v1/dead-letters' },
  replayDeadLetter: {
    roles: ['Operator'],
    over: 'anyTenant',
    path: `/v1/dead-letters/${LETTER}/replay`,
    elsewhere: 404,
  },
  discardDeadLetter: {
    roles: ['Operator'],
    over: 'anyTenant',
    path: `/v1/dead-letters/${LETTER}/discard`,
    elsewhere: 404,
  },
  resolve: {
    roles: ['Reader', 'Product'],
    over: 'tenant',
    path: `/v1/resolve?tid=${TENANT}&oid=${idOf(1)}`,
  },
  readHealth: { roles: null, over: 'registry', path: '/api/health' },
  readOpenApi: { roles: null, over: 'registry', path: '/api/openapi.json' },
};

/** A world with one of everything in the tenant, and another tenant. */
export async function furnished(options: { signInTrusted?: boolean } = {}): Promise<Api> {
  const api = new Api(options);
  const { stores } = api;
  api.world.probeAnswer = { tenantId: TENANT };
  api.world.consentApps.push({
    bundle: 'directory',
    clientId: idOf(8),
    secretName: 'consent-directory',
    cloud: null,
  });
  await stores.tenants.create(tenant({ displayName: `Name of ${TENANT}`, organizationIds: [ORGANIZATION] }));
  const designation = 'Contoso A/S';
  await stores.organizations.save({ id: ORGANIZATION, designation, externalId: null, region: null }, null);
  await stores.setups.insert(aSetup());
  const person = aPerson({ setupId: 'everybody', directoryId: idOf(1) });
  const cause = { runId: null, reason: 'The directory was read.', at: person.changedAt };
  await stores.people.write(FENCE, [{ before: null, after: person, changed: ['status'] }], cause);
  await stores.setupTemplates.save(aSetupTemplate(), null);
  await stores.catalogEntries.insert({
    organizationId: ORGANIZATION,
    kind: 'role',
    id: 'host',
    designation: 'Host',
    module: 'visitors',
    parentId: null,
  });
  await stores.tenants.create(tenant({ tenantId: OTHER_TENANT, displayName: `Name of ${OTHER_TENANT}` }));
  await stores.runs.request(run(), 'manual|users|full=false');
  await seedMirror(api, { users: [user(1)], groups: [group(2)] });
  await stores.groupCounts.write(FENCE, new Map([[idOf(2), 1]]));
  await stores.deadLetters.put(letterOf(TENANT, LETTER));
  await giveRoles(api, PRINCIPAL, TENANT, ['Reader']);
  return api;
}

export async function giveRoles(
  { stores }: Api,
  principalId: string,
  tenantId: string,
  roles: readonly Role[],
): Promise<void> {
  const grant = { tenantId, principalId, roles, grantedAt: '2026-05-01T00:00:00.000Z', grantedBy: idOf(1) };
  await stores.accessGrants.save(grant, null);
}

export function letterOf(tenantId: string | null, id: string) {
  const job = { version: 1, tenantId: tenantId ?? TENANT, attempt: 9, kind: 'continue', reason: 'more' };
  return {
    tenantId,
    id,
    kind: 'job',
    reason: 'Ten tries failed.',
    body: JSON.stringify(job),
    messageId: null,
    setAsideAt: '2026-05-04T09:00:00.000Z',
  } as const;
}
