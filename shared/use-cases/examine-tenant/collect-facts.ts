import type { ExaminedApplication, Fact, TenantFacts, Whereabouts } from '../../core/doctor/facts.js';
import { neededPermissions } from '../../core/doctor/permissions.js';
import { RESOURCES, type Resource } from '../../core/resource.js';
import type { ResourceState } from '../../core/round.js';
import { keepsItself } from '../../core/tenant-state.js';
import type { Tenant } from '../../core/tenant.js';
import { suffices } from '../../core/wider-permissions.js';
import type { ExaminedLogin } from '../../ports/directory-examination.js';
import { askWithin, NOT_ASKED, type Ask } from './ask.js';
import { candidatesFor, unservedBundles, type ApplicationCandidate } from './candidates.js';
import type { ExamineTenantPorts } from './ports.js';

/** Asks login, vault, Graph and the tables about a tenant, all at once as far as one does not need the other. */
export async function collectFacts(ports: ExamineTenantPorts, tenant: Tenant): Promise<TenantFacts> {
  const ask = askWithin(ports.clock);
  const { tenantId } = tenant;
  const candidates = candidatesFor(tenant, ports.consentApps);
  const [whereabouts, subscriptionRows, syncStates, lacksHidden, examined] = await Promise.all([
    ask(() => whereaboutsOf(ports, tenant)),
    expectsSubscriptions(tenant, candidates) ? ask(() => ports.subscriptions.list(tenantId)) : NOT_ASKED,
    ask(() => ports.syncStates.read(tenantId)),
    ask(async () =>
      (await ports.setupProgresses.all(tenantId)).some(({ hiddenGroups }) => hiddenGroups.length > 0),
    ),
    Promise.all(candidates.map((candidate) => logIn(ports, ask, tenant, candidate))),
  ]);
  const [applications, reads] = await Promise.all([
    Promise.all(examined.map((each) => withDelegated(ask, each))),
    readsOf(ask, examined, subscriptionRows.kind === 'told', syncStates),
  ]);
  return {
    tenant,
    now: ports.clock.now(),
    notificationUrl: ports.notificationUrl,
    whereabouts,
    applications,
    unservedBundles: unservedBundles(tenant, ports.consentApps),
    subscriptionRows,
    syncStates,
    lacksHidden,
    ...reads,
  };
}

async function whereaboutsOf(
  { tenantLookup, clock }: ExamineTenantPorts,
  { tenantId, cloud }: Tenant,
): Promise<Whereabouts> {
  const before = clock.now();
  const answer = await tenantLookup.find(tenantId, cloud);
  return {
    cloud: answer.kind === 'found' ? answer.cloud : null,
    serverTime: answer.serverTime,
    ourTime: (before + clock.now()) / 2,
  };
}

/** Only a tenant that keeps itself up to date is told of changes, and only where that was consented to. */
function expectsSubscriptions(tenant: Tenant, candidates: readonly ApplicationCandidate[]): boolean {
  const told = candidates.some(({ bundles, admitted }) => admitted && bundles.includes('near-real-time'));
  return told && keepsItself(tenant.state) && !tenant.paused;
}

interface ExaminedCandidate {
  readonly application: ExaminedApplication;
  /** Null where it was not let in. */
  readonly login: ExaminedLogin | null;
}

async function logIn(
  ports: ExamineTenantPorts,
  ask: Ask,
  { tenantId, cloud }: Tenant,
  { credential, ...candidate }: ApplicationCandidate,
): Promise<ExaminedCandidate> {
  const { secretName, secretVersion } = credential;
  const [secretExpiry, login] = await Promise.all([
    ask(async () => (await ports.vault.expiryOf(secretName, secretVersion)).expiresOn),
    ask(() => ports.directoryExamination.logIn({ tenantId, cloud, credential })),
  ]);
  const permissions = login.kind === 'told' ? { ...login, value: login.value.permissions } : login;
  return {
    application: { ...candidate, secretExpiry, permissions, delegated: NOT_ASKED },
    login: login.kind === 'told' ? login.value : null,
  };
}

/** What was granted is looked at only where something is missing: few applications may read it. */
async function withDelegated(
  ask: Ask,
  { application, login }: ExaminedCandidate,
): Promise<ExaminedApplication> {
  const held = login?.permissions ?? null;
  if (login === null || held === null) return application;
  if (neededPermissions(application).every(({ name }) => suffices(held, name))) return application;
  return { ...application, delegated: await ask(() => login.delegatedPermissions()) };
}

type Reads = Pick<TenantFacts, 'organizationId' | 'reads' | 'listedSubscriptions' | 'positions'>;

async function readsOf(
  ask: Ask,
  examined: readonly ExaminedCandidate[],
  subscriptions: boolean,
  syncStates: Fact<Readonly<Record<Resource, ResourceState>>>,
): Promise<Reads> {
  const reader = loginFor(examined, 'directory');
  const listener = subscriptions ? loginFor(examined, 'near-real-time') : null;
  const asked = <Value>(
    login: ExaminedLogin | null,
    question: (login: ExaminedLogin) => Promise<Value>,
  ): Promise<Fact<Value>> => (login === null ? Promise.resolve(NOT_ASKED) : ask(() => question(login)));
  const position = (resource: Resource): Promise<Fact<void>> => {
    const link = syncStates.kind === 'told' ? syncStates.value[resource].deltaLink : null;
    return link === null
      ? Promise.resolve(NOT_ASKED)
      : asked(reader, (login) => login.follow(resource, link));
  };
  const [organizationId, listedSubscriptions, reads, positions] = await Promise.all([
    asked(reader, (login) => login.organizationId()),
    asked(listener, (login) => login.subscriptions()),
    perResource((resource) => asked(reader, (login) => login.readOne(resource))),
    perResource(position),
  ]);
  return { organizationId, listedSubscriptions, reads, positions };
}

/** Before consent is proven, an application is only tried for its token. */
function loginFor(
  examined: readonly ExaminedCandidate[],
  bundle: 'directory' | 'near-real-time',
): ExaminedLogin | null {
  const found = examined.find(
    ({ application }) => application.admitted && application.bundles.includes(bundle),
  );
  return found?.login ?? null;
}

async function perResource(
  ask: (resource: Resource) => Promise<Fact<void>>,
): Promise<Readonly<Record<Resource, Fact<void>>>> {
  const entries = await Promise.all(RESOURCES.map(async (each) => [each, await ask(each)] as const));
  return Object.fromEntries(entries) as Record<Resource, Fact<void>>;
}
